"""Condensed phases of twenty sets of elements against NASA's `cea` wheel: none more, none less.

Below 300 K, where most condensed data of NASA's library begins, the wheel leaves those phases out and answers with what
is then left; ours continues them, and its Gibbs energy is lower. Hence the comparison begins there.
"""

from typing import Any

import cea
import numpy as np
import pytest

from engine.thermo.catalogue import atomic_masses
from engine.thermo.equilibrium import EquilibriumState, solve_equilibrium
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies, product_species
from engine.thermo.status import Status

MIXTURES: dict[str, dict[str, float]] = {
    "alumina": {"Al": 1, "O": 2.5},
    "alumina and nitrogen": {"Al": 2, "O": 3, "N": 4},
    "magnesia": {"Mg": 1, "O": 2},
    "spinel": {"Mg": 1, "Al": 1.5, "O": 5},
    "iron oxides": {"Fe": 1, "O": 2, "N": 1},
    "iron oxides and steam": {"Fe": 1, "O": 1.2, "H": 2},
    "boron oxides": {"B": 2, "O": 4, "H": 1},
    "lithium fluoride": {"Li": 1, "F": 1.5, "H": 0.5},
    "lithium chloride": {"Li": 1, "Cl": 1, "H": 2, "O": 1},
    "soot": {"C": 1, "H": 2, "O": 0.5},
    "water and ice": {"H": 4, "O": 1},
    "composite propellant": {"Al": 0.6, "C": 0.9, "H": 3.9, "Cl": 0.6, "N": 0.6, "O": 2.6},
    "silica": {"Si": 1, "O": 2.5, "C": 0.2},
    "salt": {"Na": 1, "Cl": 1, "O": 1, "H": 1},
    "potassium perchlorate": {"K": 1, "Cl": 1, "O": 4, "Al": 1},
    "titanium boride": {"Ti": 1, "B": 2, "C": 0.5, "O": 1, "H": 2},
    "gypsum": {"Ca": 1, "S": 1, "O": 4},
    "beryllia": {"Be": 1, "H": 3, "O": 1.2},
    "chromia": {"Cr": 1, "O": 2, "H": 1},
    "zirconia": {"Zr": 1, "O": 3},
}
TEMPERATURES = np.array([305.0, 420.0, 640.0, 900.0, 1150.0, 1700.0, 2200.0, 2500.0, 2900.0, 3300.0, 4200.0])
PRESSURES = np.array([1e4, 1e7])
LIMIT = 1e-6
UNSOLVED_OF_THE_REFERENCE = 5


def ours(formula: dict[str, float]) -> tuple[ProductSpecies, EquilibriumState, Array, Array]:
    temperature, pressure = (axis.ravel() for axis in np.meshgrid(TEMPERATURES, PRESSURES))
    products = product_species(tuple(formula))
    atoms = np.array(list(formula.values()))
    elements = atoms / (atoms @ np.array([atomic_masses()[element] for element in formula]))
    state = solve_equilibrium(
        "TP", products, np.tile(elements, (len(pressure), 1)), pressure=pressure, temperature=temperature
    )
    return products, state, temperature, pressure


def solver_of(formula: dict[str, float]) -> Any:
    mass = sum(number * atomic_masses()[element] for element, number in formula.items())
    cea.set_log_level(cea.LOG_NONE)
    reactant = cea.Reactant(
        "mixture",
        formula={element.upper(): float(number) for element, number in formula.items()},
        molecular_weight=mass * 1e3,
        enthalpy=0.0,
        enthalpy_units="J/mol",
        temperature=298.15,
    )
    return cea.EqSolver(
        cea.Mixture([reactant], products_from_reactants=True), reactants=cea.Mixture([reactant])
    )


def reference(solver: Any, temperature: float, pressure: float) -> dict[str, float] | None:
    solution = cea.EqSolution(solver)
    try:
        solver.solve(solution, cea.TP, temperature, pressure / 1e5, np.array([1.0]))
    except RuntimeError:
        return None
    return dict(solution.mole_fractions) if solution.converged else None


@pytest.mark.parametrize("name", MIXTURES)
@pytest.mark.filterwarnings("ignore:EqSolver.solve")
def test_phases_and_amounts_agree(name: str) -> None:
    products, state, temperature, pressure = ours(MIXTURES[name])
    assert np.isin(state.status, (Status.CONVERGED, Status.NO_GAS)).all()
    solver = solver_of(MIXTURES[name])
    unsolved = 0
    for case in np.flatnonzero(state.status == Status.CONVERGED):
        theirs = reference(solver, temperature[case], pressure[case])
        if theirs is None:
            unsolved += 1
            continue
        fractions = np.array([theirs.get(species, 0.0) for species in products.names])
        where = f"{temperature[case]} K, {pressure[case]:.0e} Pa"
        np.testing.assert_allclose(state.mole_fractions[case], fractions, atol=LIMIT, err_msg=where)
    assert unsolved <= UNSOLVED_OF_THE_REFERENCE
