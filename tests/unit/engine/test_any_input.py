"""Whatever is given, there is an answer with a status for each case, or an error that names a field."""

import warnings
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.errors import Problem, SpecError
from tests.unit.engine.examples import lox_lh2

NUMBERS = st.one_of(st.floats(), st.integers(-(10**400), 10**400), st.none(), st.booleans())
PLAIN = st.one_of(
    NUMBERS, st.text(max_size=5), st.sampled_from(["LH2", "frozen", "H2O", "TP"]), st.binary(max_size=3)
)
JUNK = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["name", "mass_fraction", "x"]), inner, max_size=2),
    ),
    max_leaves=4,
)
PAIR = {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0}
MOTOR = PAIR | {"chamber_pressure": 7e6, "area_ratio": 40.0}
OPTIONS = (
    "only",
    "omit",
    "ions",
    "transport",
    "flow_model",
    "contraction_ratio",
    "mass_flux",
    "fuel_temperature",
)
STATIONS = ("pressure_ratio", "subsonic_area_ratio", "frozen_from", "with_composition")
CONDITIONS = ("problem", "temperature", "pressure", "density", "enthalpy", "insert", "only", "percent_fuel")
PATHS = {
    "": "motor_type propellant nozzle chamber_pressure thrust ambient_pressure altitude flow_model combustor validate",
    "propellant": "fuel mixture_ratio percent_fuel oxidizer_temperature monopropellant",
    "nozzle": "area_ratio type half_angle throat_diameter",
    "efficiency": "c_star",
    "combustor": "type contraction_ratio",
}


def problems_of(function: Any, *arguments: Any, **given: Any) -> tuple[Problem, ...]:
    """What is refused; where nothing is, the answer holds what its status says."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = function(*arguments, **given)
        except SpecError as error:
            return error.problems
    if hasattr(found, "status"):
        solved = found.status == 0
        assert np.isfinite((found.c_star if hasattr(found, "c_star") else found.density)[solved]).all()
    return ()


def check(function: Any, **given: Any) -> None:
    for problem in problems_of(function, **given):
        assert problem.field.split(".")[0] in given
        assert problem.message


@settings(deadline=None, max_examples=150)
@given(st.sampled_from((*MOTOR, *OPTIONS)), JUNK)
def test_rocket_performance_takes_it_or_names_it(field: str, junk: Any) -> None:
    check(engine.rocket_performance, **{**MOTOR, field: junk})


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(("area_ratio", *STATIONS)), JUNK)
def test_nozzle_flow_takes_it_or_names_it(field: str, junk: Any) -> None:
    check(engine.nozzle_flow, **{**MOTOR, field: junk})


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(CONDITIONS), JUNK)
def test_equilibrium_takes_it_or_names_it(field: str, junk: Any) -> None:
    hot = {"problem": "TP", "temperature": 3e3, "pressure": 1e5}
    check(engine.equilibrium, **{**PAIR, **hot, field: junk})


@settings(deadline=None, max_examples=150)
@given(st.sampled_from([(room, field) for room in PATHS for field in PATHS[room].split()]), JUNK)
def test_a_specification_takes_it_or_names_it(path: tuple[str, str], junk: Any) -> None:
    room, field = path
    spec = lox_lh2()
    changed = {room: {**spec.get(room, {}), field: junk}} if room else {field: junk}
    for problem in problems_of(engine.parse_spec, spec | changed):
        assert problem.field.startswith(room or field) or problem.field in spec
        assert problem.message
