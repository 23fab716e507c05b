"""What the array functions take as numbers, and what a number without a meaning does: to its own case, or to all."""

import decimal
from typing import Any

import numpy as np
import pytest

import engine
from engine.arrays.numbers import MOST_CASES, broadcast, numbers
from engine.errors import SpecError

PAIR = {"fuel": "CH4", "oxidizer": "LOX", "mixture_ratio": 3.0}
MOTOR = PAIR | {"chamber_pressure": 7e6, "area_ratio": 40.0}
GAS = {"reactants": [{"name": "N2", "mole_fraction": 0.79}, {"name": "O2", "mole_fraction": 0.21}]}


def refused(function: Any, *arguments: Any, **given: Any) -> Any:
    with pytest.raises(SpecError) as caught:
        function(*arguments, **given)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(
    "value",
    [
        "7e6",
        "\uff17",
        b"7",
        True,
        [True, 7.0],
        [[7.0], [False]],
        (np.True_, 7.0),
        np.array([7.0, "8"], dtype=object),
        np.array([7.0, np.True_], dtype=object),
        np.ma.masked_array(["7"], mask=[True]),
        10**400,
        [1.0, 10**400],
        {7.0},
        (value for value in [7.0]),
        [[1.0], [1.0, 2.0]],
        np.datetime64("2020-01-01"),
        1j,
        object(),
    ],
    ids=lambda value: repr(value).partition(" at 0x")[0][:24],
)
def test_what_is_no_number_is_refused_by_name(value: Any) -> None:
    problem = refused(numbers, "pressure", value)
    assert problem.field == "pressure"
    assert "is no number and no array of numbers" in problem.message


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, np.nan),
        ([1, None], [1.0, np.nan]),
        (decimal.Decimal("7.5"), 7.5),
        (range(2), [0.0, 1.0]),
        (np.float32(0.5), 0.5),
        (np.ma.masked_array([1, 2], mask=[False, True]), [1.0, np.nan]),
        ([], []),
    ],
    ids=str,
)
def test_nothing_and_what_is_masked_are_not_numbers_but_may_stand_among_them(
    value: Any, expected: Any
) -> None:
    found = numbers("pressure", value)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, expected)


def test_more_cases_than_memory_holds_are_refused_before_they_are_made() -> None:
    many = np.broadcast_to(2.0, (MOST_CASES + 1,))
    assert refused(broadcast, ratio=3.0, pressure=many).field == "pressure"
    line = np.broadcast_to(2.0, (20_000,))
    assert refused(broadcast, ratio=line[:, None], pressure=line).field == "pressure"
    stations = MOTOR | {"area_ratio": np.broadcast_to(2.0, (10**12,))}
    assert refused(engine.nozzle_flow, **stations).field == "area_ratio"
    crossed = MOTOR | {"chamber_pressure": np.full(20_000, 7e6), "area_ratio": line}
    assert refused(engine.nozzle_flow, **crossed).field == "area_ratio"


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, None, [np.nan, np.inf]])
@pytest.mark.parametrize(
    ("problem", "field", "beside"),
    [
        ("SP", "entropy", {"pressure": 1e5}),
        ("SV", "entropy", {"density": 1.0}),
        ("UV", "internal_energy", {"density": 1.0}),
    ],
)
def test_a_heat_content_is_finite(problem: str, field: str, beside: dict[str, float], value: Any) -> None:
    assert refused(engine.equilibrium, problem, **PAIR, **beside, **{field: value}).field == field


@pytest.mark.parametrize(("field", "too_much"), [("pressure", 1e12), ("density", 1e9)])
def test_denser_than_a_gas_can_be_is_refused_and_harms_only_its_own_case(field: str, too_much: float) -> None:
    name = "TP" if field == "pressure" else "TV"
    problem = refused(engine.equilibrium, name, **PAIR, temperature=3e3, **{field: too_much})
    assert problem.field == field
    assert "at most" in problem.message
    some = engine.equilibrium(name, **PAIR, temperature=3e3, **{field: [too_much, 1.0]})
    assert some.status.tolist() == [1, 0]
    assert np.isnan(some.density[0])


@pytest.mark.filterwarnings("error")
def test_a_temperature_without_data_harms_only_its_own_case() -> None:
    motor = engine.rocket_performance(**MOTOR, fuel_temperature=[300.0, 9000.0, np.inf, np.nan])
    assert motor.status.tolist() == [0, 1, 1, 0]
    alone = engine.rocket_performance(**MOTOR, fuel_temperature=300.0)
    np.testing.assert_allclose(motor.c_star[0], alone.c_star, rtol=1e-12)
    slopes = engine.rocket_gradients(**MOTOR, fuel_temperature=[300.0, 9000.0, np.inf])
    assert np.isfinite(slopes.derivatives["c_star"]["fuel_temperature"]).tolist() == [True, False, False]
    for impossible in (np.inf, 9000.0, [1.0, 9000.0]):
        problem = refused(engine.rocket_performance, **MOTOR, fuel_temperature=impossible)
        assert problem.field == "fuel_temperature"
        assert "200 to 6000 K" in problem.message


def test_an_ingredients_temperature_without_data_harms_only_its_own_case() -> None:
    parts = [{"name": "CH4", "mass_fraction": 1.0, "temperature": [300.0, 9000.0]}]
    motor = engine.rocket_performance(**MOTOR | {"fuel": parts})
    assert motor.status.tolist() == [0, 1]


@pytest.mark.parametrize("field", ["mixture_ratio", "equivalence_ratio", "chemical_equivalence_ratio"])
def test_infinite_ratios_are_one_side_alone(field: str) -> None:
    def c_star(**given: float) -> float:
        alone = engine.rocket_performance(
            fuel="MMH", oxidizer="H2O2", chamber_pressure=2e6, area_ratio=2.0, **given
        )
        return float(alone.c_star)

    end = 0.0 if field == "mixture_ratio" else 100.0
    assert c_star(**{field: np.inf}) == pytest.approx(c_star(percent_fuel=end), rel=1e-12)


def test_the_ingredients_of_no_cases_are_no_mistake() -> None:
    assert engine.shock(**GAS, temperature=[], pressure=1e4, mach=3.0).status.shape == (0,)
    parts = [{"name": "CH4", "mass_fraction": []}]
    assert engine.rocket_performance(**MOTOR | {"fuel": parts}).c_star.shape == (0,)


@pytest.mark.parametrize("temperature", [50.0, 1e5, [1.0, 1e300]])
def test_waves_run_at_temperatures_that_the_data_has(temperature: Any) -> None:
    problem = refused(engine.shock, **GAS, temperature=temperature, pressure=1e4, mach=3.0)
    assert problem.field == "temperature"
    assert "160 to" in problem.message
    some = engine.shock(**GAS, temperature=[50.0, 300.0], pressure=1e4, mach=3.0)
    assert some.status.tolist() == [1, 0]
