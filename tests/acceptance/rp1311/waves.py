"""The detonations and shocks among the sample problems, solved by our engine."""

from typing import Any

import numpy as np

from engine.thermo.equilibrium import solve_equilibrium
from engine.thermo.nasa_polynomials import Array
from engine.thermo.reactants import ReactantMixture
from engine.thermo.species import ProductSpecies
from engine.thermo.waves.detonation import solve_detonation
from engine.thermo.waves.gas import FrozenGas, unburned_gas
from engine.thermo.waves.results import GasState
from engine.thermo.waves.shock import solve_shock
from tests.acceptance.rp1311.answer import Answer

CARRIED = ("viscosity", "conductivity", "conductivity_frozen", "prandtl", "prandtl_frozen")


def detonations(case: dict[str, Any], mixture: ReactantMixture, products: ProductSpecies) -> Answer:
    """The Chapman-Jouguet state of each case."""
    conditions = case["conditions"]
    temperature, pressure = (np.array(conditions[name]) for name in ("temperature", "pressure"))
    found = solve_detonation(products, _unburned(mixture), temperature, pressure)
    answer = _behind(found.burned, found.initial, found.status)
    answer.quantities["detonation_velocity"] = found.initial.velocity
    answer.quantities["detonation_mach"] = found.initial.mach
    burned = {"temperature": found.burned.temperature, "pressure": found.burned.pressure}
    settled = solve_equilibrium("TP", products, mixture.element_moles, with_transport=True, **burned)
    for name in CARRIED:
        answer.quantities[name] = getattr(settled, name)
    return answer


def shocks(case: dict[str, Any], mixture: ReactantMixture, products: ProductSpecies) -> dict[str, Answer]:
    """The incident shocks in equilibrium and frozen, and the reflected ones in equilibrium."""
    conditions = case["conditions"]
    given = tuple(np.array(conditions[name]) for name in ("temperature", "pressure", "velocity"))
    gas = _unburned(mixture)
    reflected = solve_shock(products, gas, *given)
    equilibrium = solve_shock(products, gas, *given, reflected=None)
    frozen = solve_shock(products, gas, *given, incident="frozen", reflected=None)
    assert reflected.reflected is not None
    return {
        "equilibrium": _behind(equilibrium.incident, equilibrium.initial, equilibrium.status),
        "frozen": _behind(frozen.incident, frozen.initial, frozen.status),
        "reflected": _behind(reflected.reflected, reflected.incident, reflected.status),
    }


def _unburned(mixture: ReactantMixture) -> FrozenGas:
    molar_mass = np.array([reactant.molar_mass for reactant in mixture.reactants])
    return unburned_gas(mixture.reactants, mixture.mass_fractions / molar_mass)


def _behind(after: GasState, before: GasState, status: Array) -> Answer:
    """The gas behind a wave, with its ratios to that before it."""
    answer = Answer.of(after, after.species, after.mole_fractions, status)
    ratios = {
        "shock_pressure_ratio": "pressure",
        "temperature_ratio": "temperature",
        "molar_mass_ratio": "molar_mass",
        "density_ratio": "density",
    }
    for ratio, name in ratios.items():
        answer.quantities[ratio] = getattr(after, name) / getattr(before, name)
    for name in ("pressure", "temperature", "density", "enthalpy", "molar_mass", "gamma", "sound_speed"):
        answer.quantities[f"initial_{name}"] = getattr(before, name)
    answer.quantities["initial_velocity"] = before.velocity
    answer.quantities["initial_mach"] = before.mach
    answer.quantities["gas_velocity"] = before.velocity - after.velocity
    return answer
