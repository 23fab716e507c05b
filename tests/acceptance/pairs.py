"""The pairs of liquids that are compared with NASA's wheel."""

PAIRS = {
    ("LH2", "LOX"): (0.9, 20.0),
    ("RP-1", "LOX"): (0.7, 12.0),
    ("LCH4", "LOX"): (0.8, 12.0),
    ("CH4", "GOX"): (0.8, 12.0),
    ("C2H5OH", "LOX"): (0.4, 8.0),
    ("NH3", "LOX"): (0.5, 5.0),
    ("MMH", "N2O4"): (0.4, 8.0),
    ("UDMH", "N2O4"): (0.4, 8.0),
    ("N2H4", "N2O4"): (0.2, 5.0),
    ("RP-1", "H2O2"): (1.5, 20.0),
    ("RP-1", "N2O"): (2.5, 25.0),
    ("LH2", "LF2"): (1.8, 30.0),
}
"""Mass of oxidizer per mass of fuel, from soot or cold hydrogen to far too much oxidizer."""
