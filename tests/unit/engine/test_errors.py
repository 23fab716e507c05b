import pickle

import pytest

from engine.errors import AnalysisError, Problem, SpecError, UnknownPropellantError

PRESSURE = Problem("chamber_pressure", "-5 is below 1000; give Pa", -5)
FUEL = Problem("propellant.fuel", "'LH3' is unknown", "LH3", "did you mean 'LH2'?")


@pytest.mark.parametrize(
    "error",
    [
        AnalysisError("no answer"),
        AnalysisError("no answer after 50 steps", code="not_converged"),
        SpecError([PRESSURE, FUEL]),
        SpecError([PRESSURE], code="no_thrust"),
        UnknownPropellantError([FUEL]),
    ],
    ids=repr,
)
def test_an_error_is_the_same_in_another_process(error: AnalysisError) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(copy) is type(error)
    assert (copy.code, copy.message) == (error.code, error.message)
    assert getattr(copy, "problems", None) == getattr(error, "problems", None)


def test_an_error_of_many_fields_names_all_of_them_in_its_message() -> None:
    error = SpecError([PRESSURE, FUEL])
    assert error.message == "chamber_pressure: -5 is below 1000; give Pa; propellant.fuel: 'LH3' is unknown"
    assert error.problems == (PRESSURE, FUEL)


def test_every_error_is_an_analysis_error_with_a_code_of_its_kind() -> None:
    codes = {
        error.code
        for error in (AnalysisError(""), SpecError([]), UnknownPropellantError([]))
        if isinstance(error, AnalysisError)
    }
    assert codes == {"analysis_failed", "invalid_spec", "unknown_propellant"}
