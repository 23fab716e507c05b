"""Transport properties: what kinetic theory and simple gases say of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.thermo.equilibrium import EquilibriumState, solve_equilibrium
from engine.thermo.nasa_polynomials import Array
from engine.thermo.performance import FlowModel, RocketStations, rocket_stations
from engine.thermo.species import ProductSpecies, product_species
from engine.thermo.state import State
from engine.thermo.transport.choice import MOST_GASES, chosen_gases
from engine.thermo.transport.fits import transport_fits
from engine.thermo.transport.interactions import Mixed, interactions
from engine.thermo.transport.mixture import Transport, transport_properties
from engine.thermo.transport.reactions import reacting_conductivity, reacting_heat_capacity
from tests.unit.engine.thermo.mixtures import RANGES, Batch, mixture

seeds = st.integers(0, 2**32 - 1)
pairs = st.sampled_from(list(RANGES))
FIELDS = tuple(Transport.__dataclass_fields__)


def state_of(products: ProductSpecies, amounts: dict[str, float], temperature: list[float]) -> State:
    """Gases in given amounts (mol/kg), whether in equilibrium or not."""
    cases = len(temperature)
    gas = np.array([amounts.get(name, 0.0) for name in products.gases.names])
    with np.errstate(divide="ignore"):
        log_gas = np.tile(np.log(gas), (cases, 1))
    return State(
        potentials=np.zeros((cases, len(products.elements))),
        log_gas=log_gas,
        log_total=np.full(cases, np.log(gas.sum())),
        condensed=np.zeros((cases, len(products.phases.names))),
        log_temperature=np.log(np.array(temperature)),
        log_pressure=np.zeros(cases),
    )


def neutral(names: tuple[str, ...], mass: Array, temperature: Array, heat_capacity: Array) -> Mixed:
    """Equal shares of gases without charges."""
    shares = np.full(heat_capacity.shape, 1.0 / len(names))
    return Mixed(names, mass, np.zeros(len(names)), shares, temperature, heat_capacity)


def with_transport(batch: Batch) -> EquilibriumState:
    return solve_equilibrium(
        "TP",
        batch.products,
        batch.elements,
        pressure=batch.pressure,
        temperature=batch.temperature,
        with_transport=True,
    )


def test_a_fit_is_that_of_its_interval_and_goes_on_beyond_the_last() -> None:
    fits = transport_fits(("N2", "no such gas", "O2")).viscosity
    assert fits.places.tolist() == [0, 2]
    at_end, above = fits.values(np.array([1000.0, 1000.0 + 1e-9]))
    np.testing.assert_allclose(at_end, above, rtol=2e-3)
    assert (at_end != above).all()
    assert (np.diff(fits.values(np.linspace(100.0, 20000.0, 50)), axis=0) > 0.0).all()


@pytest.mark.parametrize(
    ("name", "elements", "temperature", "viscosity", "conductivity"),
    [
        ("N2", ("N",), 300.0, 17.9e-6, 25.8e-3),
        ("O2", ("O",), 300.0, 20.7e-6, 26.6e-3),
        ("Ar", ("Ar",), 300.0, 22.7e-6, 17.7e-3),
        ("H2", ("H",), 300.0, 8.96e-6, 186e-3),
        ("H2O", ("H", "O"), 500.0, 17.3e-6, 36.0e-3),
    ],
)
def test_single_gases_are_as_in_the_handbooks(
    name: str, elements: tuple[str, ...], temperature: float, viscosity: float, conductivity: float
) -> None:
    """Lemmon and Jacobsen (2004) for N2, O2 and Ar; Leachman et al. (2009) for H2; IAPWS for steam, at low pressure."""
    products = product_species(elements)
    found = transport_properties(products, state_of(products, {name: 30.0}, [temperature]))
    np.testing.assert_allclose(found.viscosity, viscosity, rtol=0.02)
    np.testing.assert_allclose(found.conductivity, conductivity, rtol=0.03)
    np.testing.assert_allclose(found.conductivity, found.conductivity_frozen, rtol=1e-9)


def test_a_gas_without_data_is_estimated_from_its_molar_mass_and_heat_capacity() -> None:
    names, mass = ("N2", "HALOGEN"), np.array([0.0280134, 0.0560268])
    found = interactions(neutral(names, mass, np.array([1500.0]), np.array([[4.2, 4.2]])))
    assert found.viscosity[0, 1] == pytest.approx(
        26.6955e-7 * np.sqrt(56.0268 * 1500.0) / np.log(50.0 * 56.0268**4.6 / 1500.0**1.4), rel=1e-4
    )
    eucken = 8.31451 / 0.0560268 * (3.75 + 1.32 * 1.7)
    assert found.conductivity[0, 1] == pytest.approx(found.viscosity[0, 1] * eucken)


def test_a_pair_of_the_same_gas_resists_as_the_gas_does() -> None:
    products = product_species(("C", "H", "N", "O"))
    gases, temperature = products.gases, np.array([400.0, 2500.0])
    capacity = gases.properties(temperature).heat_capacity
    found = interactions(neutral(gases.names, gases.molar_mass, temperature, capacity))
    diagonal = np.einsum("nuu->nu", found.pairs)
    np.testing.assert_allclose(diagonal, found.viscosity, rtol=1e-12)
    np.testing.assert_allclose(found.pairs, found.pairs.transpose(0, 2, 1), rtol=1e-12)


@settings(deadline=None, max_examples=10)
@given(pairs, seeds)
def test_reactions_only_add_and_cases_do_not_depend_on_each_other(pair: tuple[str, str], seed: int) -> None:
    batch = Batch(pair, seed, coldest=250.0, hottest=6000.0)
    state = with_transport(batch)
    assert not state.status.any()
    for name in FIELDS:
        assert (getattr(state, name) > 0.0).all(), name
    assert (state.conductivity >= state.conductivity_frozen).all()
    order = np.random.default_rng(seed).permutation(len(batch.pressure))
    for name in ("elements", "pressure", "temperature"):
        setattr(batch, name, getattr(batch, name)[order][:5])
    some = with_transport(batch)
    for name in FIELDS:
        np.testing.assert_allclose(getattr(some, name), getattr(state, name)[order][:5], rtol=1e-9)


def test_the_reacting_heat_capacity_is_that_of_the_equilibrium() -> None:
    """Of a gas without condensed phases the choice of gases is the only difference."""
    batch = Batch(("LH2", "LOX"), 5, coldest=1500.0)
    state = with_transport(batch)
    prandtl = state.viscosity * state.heat_capacity / state.conductivity
    np.testing.assert_allclose(state.prandtl, prandtl, rtol=2e-4)
    frozen = state.viscosity * state.heat_capacity_frozen / state.conductivity_frozen
    np.testing.assert_allclose(state.prandtl_frozen, frozen, rtol=1e-5)


def test_dissociation_of_one_gas_carries_what_the_closed_formula_says() -> None:
    """N2 = 2 N: Butler and Brokaw's conductivity of a binary mixture, R (h/RT)2 D p/(R T) x1 x2/(1 + x1)2."""
    products, amounts = product_species(("N",)), {"N2": 20.0, "N": 12.0}
    gases = products.gases
    places = [gases.names.index(name) for name in ("N2", "N")]
    temperature = np.array([6000.0])
    standard = gases.properties(temperature)
    enthalpy = standard.enthalpy[:, places]
    mass = gases.molar_mass[places]
    found = interactions(neutral(("N2", "N"), mass, temperature, standard.heat_capacity[:, places]))
    fractions = np.array([[20.0, 12.0]]) / 32.0
    formula = gases.formula[places]
    heat = 2.0 * enthalpy[0, 1] - enthalpy[0, 0]
    diffusion = 1.1 * 0.6 * found.pairs[0, 0, 1] * mass.sum() / mass.prod()
    molecules, atoms = fractions[0]
    share = molecules * atoms / (2.0 * molecules + atoms) ** 2
    carried = reacting_conductivity(formula, mass, fractions, enthalpy, found.pairs)
    np.testing.assert_allclose(carried, 8.31451 * heat**2 * diffusion * share, rtol=1e-12)
    stored = reacting_heat_capacity(formula, fractions, enthalpy)
    np.testing.assert_allclose(stored, heat**2 * share, rtol=1e-12)
    assert transport_properties(products, state_of(products, amounts, [6000.0])).conductivity[0] > carried[0]


