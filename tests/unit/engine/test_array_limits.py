"""Numbers that are possible in no case are refused by name; where some are possible each case has a status."""

from typing import Any

import numpy as np
import pytest

import engine

MOTOR: dict[str, Any] = {
    "fuel": "LH2",
    "oxidizer": "LOX",
    "mixture_ratio": 6.0,
    "chamber_pressure": 7e6,
    "area_ratio": 40.0,
}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("mixture_ratio", np.nan, "nan is not possible: give mass of oxidizer per mass of fuel, 0 or more"),
        ("mixture_ratio", [-1.0, -2.0], "none of the values is possible"),
        ("chamber_pressure", -7e6, "-7e+06 is not possible: give a pressure in Pa, above 0"),
        ("chamber_pressure", 0.0, "give a pressure in Pa, above 0"),
        ("area_ratio", 0.5, "give exit area over throat area, above 1"),
        ("contraction_ratio", -3.0, "give chamber area over throat area, above 1"),
    ],
)
def test_what_is_possible_in_no_case_is_refused_by_name(name: str, value: Any, words: str) -> None:
    with pytest.raises(engine.SpecError) as caught:
        engine.rocket_performance(**{**MOTOR, name: value})
    (problem,) = caught.value.problems
    assert problem.field == name
    assert words in problem.message


def test_stations_and_states_are_checked_too() -> None:
    for function in (
        lambda: engine.nozzle_flow(**{**MOTOR, "area_ratio": [0.2, 0.3]}),
        lambda: engine.equilibrium("TP", reactants="N2H4", pressure=1e5, temperature=-3.0),
    ):
        with pytest.raises(engine.SpecError, match="possible"):
            function()


def test_a_bad_number_beside_good_ones_is_a_status() -> None:
    found = engine.rocket_performance(**{**MOTOR, "chamber_pressure": [7e6, -1.0, np.nan]})
    assert found.status.tolist() == [0, 1, 1]
