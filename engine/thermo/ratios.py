"""How much of a propellant is fuel: from a mixture ratio, an equivalence ratio or the percentage itself."""

from functools import cache

import numpy as np

from engine.thermo.blends import Blend, composition
from engine.thermo.measures import MixtureMeasure
from engine.thermo.nasa_polynomials import Array

ELEMENTS_BY_VALENCE = {
    -2: "O",
    -1: "F Cl Br I",
    0: "He Ne Ar Kr Xe Rn N",
    1: "H D Li Na K Rb Cs Ag",
    2: "Be Mg Ca Sr Ba Mn Co Ni Cu Zn Cd Hg Pb",
    3: "B Al Sc Cr Fe Ga In",
    4: "C Si S Ti Ge Zr Sn Th",
    5: "P V Nb Ta",
    6: "Mo W U",
}
"""The oxidation states that NASA CEA counts with (NASA RP-1311 part I, section 9.2, and part II, appendix B)."""


def fuel_share(measure: MixtureMeasure, value: Array, fuel: Blend, oxidizer: Blend) -> Array:
    """Mass of fuel per mass of propellant, (N,), at `value` (N,) of `measure`; NaN where there is none.

    | measure | meaning | NASA RP-1311 part I |
    |---|---|---|
    | `mixture_ratio` | mass of oxidizer per mass of fuel | eq. 9.14 |
    | `percent_fuel` | mass of fuel in percent of all | eq. 9.15 |
    | `equivalence_ratio` | fuel per oxidizer by mass, over that of the stoichiometric mixture (CEA: phi) | eq. 9.19 |
    | `chemical_equivalence_ratio` | positive over negative oxidation states, all atoms counted (CEA: r) | eq. 9.18 |

    The two equivalence ratios are one number where the fuel has no oxidizing atoms and the oxidizer no other. There is
    no answer where no mixture of the two has the ratio, as with a fuel that needs no oxidizer.
    """
    if measure == "percent_fuel":
        return np.where((value >= 0.0) & (value <= 100.0), value / 100.0, np.nan)
    with np.errstate(all="ignore"):
        ratio = value if measure == "mixture_ratio" else _ratio_of(measure, value, fuel, oxidizer)
        return np.where((value >= 0.0) & (ratio >= 0.0), 1.0 / (1.0 + ratio), np.nan)


def _ratio_of(measure: MixtureMeasure, value: Array, fuel: Blend, oxidizer: Blend) -> Array:
    """Mass of oxidizer per mass of fuel."""
    fuel_positive, fuel_negative = oxidation_states(fuel)
    positive, negative = oxidation_states(oxidizer)
    if measure == "equivalence_ratio":
        needed, spare = fuel_positive + fuel_negative, -(positive + negative)
        stoichiometric = np.where((needed > 0.0) & (spare > 0.0), needed / spare, np.nan)
        return np.asarray(stoichiometric / value)
    # as much of the oxidizer as brings the sum of all states to the wanted proportion
    needed, spare = fuel_positive + value * fuel_negative, 0.0 - (positive + value * negative)
    is_fuel_alone = np.isinf(value) & (fuel_negative == 0.0)
    return np.where(is_fuel_alone, 0.0, needed / spare)


def oxidation_states(blend: Blend) -> tuple[Array, Array]:
    """Sums of the positive and of the negative oxidation states, mol/kg (N,) (NASA RP-1311 part I, eqs. 9.16-9.17)."""
    substances = composition(blend.reactants)
    states = np.array([_valences()[element] for element in substances.elements], dtype=np.float64)
    moles = blend.mass_fractions @ substances.element_moles
    return moles @ np.maximum(states, 0.0), moles @ np.minimum(states, 0.0)


@cache
def _valences() -> dict[str, int]:
    return {element: state for state, elements in ELEMENTS_BY_VALENCE.items() for element in elements.split()}
