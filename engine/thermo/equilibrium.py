"""Chemical equilibrium of many mixtures at once: at a given pressure or density, and one more condition."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine import errors
from engine.thermo.blocks import Mask, element_groups, species_places
from engine.thermo.constants import GAS_CONSTANT, STANDARD_PRESSURE
from engine.thermo.halving import settle_surely
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.properties import Properties, equilibrium_properties, mole_fractions
from engine.thermo.settling import check_range
from engine.thermo.species import ProductSpecies, check_names
from engine.thermo.state import State, Targets, cold_state, cold_state_at_density
from engine.thermo.status import Status
from engine.thermo.transport.mixture import Transport, no_transport, transport_properties

Problem = Literal["TP", "HP", "SP", "TV", "UV", "SV"]
CONDITIONS: dict[str, tuple[str, str]] = {
    "TP": ("temperature", "pressure"),
    "HP": ("enthalpy", "pressure"),
    "SP": ("entropy", "pressure"),
    "TV": ("temperature", "density"),
    "UV": ("internal_energy", "density"),
    "SV": ("entropy", "density"),
}
"""What each problem is given by."""


@dataclass
class EquilibriumState(Properties, Transport):
    """The properties of N cases, each case's Status (N,), and mole fractions (N, S + C) of all species."""

    status: NDArray[np.int8]
    mole_fractions: Array

    @classmethod
    def nothing(cls, cases: int, species: int, with_transport: bool) -> "EquilibriumState":
        """Not-a-number for every case."""
        plain = {item.name: np.full(cases, np.nan) for item in fields(Properties)}
        status = np.full(cases, Status.INVALID_INPUT, dtype=np.int8)
        carried = vars(no_transport((cases,), asked=with_transport))
        fractions = np.full((cases, species), np.nan)
        return cls(**plain, **carried, status=status, mole_fractions=fractions)


def solve_equilibrium(
    problem: Problem,
    products: ProductSpecies,
    element_moles: Array,
    *,
    pressure: Array | None = None,
    density: Array | None = None,
    temperature: Array | None = None,
    enthalpy: Array | None = None,
    internal_energy: Array | None = None,
    entropy: Array | None = None,
    insert: Sequence[str] = (),
    with_transport: bool = False,
) -> EquilibriumState:
    """The composition of least Gibbs energy (of least Helmholtz energy at given density) over all of `products`.

    `problem` names what is given, each (N,): "TP", "HP", "SP" `pressure` Pa, "TV", "UV", "SV" `density` kg/m3, with
    `temperature` K, `enthalpy` J/kg, `internal_energy` J/kg or `entropy` J/(kg K). Condensed phases have no volume.
    `element_moles` (N, E) mol/kg in the order of `products.elements`. `insert` names condensed phases to start
    with; the answer is the same, the way to it may be shorter. `with_transport` asks for viscosity, conductivity and
    Prandtl number as well. A case that cannot be solved has a status that says why
    and NaN for numbers, and does not disturb the others. Raises ValueError for an unknown problem or where what it
    needs is missing, SpecError for a name in `insert` that is no condensed phase of the products.
    Source: NASA RP-1311 part I, chapters 2 and 3.
    """
    available = {
        "pressure": pressure,
        "density": density,
        "temperature": temperature,
        "enthalpy": enthalpy,
        "internal_energy": internal_energy,
        "entropy": entropy,
    }
    given, mechanical = _given(problem, available)
    element_moles = products.complete(element_moles)
    inserted = check_insert(products, insert)
    closure = Closure[problem]
    cases = len(mechanical)
    usable = np.isfinite(given) & np.isfinite(mechanical) & (mechanical > 0)
    usable &= np.isfinite(element_moles).all(axis=1) & (element_moles >= 0).all(axis=1)
    if closure.is_isothermal:
        usable &= given > 0
    result = EquilibriumState.nothing(cases, len(products.names), with_transport)
    for rows, columns, subset in element_groups(products, element_moles, usable):
        with np.errstate(all="ignore"):
            _solve_block(
                result,
                rows,
                species_places(products, subset),
                subset,
                _start(subset, closure, given[rows], mechanical[rows]),
                _targets(closure, element_moles[np.ix_(rows, columns)], given[rows]),
                closure,
                np.isin(subset.phases.names, inserted),
                with_transport,
            )
    return result


def check_insert(products: ProductSpecies, insert: Sequence[str]) -> tuple[str, ...]:
    """The names, once each; raises SpecError where one is no condensed phase of the products."""
    names = (insert,) if isinstance(insert, str) else tuple(insert)
    check_names("insert", names)
    strange = [name for name in names if name not in products.phases.names]
    if strange:
        known = ", ".join(products.phases.names) or "none"
        message = "is no condensed phase of this mixture; its condensed phases are " + known
        raise errors.SpecError([errors.Problem("insert", f"{name!r} {message}", name) for name in strange])
    return names


def _given(problem: str, available: dict[str, Array | None]) -> tuple[Array, Array]:
    """The thermal and the mechanical condition."""
    if problem not in CONDITIONS:
        raise ValueError(f"problem '{problem}' is not known; choose one of {', '.join(CONDITIONS)}")
    given = []
    for name in CONDITIONS[problem]:
        value = available[name]
        if value is None:
            raise ValueError(f"problem '{problem}' needs `{name}`")
        given.append(value)
    return given[0], given[1]


def _start(species: ProductSpecies, closure: Closure, given: Array, mechanical: Array) -> State:
    temperature = given if closure.is_isothermal else None
    if closure.is_isochoric:
        return cold_state_at_density(species, mechanical, temperature)
    return cold_state(species, mechanical / STANDARD_PRESSURE, temperature)


def _targets(closure: Closure, elements: Array, given: Array) -> Targets:
    nothing = np.zeros(len(given))
    scaled = given / GAS_CONSTANT
    return Targets(
        elements=elements,
        enthalpy=scaled if closure in (Closure.HP, Closure.UV) else nothing,
        entropy=scaled if closure.is_isentropic else nothing,
        log_flux=nothing,
    )


def _solve_block(
    result: EquilibriumState,
    rows: NDArray[np.intp],
    places: NDArray[np.intp],
    species: ProductSpecies,
    state: State,
    targets: Targets,
    closure: Closure,
    inserted: Mask,
    with_transport: bool,
) -> None:
    """Solve the cases `rows` and put what was found into the result; `places` are those of the species there."""
    active = np.tile(inserted, (len(rows), 1))
    status = settle_surely(species, state, targets, closure, active)
    check_range(state, status)
    result.status[rows] = status
    good = np.flatnonzero(status == Status.CONVERGED)
    solved = state.take(good)
    result.put(rows[good], equilibrium_properties(species, solved, active[good]))
    if with_transport:
        result.put_transport(rows[good], transport_properties(species, solved))
    result.mole_fractions[rows[good]] = 0.0
    result.mole_fractions[np.ix_(rows[good], places)] = mole_fractions(solved)
