"""Detonations and shocks against NASA's `cea` wheel.

Its iterations for waves end early, by 1.5e-4 in the worst case, and where there is no shock, with figures that do not
balance. So the wheel is asked twice: for the wave, and for the equilibrium at the temperature and pressure of ours,
with which momentum and energy then have to balance by NASA's own thermodynamics.
"""

from functools import cache
from typing import Any

import cea
import numpy as np
import pytest

import engine
from engine.thermo.catalogue import find
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import product_species
from engine.thermo.status import Status
from engine.thermo.waves.detonation import Detonations, solve_detonation
from engine.thermo.waves.gas import FrozenGas, unburned_gas
from engine.thermo.waves.results import GasState
from engine.thermo.waves.shock import Shocks, solve_shock

pytestmark = pytest.mark.filterwarnings("ignore")

BURNING: dict[tuple[str, ...], list[list[float]]] = {
    ("H2", "O2"): [[1.0, 1.0], [2.0, 1.0], [4.0, 1.0]],
    ("H2", "Air"): [[0.2, 1.0], [0.42, 1.0], [0.84, 1.0]],
    ("CH4", "O2"): [[0.25, 1.0], [0.5, 1.0], [1.0, 1.0]],
    ("C2H2,acetylene", "O2"): [[0.125, 1.0], [0.4, 1.0], [1.0, 1.0], [3.0, 1.0]],
}
SHOCKED: dict[tuple[str, ...], tuple[list[float], list[float]]] = {
    ("H2", "O2", "Ar"): ([0.05, 0.05, 0.9], [1150.0, 1200.0, 1300.0, 1400.0, 2000.0]),
    ("N2", "O2"): ([0.79, 0.21], [500.0, 1000.0, 2000.0, 4000.0, 5000.0]),
    ("CH4", "O2", "Ar"): ([0.02, 0.04, 0.94], [1300.0, 1500.0, 2000.0]),
}
EARLY = 2e-4
EXACT = 5e-7
GAS_CONSTANT = 8314.51


@cache
def mixtures(names: tuple[str, ...]) -> tuple[Any, Any]:
    cea.set_log_level(cea.LOG_NONE)
    return cea.Mixture(list(names)), cea.Mixture(list(names), products_from_reactants=True)


@cache
def solvers(names: tuple[str, ...]) -> tuple[Any, Any, Any]:
    reactants, products = mixtures(names)
    kinds = (cea.EqSolver, cea.DetonationSolver, cea.ShockSolver)
    return tuple(kind(products, reactants=reactants) for kind in kinds)  # type: ignore[return-value]


def weights_of(names: tuple[str, ...], moles: list[float]) -> Array:
    return np.asarray(mixtures(names)[0].moles_to_weights(np.array(moles)))


def gas_of(names: tuple[str, ...], moles: list[list[float]]) -> FrozenGas:
    reactants = tuple(find(name).components[0][1] for name in names)
    fractions = np.array(moles)
    masses = fractions @ np.array([reactant.molar_mass for reactant in reactants])
    return unburned_gas(reactants, fractions / masses[:, None])


def by_nasa(names: tuple[str, ...], weights: Array, state: GasState, case: int) -> dict[str, float]:
    """NASA's equilibrium at our temperature and pressure: density, enthalpy and speed of sound."""
    solver = solvers(names)[0]
    solution = cea.EqSolution(solver)
    temperature, pressure = float(state.temperature[case]), float(state.pressure[case])
    solver.solve(solution, cea.TP, temperature, pressure / 1e5, weights)
    assert solution.converged
    specific = GAS_CONSTANT / solution.M * temperature
    return {
        "density": pressure / specific,
        "enthalpy": solution.enthalpy * 1e3,
        "sound_speed": float(np.sqrt(solution.gamma_s * specific)),
        "pressure": pressure,
    }


def before_by_nasa(
    names: tuple[str, ...], weights: Array, temperature: float, pressure: float
) -> dict[str, float]:
    reactants = mixtures(names)[0]
    enthalpy = reactants.calc_property(cea.ENTHALPY, weights, temperature)
    molar_mass = np.array([find(name).components[0][1].molar_mass for name in names])
    moles = float((weights / molar_mass).sum() / weights.sum())
    density = pressure / (moles * GAS_CONSTANT * 1e-3 * temperature)
    return {"density": density, "enthalpy": float(enthalpy), "pressure": pressure}


