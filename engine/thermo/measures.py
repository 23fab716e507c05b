"""The ways to say how much of a propellant is fuel; without numpy, so that specifications can name them."""

from typing import Literal, get_args

MixtureMeasure = Literal["mixture_ratio", "equivalence_ratio", "chemical_equivalence_ratio", "percent_fuel"]
MIXTURE_MEASURES: tuple[MixtureMeasure, ...] = get_args(MixtureMeasure)
