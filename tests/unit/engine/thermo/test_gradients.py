"""Exact derivatives are those that whole solutions show when what is given changes a little."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.parsing import parse_propellant
from engine.thermo import performance
from engine.thermo.gradients.motors import Directions, motor_slopes
from engine.thermo.nasa_polynomials import Array
from engine.thermo.performance import FLOW_MODELS, FlowModel, rocket_stations
from engine.thermo.reactants import mix
from engine.thermo.rocket_results import RocketStations
from engine.thermo.species import product_species
from tests.unit.engine.thermo.differences import extrapolated, stencil

TOLERANCE = 1e-8
"""Of a quantity over what is given. The extrapolated differences are good to about 3e-11."""
STEP = 4e-3
PLACES = ("chamber", "throat", "exit")
AP_WITH_BINDER = {
    "name": "AP and HTPB, 70 to 12 by mass",
    "formula": {"N": 5.958, "H": 34.5, "Cl": 5.958, "O": 23.93, "C": 8.86},
    "enthalpy": -1.79e6,
}


@dataclass
class Motors:
    """N motors of a fuel and an oxidizer, and how they are solved."""

    fuel: Any
    oxidizer: Any
    mixture_ratio: Array
    chamber_pressure: Array
    area_ratio: Array
    added_enthalpy: Array
    flow_model: FlowModel = "equilibrium"

    @property
    def mixture(self) -> Any:
        sides = parse_propellant(self.fuel, "fuel"), parse_propellant(self.oxidizer, "oxidizer")
        return mix(*sides, self.mixture_ratio)

    def solve(self) -> RocketStations:
        mixture = self.mixture
        return rocket_stations(
            product_species(mixture.elements),
            mixture.element_moles,
            mixture.enthalpy + self.added_enthalpy,
            self.chamber_pressure,
            area_ratio=self.area_ratio[:, None],
            flow_model=self.flow_model,
            with_composition=False,
            with_states=True,
        )

    def solve_carefully(self) -> RocketStations:
        """To the last digits, which differences need; sweeps end a little earlier."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(performance, "sweep_stations", lambda *_: iter(()))
            return self.solve()

    def with_each(self, moved: list[Array]) -> "Motors":
        """One input of GIVEN after another with the values (M,) in `moved`, the others as they are."""
        columns = {}
        for name in GIVEN:
            kept = np.tile(getattr(self, name), len(moved[0]) // len(self.mixture_ratio))
            columns[name] = np.concatenate(
                [change if other == name else kept for other, change in zip(GIVEN, moved, strict=True)]
            )
        return replace(self, **columns)

    def slopes(self) -> tuple[RocketStations, dict[str, Array]]:
        """By mixture ratio, ln of chamber pressure, ln of area ratio, and enthalpy."""
        mixture, flow = self.mixture, self.solve()
        ratio = self.mixture_ratio
        ends = replace(self, mixture_ratio=np.zeros(len(ratio))), replace(self, mixture_ratio=ratio + np.inf)
        fuel, oxidizer = (end.mixture for end in ends)
        share = 1.0 / (1.0 + ratio)
        zero, one = np.zeros(len(ratio)), np.ones(len(ratio))
        directions = Directions(
            elements=(oxidizer.element_moles - fuel.element_moles) * share[:, None] ** 2,
            composition=np.stack([one, zero, zero, zero], axis=1),
            enthalpy=np.stack([(oxidizer.enthalpy - fuel.enthalpy) * share**2, zero, zero, one], axis=1),
            log_pressure=np.stack([zero, one / self.chamber_pressure, zero, zero], axis=1),
            log_area=np.stack([zero, zero, one / self.area_ratio, zero], axis=1),
        )
        products = product_species(mixture.elements)
        return flow, motor_slopes(products, mixture.element_moles, flow, directions, self.flow_model)


def motors(fuel: Any, oxidizer: Any, ratios: list[float], areas: list[float], **changes: Any) -> Motors:
    """Every ratio with every area, at pressures from 1 to 10 MPa."""
    ratio, area = (grid.ravel() for grid in np.meshgrid(ratios, areas, indexing="ij"))
    pressure = np.geomspace(1e6, 1e7, len(ratio))
    return replace(Motors(fuel, oxidizer, ratio, pressure, area, np.zeros(len(ratio))), **changes)


GIVEN = ("mixture_ratio", "chamber_pressure", "area_ratio", "added_enthalpy")
INTERVAL_END = 1000.0
"""K; of nearly all species."""
SCALE_OF_ENTHALPY = 1e7
"""J/kg; what chemical enthalpies are of the order of."""


def values(flow: RocketStations, names: list[str]) -> Array:
    """(Q, N) by their names, such as exit_temperature."""
    found = []
    for name in names:
        place, _, quantity = name.partition("_")
        if place in PLACES:
            found.append(getattr(flow, quantity)[:, PLACES.index(place)])
        else:
            value = getattr(flow, name)
            found.append(value if value.ndim == 1 else value[:, 2])
    return np.stack(found)


def deviations(motor: Motors, step: float = STEP) -> tuple[Array, Array, list[str]]:
    """Exact less extrapolated derivatives, the latter's uncertainty, both (inputs, Q, N) and relative; names."""
    flow, slopes = motor.slopes()
    assert not flow.status.any()
    names = list(slopes)
    quantities = np.abs(values(flow, names))
    scales = [np.abs(getattr(motor, name)) for name in GIVEN[:3]]
    scales.append(np.full(len(flow.c_star), SCALE_OF_ENTHALPY))
    moved = [stencil(getattr(motor, name), step * scale) for name, scale in zip(GIVEN, scales, strict=True)]
    solved = values(motor.with_each(moved).solve_carefully(), names)
    found, uncertain = [], []
    for column, (part, scale) in enumerate(zip(np.split(solved, len(GIVEN), axis=1), scales, strict=True)):
        differences, uncertainty = extrapolated(part, step * scale)
        exact = np.stack([slopes[quantity][:, column] for quantity in names])
        found.append((exact - differences) * scale / quantities)
        uncertain.append(uncertainty * scale / quantities)
    return np.abs(np.stack(found)), np.stack(uncertain), names


MIXTURES = {
    "hydrogen": motors("LH2", "LOX", [4.0, 6.5], [5.0, 60.0]),
    "kerosene": motors("RP-1", "LOX", [1.7, 2.7], [5.0, 25.0]),
    "kerosene with soot": motors("RP-1", "LOX", [0.8, 1.1], [4.0, 30.0]),
    "storable": motors("MMH", "N2O4", [1.4, 2.1], [5.0, 30.0]),
    "rubber with soot at the exit": motors("HTPB", "N2O", [2.6, 3.4], [4.0, 30.0]),
    "molten, freezing and solid alumina": motors("AL", AP_WITH_BINDER, [4.5, 4.8], [2.0, 8.0, 40.0]),
}


@pytest.mark.parametrize("flow_model", FLOW_MODELS)
@pytest.mark.parametrize("name", MIXTURES)
def test_all_derivatives_are_those_of_whole_solutions(name: str, flow_model: FlowModel) -> None:
    found, _, names = deviations(replace(MIXTURES[name], flow_model=flow_model))
    worst = dict(zip(names, found.max(axis=(0, 2)), strict=True))
    assert max(worst.values()) < TOLERANCE, worst


@given(
    st.sampled_from([("LH2", "LOX", 2.0, 12.0), ("RP-1", "LOX", 0.7, 6.0), ("MMH", "N2O4", 0.5, 6.0)]),
    st.integers(0, 10_000),
)
@example(("MMH", "N2O4", 0.5, 6.0), 9087)
@settings(max_examples=8, deadline=None)
def test_random_motors_have_the_derivatives_of_whole_solutions(
    pair: tuple[str, str, float, float], seed: int
) -> None:
    random = np.random.default_rng(seed)
    fuel, oxidizer, low, high = pair
    count = 6
    motor = Motors(
        fuel,
        oxidizer,
        np.exp(random.uniform(np.log(low), np.log(high), count)),
        np.exp(random.uniform(np.log(3e4), np.log(3e7), count)),
        np.exp(random.uniform(np.log(1.5), np.log(100.0), count)),
        random.uniform(0.0, 1e6, count),
        FLOW_MODELS[seed % 3],
    )
    found, uncertain, _ = deviations(motor, 1e-3)
    # differences across an onset of soot mean nothing, and they say so themselves; so mostly do those across an end
    # of NASA's intervals, where second derivatives jump
    clear = (np.abs(motor.slopes()[0].temperature - INTERVAL_END) > 10.0).all(axis=1)
    assert (found < 1e-7 + 10.0 * uncertain)[..., clear].all()
    assert np.mean(uncertain < 1e-7) > 0.8


def test_an_inert_gas_has_the_derivatives_of_the_perfect_gas() -> None:
    helium, neon = ({"name": name, "formula": {name: 1.0}, "enthalpy": 0.0} for name in ("He", "Ne"))
    motor = motors(helium, neon, [1.0, 3.0], [3.0, 10.0], added_enthalpy=np.array([5e6, 8e6, 4e6, 6e6]))
    flow, slopes = motor.slopes()
    ratio, pressure, area, enthalpy = slopes["c_star"].T
    heat, temperature = flow.heat_capacity[:, 0], flow.temperature[:, 0]
    np.testing.assert_allclose(enthalpy, flow.c_star / (2.0 * heat * temperature), rtol=1e-9)
    np.testing.assert_allclose(pressure * motor.chamber_pressure / flow.c_star, 0.0, atol=1e-9)
    np.testing.assert_array_equal(area, 0.0)
    assert (ratio < 0.0).all()
    mach = flow.mach[:, 2] ** 2
    response = -5.0 / 3.0 * mach / (mach - 1.0) * flow.pressure[:, 2] / motor.area_ratio
    np.testing.assert_allclose(slopes["exit_pressure"][:, 2], response, rtol=1e-8)
    throat = slopes["throat_temperature"][:, 3]
    np.testing.assert_allclose(throat, 0.75 / heat, rtol=1e-9)
    for place in PLACES:
        np.testing.assert_allclose(slopes[f"{place}_gamma"][:, :3], 0.0, atol=1e-9)


def test_sweeps_have_the_derivatives_of_single_motors() -> None:
    random = np.random.default_rng(5)
    count = 200
    many = Motors(
        "RP-1",
        "LOX",
        random.uniform(1.8, 3.4, count),
        random.uniform(2e6, 2e7, count),
        np.full(count, 40.0),
        np.zeros(count),
    )
    _, slopes = many.slopes()
    few = replace(many, **{name: getattr(many, name)[::40] for name in GIVEN})
    flow, expected = few.slopes()
    for name, quantity in zip(expected, values(flow, list(expected)), strict=True):
        scales = [few.mixture_ratio, few.chamber_pressure, few.area_ratio, np.full(5, SCALE_OF_ENTHALPY)]
        difference = (slopes[name][::40] - expected[name]) * np.stack(scales, axis=1) / quantity[:, None]
        assert np.abs(difference).max() < 1e-6, name


def test_a_motor_without_an_answer_has_no_derivatives_and_disturbs_no_other() -> None:
    whole = motors("LH2", "LOX", [4.0, 5.0, 6.0], [30.0])
    broken = replace(
        whole, chamber_pressure=np.array([whole.chamber_pressure[0], -1.0, whole.chamber_pressure[2]])
    )
    (_, expected), (flow, slopes) = whole.slopes(), broken.slopes()
    assert flow.status.tolist() == [0, 1, 0]
    for name, slope in slopes.items():
        assert np.isnan(slope[1]).all()
        np.testing.assert_allclose(slope[[0, 2]], expected[name][[0, 2]], rtol=1e-9, atol=1e-12)


def test_there_is_no_derivative_towards_an_element_that_is_absent() -> None:
    flow, slopes = motors("N2H4", "LOX", [0.0, 0.5], [10.0]).slopes()
    assert not flow.status.any()
    assert np.isnan(slopes["c_star"][0]).tolist() == [True, False, False, False]
    assert np.isfinite(slopes["c_star"][1]).all()


@pytest.mark.parametrize("flow_model", FLOW_MODELS)
def test_a_throat_that_sits_where_alumina_begins_to_freeze_moves_with_it(flow_model: FlowModel) -> None:
    one = np.ones(2)
    enthalpy = np.array([-2.71e6, -2.715e6])
    motor = Motors("AL", AP_WITH_BINDER, 4.6 * one, 7e6 * one, 10.0 * one, enthalpy, flow_model)
    flow = motor.solve()
    assert (flow.mach[:, 1] < 0.99).all()
    np.testing.assert_allclose(flow.temperature[:, 1], 2327.0, atol=1e-3)
    found, _, names = deviations(motor, 3e-4)
    worst = dict(zip(names, found.max(axis=(0, 2)), strict=True))
    assert max(worst.values()) < 1e-7, worst
