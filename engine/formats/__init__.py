"""Files of other programs: one module for each format, with `read` and `write` where both make sense."""
