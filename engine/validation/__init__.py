"""How far an answer is from programs that nobody here wrote: NASA's `cea`, and RocketCEA in its own process."""

from engine.validation.validate import validate

__all__ = ["validate"]
