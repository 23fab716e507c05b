"""The propellants of liquid specifications, and those of many mixed in one call."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine.errors import Problem, SpecError
from engine.parsing import propellant
from engine.propellants import BipropellantMixture, Monopropellant
from engine.spec import LiquidSpec
from engine.thermo.blends import Blend
from engine.thermo.catalogue import Propellant, Reactant
from engine.thermo.nasa_polynomials import Array
from engine.thermo.ratios import fuel_share
from engine.thermo.reactants import ReactantMixture, check_temperature, mix_blends, premix


class Side(NamedTuple):
    """A propellant, the field that names it, and the temperature (K) of its parts without one of their own."""

    propellant: Propellant
    field: str
    temperature: float | None

    @property
    def entering(self) -> tuple[float | None, ...]:
        """The temperature (K) of each reactant, None where it is that of the catalogue."""
        return self.propellant.entering(self.temperature)


def sides(spec: LiquidSpec) -> tuple[Side, ...]:
    """Fuel and oxidizer, or the monopropellant alone."""
    given = spec.propellant
    if isinstance(given, Monopropellant):
        return (Side(propellant(given.monopropellant), "monopropellant", given.monopropellant_temperature),)
    return (
        Side(propellant(given.fuel), "fuel", given.fuel_temperature),
        Side(propellant(given.oxidizer), "oxidizer", given.oxidizer_temperature),
    )


def check_temperatures(spec: LiquidSpec) -> None:
    """Raises SpecError where a propellant's enthalpy is not known at the temperature it enters with."""
    for side in sides(spec):
        check_temperature(side.propellant, side.temperature, f"propellant.{side.field}_temperature")


def impossible_ratio(spec: LiquidSpec) -> SpecError | None:
    """What is wrong with a ratio that no mixture of the pair has, such as that of a fuel that needs no oxidizer."""
    given = spec.propellant
    if isinstance(given, Monopropellant) or not math.isnan(mixture_ratio(spec)):
        return None
    names = " and ".join(side.propellant.name for side in sides(spec))
    value = getattr(given, given.measure)
    message = f"no mixture of {names} has the ratio {value:g}; give mixture_ratio or percent_fuel instead"
    return SpecError([Problem(f"propellant.{given.measure}", message, value)])


def kind_of_mixture(spec: LiquidSpec) -> tuple[str | tuple[Reactant, ...], ...]:
    """What specifications have in common that `mix_specs` can mix together: substances and measure."""
    reactants = [tuple(part for _, part in side.propellant.components) for side in sides(spec)]
    measure = spec.propellant.measure if isinstance(spec.propellant, BipropellantMixture) else ""
    return (measure, *reactants)


def mix_specs(specs: Sequence[LiquidSpec]) -> ReactantMixture:
    """The mixtures of specifications with the same `kind_of_mixture`, in their order.

    A mixture that the pair cannot have, such as an equivalence ratio of a fuel that needs no oxidizer, holds NaN.
    """
    given = [sides(spec) for spec in specs]
    blends = [_blend(members) for members in zip(*given, strict=True)]
    if len(blends) == 1:
        return premix(blends[0])
    return mix_blends(blends[0], blends[1], _fuel_share(specs, blends))


def mixture_ratio(spec: LiquidSpec) -> float:
    """Mass of oxidizer per mass of fuel, by whatever measure it is given; 0 of a monopropellant."""
    if isinstance(spec.propellant, Monopropellant):
        return 0.0
    if spec.propellant.mixture_ratio is not None:
        return float(spec.propellant.mixture_ratio)
    share = _fuel_share([spec], [_blend([side]) for side in sides(spec)])
    return float(1.0 / share[0] - 1.0)


def _fuel_share(specs: Sequence[LiquidSpec], blends: Sequence[Blend]) -> Array:
    given = [spec.propellant for spec in specs if isinstance(spec.propellant, BipropellantMixture)]
    measure = given[0].measure
    values = np.array([getattr(mixture, measure) for mixture in given], dtype=np.float64)
    return fuel_share(measure, values, blends[0], blends[1])


def _blend(members: Sequence[Side]) -> Blend:
    reactants = tuple(reactant for _, reactant in members[0].propellant.components)
    fractions = np.array([[fraction for fraction, _ in side.propellant.components] for side in members])
    # None becomes NaN
    heat = np.array([side.entering for side in members], dtype=np.float64)
    return Blend(reactants, fractions, None if np.isnan(heat).all() else heat)