def imbalance(before: dict[str, float], after: dict[str, float], flux: float) -> float:
    """The worst of momentum and energy, in terms of what flows in; `flux` is that of mass."""
    speeds = flux / before["density"], flux / after["density"]
    momentum = (after["pressure"] + flux * speeds[1]) / (before["pressure"] + flux * speeds[0]) - 1.0
    energy = after["enthalpy"] + 0.5 * speeds[1] ** 2 - before["enthalpy"] - 0.5 * speeds[0] ** 2
    return max(abs(momentum), abs(energy) / speeds[0] ** 2)


def detonations(names: tuple[str, ...]) -> tuple[list[tuple[list[float], float, float]], Detonations]:
    conditions = [(200.0, 1e5), (298.15, 1e3), (298.15, 1e5), (298.15, 2e6), (500.0, 1e5), (500.0, 2e6)]
    cases = [(moles, heat, pressure) for moles in BURNING[names] for heat, pressure in conditions]
    gas = gas_of(names, [moles for moles, _, _ in cases])
    wave = solve_detonation(
        product_species(gas.species.elements),
        gas,
        np.array([heat for _, heat, _ in cases]),
        np.array([pressure for _, _, pressure in cases]),
    )
    assert not wave.status.any()
    return cases, wave


@pytest.mark.parametrize("names", BURNING, ids=" + ".join)
def test_detonations_agree(names: tuple[str, ...]) -> None:
    cases, wave = detonations(names)
    solver, worst, unsolved = solvers(names)[1], dict[str, float](), 0
    for case, (moles, heat, pressure) in enumerate(cases):
        theirs = cea.DetonationSolution(solver)
        solver.solve(theirs, weights_of(names, moles), heat, pressure / 1e5)
        unsolved += not theirs.converged
        if not theirs.converged:
            continue
        references = {
            "temperature": (wave.burned.temperature, theirs.T),
            "molar_mass": (wave.burned.molar_mass, theirs.M * 1e-3),
            "gamma": (wave.burned.gamma, theirs.gamma_s),
            "sound_speed": (wave.burned.sound_speed, theirs.sonic_velocity),
            "pressure": (wave.burned.pressure, theirs.P * 1e5),
            "density": (wave.burned.density, theirs.density),
            "velocity": (wave.initial.velocity, theirs.velocity),
            "mach": (wave.initial.mach, theirs.Mach),
            "initial_sound_speed": (wave.initial.sound_speed, theirs.sonic_velocity1),
            "initial_gamma": (wave.initial.gamma, theirs.gamma1),
        }
        for name, (ours, reference) in references.items():
            worst[name] = max(worst.get(name, 0.0), abs(float(ours[case]) / reference - 1.0))
    assert unsolved <= 1
    assert max(worst.values()) < EARLY, worst
    assert worst["temperature"] < 1e-6
    assert worst["initial_sound_speed"] < 2e-8
    assert worst["initial_gamma"] < 1e-8


@pytest.mark.parametrize("names", BURNING, ids=" + ".join)
def test_detonations_balance_by_nasas_thermodynamics(names: tuple[str, ...]) -> None:
    cases, wave = detonations(names)
    for case, (moles, heat, pressure) in enumerate(cases):
        weights = weights_of(names, moles)
        before, after = (
            before_by_nasa(names, weights, heat, pressure),
            by_nasa(names, weights, wave.burned, case),
        )
        flux = float(wave.initial.velocity[case]) * before["density"]
        assert imbalance(before, after, flux) < EXACT
        assert flux / after["density"] == pytest.approx(after["sound_speed"], rel=2e-6)


def shocks(names: tuple[str, ...], **models: Any) -> tuple[list[float], list[float], Shocks]:
    moles, velocities = SHOCKED[names]
    gas = gas_of(names, [moles] * len(velocities))
    heat, pressure = np.full(len(velocities), 300.0), np.full(len(velocities), 1e4)
    products = product_species(gas.species.elements)
    shock = solve_shock(products, gas, heat, pressure, np.array(velocities), **models)
    assert not shock.status.any()
    return moles, velocities, shock


