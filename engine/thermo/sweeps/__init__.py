"""Many cases that resemble each other: potentials as the only unknowns, started from fits to a few of the cases."""
