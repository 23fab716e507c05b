"""What no mixture may violate: conserved elements, energy and mass flow, the second law, and that a case is a case.

Each test takes random propellants and conditions in small batches; every case has to be solved or to say why not.
"""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.thermo import blocks
from engine.thermo.catalogue import Propellant, find
from engine.thermo.constants import STANDARD_GRAVITY
from engine.thermo.equilibrium import EquilibriumState, solve_equilibrium
from engine.thermo.nasa_polynomials import Array
from engine.thermo.performance import FLOW_MODELS, FlowModel, rocket_stations
from engine.thermo.properties import Properties
from engine.thermo.reactants import ReactantMixture, mix
from engine.thermo.rocket_results import RocketStations
from engine.thermo.species import ProductSpecies, product_species
from engine.thermo.status import Status

PAIRS = {
    ("LH2", "LOX"): (1.0, 30.0),
    ("RP-1", "LOX"): (0.6, 12.0),
    ("LCH4", "LOX"): (0.8, 12.0),
    ("MMH", "N2O4"): (0.4, 8.0),
    ("HTPB", "N2O"): (2.0, 20.0),
    ("NH3", "LF2"): (0.8, 10.0),
    ("HTPB", "AP"): (2.0, 30.0),
    ("AL", "AP"): (0.6, 12.0),
}
"""Mass of oxidizer per mass of fuel, from far too rich to far too lean."""
CASES = 6
BALANCE = 1e-12
SWEPT_BALANCE = 1e-9
"""Of elements in motors in equilibrium, whose iteration ends with steps of 1e-8."""
SAME = 1e-12
NOISE_OF_WATER = 1e-10
"""NASA's fit of liquid water sums terms of 1e6 to a Gibbs energy of -120 RT: the temperature where it condenses is not
known better than this.
"""
SWEPT = 1e-6
"""Of motors in equilibrium: what they start from depends on what the process has solved before, and the iteration ends
at 1e-8. Temperatures agree to 1e-9, derivatives such as the heat capacity, which belong to the state before the last
step, to 1e-6.
"""
MAY_FAIL = (Status.CONVERGED, Status.TEMPERATURE_TOO_LOW)
"""Frozen flow and cold exits may fall below the range of NASA's data, and have to say so."""

Answer = EquilibriumState | RocketStations

quickly = settings(deadline=None, max_examples=4)
seeds = st.integers(0, 2**32 - 1)
pairs = st.sampled_from(list(PAIRS))
models = st.sampled_from(FLOW_MODELS)


class Motors:
    """Random motors of one pair of propellants."""

    def __init__(self, pair: tuple[str, str], seed: int, cases: int = CASES) -> None:
        random = np.random.default_rng(seed)
        self.pair = pair
        self.ratio = np.exp(random.uniform(*np.log(PAIRS[pair]), cases))
        self.pressure = np.exp(random.uniform(np.log(1e5), np.log(3e7), cases))
        self.area = np.sort(np.exp(random.uniform(np.log(1.1), np.log(100.0), (cases, 2))), axis=1)
        self.mixture = self.mixed(find(pair[0]), find(pair[1]))
        self.products = product_species(self.mixture.elements)

    def mixed(self, fuel: Propellant, oxidizer: Propellant) -> ReactantMixture:
        return mix(fuel, oxidizer, self.ratio)

    def flames(self, mixture: ReactantMixture | None = None) -> EquilibriumState:
        burnt = mixture or self.mixture
        return solve_equilibrium(
            "HP", self.products, burnt.element_moles, enthalpy=burnt.enthalpy, pressure=self.pressure
        )

    def flow(self, model: FlowModel, rows: slice = slice(None)) -> RocketStations:
        return rocket_stations(
            self.products,
            self.mixture.element_moles[rows],
            self.mixture.enthalpy[rows],
            self.pressure[rows],
            area_ratio=self.area[rows],
            flow_model=model,
        )


def elements_in(products: ProductSpecies, state: Properties, mole_fractions: Array) -> Array:
    """(..., E) mol/kg."""
    return np.asarray(mole_fractions / state.molar_mass_mixture[..., None] @ products.formula_matrix)


def thermal(state: Properties) -> Array:
    """J/kg, what differences of enthalpy are measured with."""
    return state.heat_capacity_frozen * state.temperature