def test_reactions_that_cannot_run_carry_nothing() -> None:
    products = product_species(("Ar", "H", "O"))
    found = transport_properties(
        products, state_of(products, {"Ar": 5.0, "H2O": 20.0, "O2": 3.0}, [900.0, 3000.0])
    )
    np.testing.assert_allclose(found.conductivity, found.conductivity_frozen, rtol=1e-9)
    np.testing.assert_allclose(found.prandtl, found.prandtl_frozen, rtol=1e-9)


def test_cases_that_react_and_cases_that_do_not_stand_side_by_side() -> None:
    products = product_species(("H", "O"))
    state = state_of(products, {"H2O": 20.0, "H2": 5.0, "OH": 3.0, "O2": 1.0}, [3000.0, 3000.0])
    found = transport_properties(products, state, reacting=np.array([True, False]))
    alone = transport_properties(products, state)
    assert found.conductivity[0] == alone.conductivity[0] > 1.5 * found.conductivity_frozen[0]
    assert found.conductivity[1] == found.conductivity_frozen[1] == found.conductivity_frozen[0]
    assert found.prandtl[1] == found.prandtl_frozen[1]


def chosen_names(products: ProductSpecies, amounts: dict[str, float]) -> set[str]:
    gas = np.array([[amounts.get(name, 0.0) for name in products.gases.names]])
    return {products.gases.names[place] for place in np.flatnonzero(chosen_gases(products, gas)[0])}


