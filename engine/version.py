"""The version of the engine, which every result carries."""

__version__ = "0.1.0"
