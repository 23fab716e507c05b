"""Solid motors: grains that burn on their surfaces, and the chamber and nozzle behind them."""