@pytest.mark.parametrize("names", SHOCKED, ids=" + ".join)
@pytest.mark.parametrize("incident", ["equilibrium", "frozen"])
@pytest.mark.parametrize("reflected", ["equilibrium", "frozen"])
def test_shocks_agree(names: tuple[str, ...], incident: str, reflected: str) -> None:
    moles, velocities, shock = shocks(names, incident=incident, reflected=reflected)
    assert shock.reflected is not None
    solver, worst = solvers(names)[2], dict[str, float]()
    kinds = {"incident_frozen": incident == "frozen", "reflected_frozen": reflected == "frozen"}
    for case, velocity in enumerate(velocities):
        theirs = cea.ShockSolution(solver, reflected=True)
        weights = weights_of(names, moles)
        solver.solve(theirs, weights, 300.0, 0.1, u1=velocity, reflected=True, **kinds)
        assert theirs.converged
        for place, state in enumerate((shock.initial, shock.incident, shock.reflected)):
            references = {
                "temperature": theirs.T[place],
                "pressure": theirs.P[place] * 1e5,
                "velocity": theirs.velocity[place],
                "density": theirs.density[place],
                "molar_mass": theirs.M[place] * 1e-3,
                "enthalpy": theirs.enthalpy[place] * 1e3,
            }
            if place < 2 or reflected == "equilibrium":
                # behind a frozen reflected shock the wheel takes the heat capacity from before it
                references |= {"gamma": theirs.gamma_s[place], "mach": theirs.Mach[place]}
            for name, reference in references.items():
                ours = float(getattr(state, name)[case])
                size = abs(reference) if name != "enthalpy" else velocity**2
                worst[name] = max(worst.get(name, 0.0), abs(ours - reference) / size)
    assert max(worst.values()) < EARLY, worst


@pytest.mark.parametrize("names", SHOCKED, ids=" + ".join)
def test_shocks_balance_by_nasas_thermodynamics(names: tuple[str, ...]) -> None:
    moles, velocities, shock = shocks(names)
    assert shock.reflected is not None
    weights = weights_of(names, moles)
    for case, velocity in enumerate(velocities):
        before = before_by_nasa(names, weights, 300.0, 1e4)
        second, fifth = (by_nasa(names, weights, state, case) for state in (shock.incident, shock.reflected))
        flux = velocity * before["density"]
        assert imbalance(before, second, flux) < EXACT
        towards_wall = velocity - flux / second["density"]
        flux = towards_wall / (1.0 / second["density"] - 1.0 / fifth["density"])
        assert imbalance(second, fifth, flux) < EXACT
        assert float(shock.reflected.velocity[case]) == pytest.approx(flux / fifth["density"], rel=EXACT)


def test_the_wheel_calls_converged_what_breaks_the_balance_of_momentum() -> None:
    """Example 7 of RP-1311 at 1000 m/s: the detonation of this gas runs at 1094 m/s, so no slower shock burns it."""
    names, moles = ("H2", "O2", "Ar"), [0.05, 0.05, 0.9]
    solver = solvers(names)[2]
    theirs = cea.ShockSolution(solver, reflected=True)
    solver.solve(theirs, weights_of(names, moles), 300.0, 0.0133322, u1=1000.0, reflected=True)
    assert theirs.converged
    flow = theirs.P * 1e5 + theirs.density * theirs.velocity**2
    assert abs(flow[1] / flow[0] - 1.0) > 0.05
    gas = gas_of(names, [moles])
    products = product_species(gas.species.elements)
    given = np.array([300.0]), np.array([1333.22])
    wave = solve_detonation(products, gas, *given)
    assert wave.initial.velocity[0] == pytest.approx(1094.0, abs=1.0)
    shock = solve_shock(products, gas, *given, np.array([1000.0]), reflected=None)
    assert shock.status[0] == Status.NO_SHOCK


def test_argon_ionises_behind_fast_shocks() -> None:
    """The wheel's figures are kept here, since with ions it has brought the process down for other gases."""
    shock = engine.shock(
        reactants=[{"name": "Ar", "mole_fraction": 1.0}],
        temperature=300.0,
        pressure=1e3,
        velocity=[3000.0, 6000.0],
        ions=True,
    )
    assert shock.reflected is not None
    np.testing.assert_allclose(shock.incident.temperature, [8222.25025437, 14363.43543996], rtol=3e-5)
    np.testing.assert_allclose(shock.reflected.temperature, [12244.74058045, 20044.45768895], rtol=3e-5)
    np.testing.assert_allclose(shock.incident.mach, [0.4726638654870733, 0.3320895437958904], rtol=5e-5)
    electrons = shock.incident.mole_fractions[:, shock.incident.species.index("e-")]
    ions = shock.incident.mole_fractions[:, shock.incident.species.index("Ar+")]
    np.testing.assert_allclose(electrons, ions, rtol=1e-9)
    assert (electrons > 1e-3).all()
