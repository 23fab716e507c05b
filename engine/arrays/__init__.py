"""The engine for notebooks and studies: arrays in, arrays out, broadcast like numpy; one function a file."""
