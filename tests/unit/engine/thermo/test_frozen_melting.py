"""Aluminised propellant whose composition is frozen, through the temperature where its alumina freezes.

Energy and entropy are taken anew from the mole fractions of each station and NASA's polynomials.
"""

import numpy as np
import pytest

from engine.thermo.catalogue import find
from engine.thermo.constants import GAS_CONSTANT, STANDARD_PRESSURE
from engine.thermo.nasa_polynomials import Array
from engine.thermo.performance import FlowModel, rocket_stations
from engine.thermo.rocket_results import RocketStations
from engine.thermo.species import ProductSpecies, product_species
from tests.unit.engine.thermo.mixtures import mixture

MELTING_POINT = 2327.0
SOLID, LIQUID = "AL2O3(a)", "AL2O3(L)"
AREAS = np.geomspace(2.0, 100.0, 120)


def propellant(shares: Array) -> tuple[ProductSpecies, Array, Array]:
    """Products, element moles (N, E) and enthalpy (N,) of AP, HTPB and Al by their mass fractions (N, 3)."""
    parts = [find(name).components[0][1] for name in ("NH4CLO4(I)", "HTPB", "AL(cr)")]
    elements = tuple(sorted({element for part in parts for element, _ in part.formula}))
    atoms = np.array([[dict(part.formula).get(element, 0.0) for element in elements] for part in parts])
    moles = shares / np.array([part.molar_mass for part in parts])
    return product_species(elements), moles @ atoms, moles @ np.array([part.enthalpy for part in parts])


def aluminised(flow_model: FlowModel, areas: Array = AREAS, pressure: float = 7e6) -> RocketStations:
    products, elements, enthalpy = propellant(np.array([[0.70, 0.12, 0.18]]))
    return rocket_stations(
        products, elements, enthalpy, np.array([pressure]), area_ratio=areas[None], flow_model=flow_model
    )


def balances(products: ProductSpecies, flow: RocketStations, case: int) -> tuple[Array, Array]:
    """Enthalpy (K,) in J/kg and entropy (K,) in J/(kg K) of a case's stations by their mole fractions."""
    temperature, pressure = flow.temperature[case], flow.pressure[case]
    moles = flow.mole_fractions[case] / flow.molar_mass_mixture[case][:, None]
    count = len(products.gases.names)
    gas, condensed = moles[:, :count], moles[:, count:]
    of_gas = products.gases.properties(temperature)
    of_phases = products.phases.properties(temperature, np.arange(len(products.phases.names)))
    enthalpy = (gas * of_gas.enthalpy).sum(axis=1) + (condensed * of_phases.enthalpy).sum(axis=1)
    partial = gas / gas.sum(axis=1, keepdims=True) * (pressure / STANDARD_PRESSURE)[:, None]
    of_mixing = np.where(gas > 0.0, -np.log(np.maximum(partial, 1e-300)), 0.0)
    entropy = (gas * (of_gas.enthalpy - of_gas.gibbs + of_mixing)).sum(axis=1)
    entropy += (condensed * (of_phases.enthalpy - of_phases.gibbs)).sum(axis=1)
    return enthalpy * GAS_CONSTANT * temperature, entropy * GAS_CONSTANT


@pytest.mark.parametrize("flow_model", ["frozen", "frozen_at_throat"])
def test_all_areas_from_2_to_100_are_solved_and_keep_energy_entropy_and_mass(flow_model: FlowModel) -> None:
    products, elements, enthalpy_given = propellant(np.array([[0.70, 0.12, 0.18]]))
    flow = aluminised(flow_model)
    assert not flow.station_status.any()
    np.testing.assert_allclose(flow.area_ratio[0, 2:], AREAS, rtol=1e-9)
    enthalpy, entropy = balances(products, flow, 0)
    total = enthalpy + 0.5 * flow.velocity[0] ** 2
    np.testing.assert_allclose(total, enthalpy_given[0], rtol=1e-9)
    np.testing.assert_allclose(entropy, entropy[0], rtol=1e-9)
    mass_flow = flow.density[0] * flow.velocity[0] * flow.area_ratio[0]
    np.testing.assert_allclose(mass_flow[1:], mass_flow[1], rtol=1e-9)
    moles = flow.mole_fractions[0] / flow.molar_mass_mixture[0][:, None]
    np.testing.assert_allclose(moles @ products.formula_matrix, np.tile(elements, (122, 1)), rtol=1e-9)


@pytest.mark.parametrize("flow_model", ["frozen", "frozen_at_throat"])
def test_alumina_freezes_at_its_melting_point_and_nothing_else_changes(flow_model: FlowModel) -> None:
    products = propellant(np.array([[0.70, 0.12, 0.18]]))[0]
    flow = aluminised(flow_model)
    solid, liquid = (flow.mole_fractions[0, 1:, products.names.index(name)] for name in (SOLID, LIQUID))
    temperature = flow.temperature[0, 1:]
    at_melting = (solid > 0.0) & (liquid > 0.0)
    assert at_melting.sum() > 5
    np.testing.assert_allclose(temperature[at_melting], MELTING_POINT, atol=0.01)
    assert (temperature[liquid == 0.0] < MELTING_POINT).all()
    assert (temperature[solid == 0.0] > MELTING_POINT).all()
    assert (np.diff(solid) >= 0.0).all()
    frozen_at = 0 if flow_model == "frozen" else 1
    together = solid + liquid
    np.testing.assert_allclose(together[frozen_at:], together[frozen_at], rtol=1e-12)
    others = [place for place, name in enumerate(products.names) if name not in (SOLID, LIQUID)]
    fractions = flow.mole_fractions[0, 1:][:, others]
    np.testing.assert_allclose(fractions, np.tile(fractions[0], (len(fractions), 1)), atol=1e-15)


