"""Grains of solid motors: what is left of each, and what of it burns, by how far it has regressed."""
