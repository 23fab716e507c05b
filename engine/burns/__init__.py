"""What holds for every burn over time, whatever burns: its integration, and the numbers that are read from it."""
