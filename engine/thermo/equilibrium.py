"""Chemical equilibrium of many mixtures at once: at given temperature, enthalpy or entropy, and pressure."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import element_groups, species_places
from engine.thermo.constants import GAS_CONSTANT, STANDARD_PRESSURE
from engine.thermo.halving import settle_surely
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.properties import Properties, equilibrium_properties, mole_fractions
from engine.thermo.settling import check_range
from engine.thermo.species import ProductSpecies
from engine.thermo.state import Targets, cold_state
from engine.thermo.status import Status
from engine.thermo.transport.mixture import Transport, no_transport, transport_properties

Problem = Literal["TP", "HP", "SP"]


@dataclass
class EquilibriumState(Properties, Transport):
    """The properties of N cases, each case's Status (N,), and mole fractions (N, S + C) of all species."""

    status: NDArray[np.int8]
    mole_fractions: Array


def solve_equilibrium(
    problem: Problem,
    products: ProductSpecies,
    element_moles: Array,
    *,
    pressure: Array,
    temperature: Array | None = None,
    enthalpy: Array | None = None,
    entropy: Array | None = None,
    with_transport: bool = False,
) -> EquilibriumState:
    """The composition of least Gibbs energy over all of `products`, gases and condensed phases.

    `problem` names what is given beside `pressure` (N,) Pa: "TP" `temperature` (N,) K, "HP" `enthalpy` (N,) J/kg,
    "SP" `entropy` (N,) J/(kg K). `element_moles` (N, E) mol/kg in the order of `products.elements`. A case that
    cannot be solved has a status that says why and NaN for numbers, and does not disturb the others.
    `with_transport` asks for viscosity, conductivity and Prandtl number as well.
    Raises ValueError for an unknown problem or where what it needs is missing.
    Source: NASA RP-1311 part I, chapters 2 and 3.
    """
    given = _given(problem, temperature, enthalpy, entropy)
    cases = len(pressure)
    usable = np.isfinite(given) & np.isfinite(pressure) & (pressure > 0)
    usable &= np.isfinite(element_moles).all(axis=1) & (element_moles >= 0).all(axis=1)
    if problem == "TP":
        usable &= given > 0
    status = np.full(cases, Status.INVALID_INPUT, dtype=np.int8)
    result = Properties.empty(cases)
    carried = no_transport((cases,), asked=with_transport)
    fractions = np.full((cases, len(products.names)), np.nan)
    closure = Closure[problem]
    for rows, columns, subset in element_groups(products, element_moles, usable):
        fixed = given[rows] if closure is Closure.TP else None
        state = cold_state(subset, pressure[rows] / STANDARD_PRESSURE, fixed)
        targets = _targets(closure, element_moles[np.ix_(rows, columns)], given[rows])
        active = np.zeros((len(rows), len(subset.phases.names)), dtype=bool)
        with np.errstate(all="ignore"):
            outcome = settle_surely(subset, state, targets, closure, active)
            check_range(state, outcome)
            status[rows] = outcome
            good = np.flatnonzero(status[rows] == Status.CONVERGED)
            solved = state.take(good)
            result.put(rows[good], equilibrium_properties(subset, solved, active[good]))
            if with_transport:
                carried.put_transport(rows[good], transport_properties(subset, solved))
        fractions[rows[good]] = 0.0
        fractions[np.ix_(rows[good], species_places(products, subset))] = mole_fractions(solved)
    values = vars(result) | vars(carried)
    return EquilibriumState(**values, status=status, mole_fractions=fractions)


def _given(problem: str, temperature: Array | None, enthalpy: Array | None, entropy: Array | None) -> Array:
    choices = {"TP": temperature, "HP": enthalpy, "SP": entropy}
    if problem not in choices:
        raise ValueError(f"problem '{problem}' is not known; choose one of {', '.join(choices)}")
    value = choices[problem]
    if value is None:
        needed = {"TP": "temperature", "HP": "enthalpy", "SP": "entropy"}[problem]
        raise ValueError(f"problem '{problem}' needs `{needed}`")
    return value


def _targets(closure: Closure, elements: Array, given: Array) -> Targets:
    nothing = np.zeros(len(given))
    scaled = given / GAS_CONSTANT
    return Targets(
        elements=elements,
        enthalpy=scaled if closure is Closure.HP else nothing,
        entropy=scaled if closure is Closure.SP else nothing,
        log_flux=nothing,
    )