def test_gases_are_chosen_until_a_millionth_is_left() -> None:
    products = product_species(("H", "O"))
    assert chosen_names(products, {"H2O": 1.0, "H2": 0.5, "O2": 1e-3, "OH": 1e-5}) == {
        *("H2O", "H2", "O2", "OH")
    }
    assert chosen_names(products, {"H2O": 1.0, "O2": 0.5, "OH": 5e-7}) == {"H2O", "O2"}


def test_every_element_has_an_independent_gas_among_the_chosen() -> None:
    products = product_species(("H", "O"))
    assert chosen_names(products, {"H2O": 1.0, "OH": 1e-9, "H2": 1e-10}) == {"H2O", "OH"}
    assert chosen_names(products, {"OH": 1.0, "H2O2": 0.5, "H2": 1e-12}) == {"OH", "H2O2", "O"}


def test_no_more_than_forty_gases_are_chosen() -> None:
    products = product_species(("C", "H", "N", "O"))
    gas = np.ones((3, len(products.gases.names)))
    gas[1] = np.geomspace(1.0, 1e-8, gas.shape[1])
    gas[2, 30:] = 0.0
    chosen = chosen_gases(products, gas)
    assert chosen.sum(axis=1)[:2].tolist() == [MOST_GASES, MOST_GASES]
    assert chosen[2].sum() <= 30


def stations(flow_model: FlowModel, asked: bool, ratios: Array) -> RocketStations:
    products, mixed = mixture(("LH2", "LOX"), ratios)
    cases = len(ratios)
    return rocket_stations(
        products,
        mixed.element_moles,
        mixed.enthalpy,
        np.full(cases, 7e6),
        area_ratio=np.full((cases, 1), 2.0),
        flow_model=flow_model,
        with_composition=False,
        with_transport=asked,
    )


@pytest.mark.parametrize("flow_model", ["equilibrium", "frozen", "frozen_at_throat"])
def test_only_stations_that_react_conduct_by_reactions(flow_model: FlowModel) -> None:
    found = stations(flow_model, True, np.array([4.0, 6.0]))
    assert not found.status.any()
    react = np.isclose(found.conductivity, found.conductivity_frozen, rtol=1e-12)
    expected = {"equilibrium": [0, 0, 0], "frozen": [1, 1, 1], "frozen_at_throat": [0, 0, 1]}[flow_model]
    np.testing.assert_array_equal(react, np.tile(np.array(expected, dtype=bool), (2, 1)))


def test_upstream_of_where_it_freezes_the_gas_conducts_by_reactions() -> None:
    products, mixed = mixture(("RP-1", "LOX"), [2.2, 2.8])
    found = rocket_stations(
        products,
        mixed.element_moles,
        mixed.enthalpy,
        np.full(2, 7e6),
        subsonic_area_ratio=np.full((2, 1), 2.0),
        area_ratio=np.tile([1.5, 10.0], (2, 1)),
        contraction_ratio=np.full(2, 3.0),
        frozen_from=3,
        with_transport=True,
    )
    assert not found.status.any()
    reacts = found.conductivity > 1.5 * found.conductivity_frozen
    np.testing.assert_array_equal(reacts, np.tile([True, True, True, True, False, False], (2, 1)))
    np.testing.assert_array_equal(found.volume_temperature_slope[~reacts], 1.0)
    assert (found.volume_temperature_slope[reacts] > 1.05).all()


def test_what_fails_or_was_not_asked_for_is_no_number() -> None:
    found = stations("equilibrium", True, np.array([6.0, np.nan]))
    assert np.isfinite(found.viscosity[0]).all()
    assert np.isnan(found.viscosity[1]).all()
    silent = stations("equilibrium", False, np.array([6.0]))
    for name in FIELDS:
        assert np.isnan(getattr(silent, name)).all()
        assert getattr(silent, name).shape == silent.pressure.shape


def test_sweeps_know_transport_and_slopes_as_single_cases_do() -> None:
    ratios = np.linspace(5.0, 7.0, 80)
    many, few = stations("equilibrium", True, ratios), stations("equilibrium", True, ratios[::20])
    for name in (*FIELDS, "volume_temperature_slope", "volume_pressure_slope"):
        np.testing.assert_allclose(getattr(many, name)[::20], getattr(few, name), rtol=1e-6)