def solved(flow: RocketStations) -> Array:
    assert np.isin(flow.status, MAY_FAIL).all(), flow.status
    np.testing.assert_array_equal(np.isnan(flow.temperature), flow.station_status != Status.CONVERGED)
    return np.flatnonzero(flow.status == Status.CONVERGED)


def assert_same(one: Answer, other: Answer, products: ProductSpecies, tolerance: float = SAME) -> None:
    """Every number of the two answers is the same, enthalpies and fractions measured with what is whole."""
    water = [place for place, name in enumerate(products.names) if name == "H2O(L)"]
    is_wet = np.nan_to_num(other.mole_fractions[..., water]).any()
    tolerance = max(NOISE_OF_WATER if is_wet else SAME, tolerance)
    size = {"enthalpy": thermal(other), "mole_fractions": 1.0, "thrust_coefficient": 1.0, "velocity": 1e3}
    for item in fields(one):
        value, wanted = getattr(one, item.name), getattr(other, item.name)
        np.testing.assert_array_equal(np.isnan(value), np.isnan(wanted), err_msg=item.name)
        with np.errstate(invalid="ignore"):
            deviation = np.abs(value - wanted) / size.get(item.name, np.maximum(np.abs(wanted), 1e-30))
        assert np.nan_to_num(deviation).max(initial=0.0) < tolerance, item.name


@quickly
@given(pairs, seeds)
def test_flames_keep_elements_and_enthalpy(pair: tuple[str, str], seed: int) -> None:
    motors = Motors(pair, seed)
    state = motors.flames()
    assert not state.status.any()
    elements = elements_in(motors.products, state, state.mole_fractions)
    np.testing.assert_allclose(elements, motors.mixture.element_moles, rtol=BALANCE)
    assert (np.abs(state.enthalpy - motors.mixture.enthalpy) < BALANCE * thermal(state)).all()


@quickly
@given(pairs, seeds, models)
def test_nozzles_keep_elements_energy_and_mass_flow(
    pair: tuple[str, str], seed: int, model: FlowModel
) -> None:
    motors = Motors(pair, seed)
    flow = motors.flow(model)
    good = solved(flow)
    elements = elements_in(motors.products, flow, flow.mole_fractions)[good]
    wanted = np.broadcast_to(motors.mixture.element_moles[good][:, None], elements.shape)
    np.testing.assert_allclose(elements, wanted, rtol=BALANCE if model == "frozen" else SWEPT_BALANCE)
    whole = flow.enthalpy + 0.5 * flow.velocity**2 - motors.mixture.enthalpy[:, None]
    assert (np.abs(whole) < 1e-11 * thermal(flow))[good].all()
    flux = (flow.density * flow.velocity)[good]
    per_area = flow.pressure[good, 0] / flow.c_star[good]
    np.testing.assert_allclose(flux[:, 1], per_area, rtol=BALANCE)
    np.testing.assert_allclose(flux[:, 2:] * motors.area[good], flux[:, [1, 1]], rtol=1e-9)


@quickly
@given(pairs, seeds, models)
def test_nozzles_obey_the_second_law(pair: tuple[str, str], seed: int, model: FlowModel) -> None:
    motors = Motors(pair, seed)
    flow = motors.flow(model)
    good = solved(flow)
    entropy = flow.entropy[good]
    np.testing.assert_allclose(entropy, np.broadcast_to(entropy[:, :1], entropy.shape), rtol=1e-11)
    assert (np.diff(flow.pressure[good], axis=1) < 0).all()
    assert (np.diff(flow.temperature[good], axis=1) <= 1e-9 * flow.temperature[good, 1:]).all()
    assert (np.diff(flow.velocity[good], axis=1) > 0).all()


@quickly
@given(pairs, seeds)
def test_no_flow_beats_the_one_in_equilibrium(pair: tuple[str, str], seed: int) -> None:
    """The later the composition freezes, the more of its enthalpy the gas gives to the same pressure ratio."""
    motors = Motors(pair, seed)
    flows = [
        rocket_stations(
            motors.products,
            motors.mixture.element_moles,
            motors.mixture.enthalpy,
            motors.pressure,
            pressure_ratio=np.full((CASES, 1), 30.0),
            flow_model=model,
        )
        for model in ("frozen", "frozen_at_throat", "equilibrium")
    ]
    good = np.flatnonzero(np.all([flow.status == Status.CONVERGED for flow in flows], axis=0))
    frozen, later, equilibrium = (flow.specific_impulse[good, 2] * STANDARD_GRAVITY for flow in flows)
    assert (later >= frozen * (1.0 - SAME)).all()
    assert (equilibrium >= later * (1.0 - SAME)).all()