def test_the_flow_is_smooth_in_area_where_freezing_begins_and_ends() -> None:
    flow = aluminised("frozen", np.linspace(2.0, 8.0, 800))
    assert (np.diff(flow.pressure[0, 2:]) < 0.0).all()
    assert (np.diff(flow.temperature[0, 2:]) <= 1e-9).all()
    steps = np.diff(np.log(flow.pressure[0, 2:]))
    assert np.abs(np.diff(steps)).max() < 0.1 * np.abs(steps).max()


def test_the_longer_the_gas_reacts_the_more_it_gives_particles_or_not() -> None:
    models: list[FlowModel] = ["frozen", "frozen_at_throat", "equilibrium"]
    impulses = [aluminised(model, np.array([4.0, 100.0])).specific_impulse_vacuum[0, 2:] for model in models]
    assert (np.diff(impulses, axis=0) > 0.0).all()


def test_the_heat_that_freezing_alumina_gives_back_is_that_of_the_tables() -> None:
    """NIST-JANAF: 111.1 kJ/mol. Along the plateau h falls by the work of the gas less this heat."""
    products = propellant(np.array([[0.70, 0.12, 0.18]]))[0]
    flow = aluminised("frozen", np.linspace(3.2, 4.4, 60))
    solid = flow.mole_fractions[0, :, products.names.index(SOLID)] / flow.molar_mass_mixture[0]
    pinned = np.flatnonzero((solid > 0.0) & (np.abs(flow.temperature[0] - MELTING_POINT) < 0.01))[[0, -1]]
    assert pinned[1] - pinned[0] > 10
    moles = 1.0 / flow.molar_mass[0, 0]
    fall_of_gas = moles * GAS_CONSTANT * np.log(flow.pressure[0, pinned[0]] / flow.pressure[0, pinned[1]])
    heat = fall_of_gas * MELTING_POINT / (solid[pinned[1]] - solid[pinned[0]])
    assert heat == pytest.approx(111.1e3, rel=0.01)


@pytest.mark.parametrize("flow_model", ["equilibrium", "frozen"])
def test_where_freezing_begins_at_the_throat_the_flow_chokes_below_the_speed_of_sound(
    flow_model: FlowModel,
) -> None:
    ammonium_perchlorate, cases = np.linspace(0.68, 0.73, 24), 24
    rest = 0.92 - ammonium_perchlorate
    products, elements, enthalpy = propellant(
        np.stack([ammonium_perchlorate, rest, np.full(cases, 0.08)], axis=1)
    )
    flow = rocket_stations(
        products,
        elements,
        enthalpy,
        np.full(cases, 7e6),
        pressure_ratio=np.tile(np.linspace(1.02, 2.0, 50), (cases, 1)),
        flow_model=flow_model,
        with_composition=False,
    )
    assert not flow.station_status.any()
    jumps = np.flatnonzero(flow.mach[:, 1] < 1.0)
    assert len(jumps) > 0
    np.testing.assert_allclose(flow.temperature[jumps, 1], MELTING_POINT, atol=0.01)
    flux = flow.density * flow.velocity
    is_upstream = flow.pressure > flow.pressure[:, [1]]
    assert (np.where(is_upstream, flux, 0.0).max(axis=1) < flux[:, 1]).all()
    just_behind = np.where(~is_upstream, flow.pressure, 0.0).argmax(axis=1)
    assert (flux[np.arange(cases), just_behind] <= flux[:, 1] * (1.0 + 1e-12)).all()


def test_frozen_water_turns_to_ice_where_it_was_liquid_when_it_froze() -> None:
    products, mixed = mixture(("LH2", "LOX"), [1.6])
    given = (products, mixed.element_moles, mixed.enthalpy, np.array([4e7]))
    areas = np.array([[60.0, 200.0, 230.0]])
    flow = rocket_stations(*given, area_ratio=areas, frozen_from=4)
    water = [products.names.index(name) for name in ("H2O(L)", "H2O(cr)")]
    assert flow.mole_fractions[0, 3, water[0]] > 0.01
    assert not flow.station_status.any()
    together = flow.mole_fractions[0][:, water].sum(axis=1)
    np.testing.assert_allclose(together[4], together[3], rtol=1e-12)
    enthalpy, entropy = balances(products, flow, 0)
    np.testing.assert_allclose(enthalpy + 0.5 * flow.velocity[0] ** 2, mixed.enthalpy[0], rtol=1e-8)
    np.testing.assert_allclose(entropy, entropy[0], rtol=1e-9)


@pytest.mark.parametrize(
    ("pair", "ratio", "warm", "cold"),
    [(("LH2", "LOX"), 6.0, 4000.0, 20000.0), (("RP-1", "LOX"), 2.6, 4000.0, 30000.0)],
)
def test_frozen_gas_is_followed_to_the_end_of_the_data_and_not_beyond(
    pair: tuple[str, str], ratio: float, warm: float, cold: float
) -> None:
    products, mixed = mixture(pair, [ratio])
    areas = np.geomspace(warm, cold, 30)
    flow = rocket_stations(
        products,
        mixed.element_moles,
        mixed.enthalpy,
        np.array([7e6]),
        area_ratio=areas[None],
        flow_model="frozen",
    )
    solved = flow.station_status[0, 2:] == 0
    assert solved.any()
    assert not solved.all()
    assert flow.temperature[0, 2:][solved].min() > 160.0
    assert flow.temperature[0, 2:][solved].min() < 175.0
    assert set(flow.station_status[0, 2:][~solved].tolist()) == {4}
    assert flow.status[0] == 4
