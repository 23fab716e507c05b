"""Chemical equilibrium against the solver of NASA's `cea` wheel, at given temperature, enthalpy and entropy."""

from functools import cache
from typing import Any

import cea
import numpy as np
import pytest

import engine
from engine.arrays.equilibrium import Equilibrium
from engine.thermo.catalogue import find
from engine.thermo.nasa_polynomials import Array
from engine.validation.cea import mixtures

MIXTURES = {
    ("LH2", "LOX"): [1.0, 4.0, 6.0, 8.0, 20.0],
    ("RP-1", "LOX"): [0.7, 1.5, 2.6, 3.4, 8.0],
    ("MMH", "N2O4"): [0.5, 1.0, 2.0, 2.5, 5.0],
    ("NH3", "LF2"): [1.0, 2.0, 3.35, 5.0],
    ("C2H5OH", "H2O2"): [1.0, 3.0, 4.4],
}
PRESSURES = np.array([1e4, 1e5, 7e6, 4e7])
TEMPERATURES = np.array([700.0, 1500.0, 2800.0, 4500.0])
LIMIT = 1e-6
TRACE = 1e-6
QUANTITIES = {
    "temperature": ("T", 1.0),
    "enthalpy": ("enthalpy", 1e3),
    "entropy": ("entropy", 1e3),
    "molar_mass": ("M", 1e-3),
    "molar_mass_mixture": ("MW", 1e-3),
    "density": ("density", 1.0),
    "gamma": ("gamma_s", 1.0),
    "heat_capacity": ("cp_eq", 1e3),
    "heat_capacity_frozen": ("cp_fr", 1e3),
}


@cache
def solver_of(pair: tuple[str, str]) -> tuple[Any, Array]:
    """NASA's solver for a pair of propellants, and their shares in each side's mass."""
    parts = [part for name in pair for _, part in find(name).components]
    _, mixture, products = mixtures(parts)
    return cea.EqSolver(products, reactants=mixture), np.array(
        [part.enthalpy / part.molar_mass for part in parts]
    )


def reference(kind: int, pair: tuple[str, str], ratio: float, pressure: float, given: float) -> Any:
    solver, _ = solver_of(pair)
    solution = cea.EqSolution(solver)
    weights = np.array([1.0, ratio]) / (1.0 + ratio)
    solver.solve(solution, kind, given, pressure / 1e5, weights)
    return solution


def deviations(ours: Equilibrium, case: tuple[int, ...], theirs: Any) -> dict[str, float]:
    found = {}
    for name, (their_name, scale) in QUANTITIES.items():
        reference_value = float(getattr(theirs, their_name)) * scale
        size = abs(reference_value)
        if name == "enthalpy":
            size = max(size, float(ours.heat_capacity_frozen[case] * ours.temperature[case]))
        found[name] = abs(float(getattr(ours, name)[case]) - reference_value) / size
    for species, fraction in zip(ours.species, ours.mole_fractions[case], strict=True):
        if fraction > TRACE:
            found[species] = abs(fraction - float(theirs.mole_fractions.get(species, 0.0)))
    return found


@pytest.mark.parametrize("pair", MIXTURES, ids=" + ".join)
@pytest.mark.parametrize("problem", ["TP", "HP", "SP"])
@pytest.mark.filterwarnings("ignore:EqSolver.solve")
def test_equilibrium_agrees(problem: str, pair: tuple[str, str]) -> None:
    ratios = np.array(MIXTURES[pair])
    mixture = {"fuel": pair[0], "oxidizer": pair[1], "mixture_ratio": ratios[:, None, None]}
    at_temperature = engine.equilibrium(
        "TP", **mixture, pressure=PRESSURES[:, None], temperature=TEMPERATURES
    )
    assert not at_temperature.status.any()
    wanted = {"TP": at_temperature.temperature, "HP": at_temperature.enthalpy, "SP": at_temperature.entropy}[
        problem
    ]
    name = {"TP": "temperature", "HP": "enthalpy", "SP": "entropy"}[problem]
    ours = engine.equilibrium(problem, **mixture, pressure=PRESSURES[:, None], **{name: wanted})
    assert not ours.status.any()
    unsolved, worst = 0, dict[str, float]()
    for case in np.ndindex(ours.temperature.shape):
        given = wanted[case] / (1.0 if problem == "TP" else 8314.51)
        theirs = reference(getattr(cea, problem), pair, ratios[case[0]], PRESSURES[case[1]], given)
        unsolved += not theirs.converged
        if theirs.converged:
            for quantity, value in deviations(ours, case, theirs).items():
                worst[quantity] = max(worst.get(quantity, 0.0), value)
    assert max(worst.values()) < LIMIT, {key: value for key, value in worst.items() if value > LIMIT}
    assert unsolved <= 0.05 * ours.temperature.size


@pytest.mark.parametrize("pair", MIXTURES, ids=" + ".join)
def test_the_flame_of_the_propellants_agrees(pair: tuple[str, str]) -> None:
    ratios = np.array(MIXTURES[pair])
    ours = engine.equilibrium("HP", fuel=pair[0], oxidizer=pair[1], mixture_ratio=ratios, pressure=5e6)
    enthalpies = solver_of(pair)[1]
    for case, ratio in enumerate(ratios):
        entering = float(np.array([1.0, ratio]) @ enthalpies / (1.0 + ratio))
        assert ours.enthalpy[case] == pytest.approx(entering, rel=1e-7, abs=1.0)
        theirs = reference(cea.HP, pair, ratio, 5e6, entering / 8314.51)
        assert theirs.converged
        assert max(deviations(ours, (case,), theirs).values()) < LIMIT
