"""Solid motors: grains that burn from their ports and ends, and the gas that leaves through the nozzle."""