@quickly
@given(pairs, seeds)
def test_mixing_does_not_depend_on_how_the_reactants_are_written(pair: tuple[str, str], seed: int) -> None:
    """Two parts of one substance, in whatever order, are the substance."""
    motors = Motors(pair, seed)
    share = float(np.random.default_rng(seed).uniform(0.05, 0.95))
    whole = motors.flames()
    sides = [find(name) for name in pair]
    split = [
        Propellant(
            side.name, tuple((f * part, r) for f, r in side.components for part in (share, 1.0 - share))
        )
        for side in sides
    ]
    turned = [Propellant(side.name, side.components[::-1]) for side in split]
    for fuel, oxidizer in (split, turned):
        mixture = motors.mixed(fuel, oxidizer)
        np.testing.assert_allclose(mixture.element_moles, motors.mixture.element_moles, rtol=1e-14)
        assert_same(motors.flames(mixture), whole, motors.products)


@quickly
@given(pairs, seeds)
def test_the_order_of_the_elements_does_not_matter(pair: tuple[str, str], seed: int) -> None:
    motors = Motors(pair, seed)
    whole = motors.flames()
    order = np.random.default_rng(seed).permutation(len(motors.mixture.elements))
    names = tuple(motors.mixture.elements[place] for place in order)
    products = product_species(names)
    elements = motors.mixture.element_moles[:, order]
    other = solve_equilibrium(
        "HP", products, elements, enthalpy=motors.mixture.enthalpy, pressure=motors.pressure
    )
    places = [products.names.index(name) for name in motors.products.names]
    other.mole_fractions = other.mole_fractions[:, places]
    assert_same(other, whole, motors.products)


@quickly
@given(pairs, seeds, models)
def test_a_motor_is_the_same_whatever_is_beside_it(
    pair: tuple[str, str], seed: int, model: FlowModel
) -> None:
    motors = Motors(pair, seed)
    together = motors.flow(model)
    for case in range(3):
        alone = motors.flow(model, slice(case, case + 1))
        beside = RocketStations(
            **{item.name: getattr(together, item.name)[[case]] for item in fields(together)}
        )
        assert_same(alone, beside, motors.products, SWEPT if model == "equilibrium" else SAME)


@quickly
@given(pairs, seeds)
def test_a_motor_is_the_same_whatever_was_solved_before(pair: tuple[str, str], seed: int) -> None:
    """The process keeps fits and starts later motors from them; those have to lead to the same stations."""
    motors = Motors(pair, seed)
    first = motors.flow("equilibrium")
    for _ in range(2):
        assert_same(motors.flow("equilibrium"), first, motors.products, SWEPT)


@settings(deadline=None, max_examples=2)
@given(pairs, seeds, models)
def test_the_size_of_blocks_does_not_matter(pair: tuple[str, str], seed: int, model: FlowModel) -> None:
    motors = Motors(pair, seed, cases=20)
    whole = motors.flow(model)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_ENTRIES", 1)
        small = motors.flow(model)
    assert_same(small, whole, motors.products, SWEPT if model == "equilibrium" else SAME)


@quickly
@given(pairs, seeds)
def test_a_bad_case_does_not_disturb_the_others(pair: tuple[str, str], seed: int) -> None:
    motors = Motors(pair, seed)
    good = motors.flames()
    random = np.random.default_rng(seed)
    bad = int(random.integers(CASES))
    wrong = random.choice([np.nan, np.inf, -1.0, 0.0])
    motors.pressure[bad] = wrong
    state = motors.flames()
    assert state.status[bad] == Status.INVALID_INPUT
    assert np.isnan(state.temperature[bad])
    others = np.arange(CASES) != bad
    for item in fields(state):
        np.testing.assert_allclose(
            getattr(state, item.name)[others], getattr(good, item.name)[others], rtol=1e-10, atol=1e-13
        )
