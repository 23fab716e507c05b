"""The shapes of grains: what burns, and how much of it is left, at every depth of regression."""
