"""What holds for every nozzle, whatever burns before it."""
