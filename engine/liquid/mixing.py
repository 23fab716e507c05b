"""The propellants of liquid specifications, and those of many mixed in one call."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from engine.errors import Problem, SpecError
from engine.parsing import propellant
from engine.propellants import AnyPropellant, BipropellantMixture, Monopropellant
from engine.spec import LiquidSpec
from engine.thermo.blends import Blend
from engine.thermo.catalogue import Propellant, Reactant
from engine.thermo.nasa_polynomials import Array
from engine.thermo.ratios import fuel_share
from engine.thermo.reactants import ReactantMixture, check_temperature, mix_blends, premix


@dataclass(frozen=True, eq=False)
class Side:
    """A propellant, the field that names it, and the temperature (K) of its parts without one of their own."""

    propellant: Propellant
    field: str
    temperature: float | None

    @cached_property
    def entering(self) -> tuple[float | None, ...]:
        """The temperature (K) of each reactant, None where it is that of the catalogue."""
        return self.propellant.entering(self.temperature)

    @cached_property
    def reactants(self) -> tuple[Reactant, ...]:
        return tuple(reactant for _, reactant in self.propellant.components)

    @cached_property
    def problem(self) -> SpecError | None:
        """What is wrong with the temperature, where the enthalpy is not known there."""
        try:
            check_temperature(self.propellant, self.temperature, f"propellant.{self.field}_temperature")
        except SpecError as error:
            return error
        return None


def sides(spec: LiquidSpec) -> tuple[Side, ...]:
    """Fuel and oxidizer, or the monopropellant alone."""
    given = spec.propellant
    if isinstance(given, Monopropellant):
        return (_side(given.monopropellant, "monopropellant", given.monopropellant_temperature),)
    return (
        _side(given.fuel, "fuel", given.fuel_temperature),
        _side(given.oxidizer, "oxidizer", given.oxidizer_temperature),
    )


def _side(given: AnyPropellant, field: str, temperature: float | None) -> Side:
    if isinstance(given, str):
        return _named_side(given, field, temperature)
    return Side(propellant(given), field, temperature)


@lru_cache(maxsize=1024)
def _named_side(name: str, field: str, temperature: float | None) -> Side:
    """The same object again where many motors burn the same."""
    return Side(propellant(name), field, temperature)


def check_temperatures(spec: LiquidSpec) -> None:
    """Raises SpecError where a propellant's enthalpy is not known at the temperature it enters with."""
    for side in sides(spec):
        if side.problem is not None:
            raise side.problem


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
    measure = spec.propellant.measure if isinstance(spec.propellant, BipropellantMixture) else ""
    return (measure, *(side.reactants for side in sides(spec)))


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
    return float(1.0 / share[0] - 1.0) if share[0] else math.inf


def _fuel_share(specs: Sequence[LiquidSpec], blends: Sequence[Blend]) -> Array:
    given = [spec.propellant for spec in specs if isinstance(spec.propellant, BipropellantMixture)]
    measure = given[0].measure
    values = np.array([getattr(mixture, measure) for mixture in given], dtype=np.float64)
    return fuel_share(measure, values, blends[0], blends[1])


def _blend(members: Sequence[Side]) -> Blend:
    different = dict.fromkeys(members)
    number = {side: place for place, side in enumerate(different)}
    rows = np.array([number[side] for side in members])
    fractions = np.array([[fraction for fraction, _ in side.propellant.components] for side in different])
    # None becomes NaN
    heat = np.array([side.entering for side in different], dtype=np.float64)
    reactants = members[0].reactants
    return Blend(reactants, fractions[rows], None if np.isnan(heat).all() else heat[rows])
