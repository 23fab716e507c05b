from typing import Any

import pytest

from runtime.demo import agreement
from runtime.errors import StackError

NOTHING = {"deviation.c_star": "", "deviation.exit_pressure": ""}


def report(deviation: float = 2e-4, **others: Any) -> dict[str, Any]:
    found = {
        "converged": True,
        "message": "",
        "worst_quantity": "exit_pressure",
        "worst_deviation": deviation,
    }
    return {**found, **others}


def result(validation: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "thrust": 2_279_000.0,
        "specific_impulse": 451.26,
        "specific_impulse_vacuum": 451.26,
        "c_star": 2297.5,
        "chamber_temperature": 3603.9,
        "stations": {"exit": {"specific_impulse_vacuum": 462.8}},
        "validation": report() if validation is None else validation,
    }


def row(line: int = 2, **others: str) -> dict[str, str]:
    found = {
        "line": str(line),
        "propellant.fuel": "LH2",
        "propellant.oxidizer": "LOX",
        "propellant.mixture_ratio": "6.0",
        "chamber_pressure": "7000000.0",
        "nozzle.area_ratio": "45.0",
        "specific_impulse_vacuum": "455.2",
        "c_star": "2300.1",
        "chamber_temperature": "3500.0",
        "deviation.c_star": "-0.0001",
        "deviation.exit_pressure": "0.002",
        "status": "succeeded",
        "error": "",
    }
    return {**found, **others}


def batch(solved: int, rows: int) -> dict[str, Any]:
    return {"solved": solved, "rows": rows}


def test_the_worst_deviation_is_the_largest_of_either_sign() -> None:
    rows = [row(2), row(3, **{"deviation.c_star": "-0.005"}), row(4)]
    worst = agreement.worst_of(rows)
    assert worst
    assert (worst.deviation, worst.quantity, worst.row["line"]) == (0.005, "c_star", "3")


def test_nothing_compared_has_no_worst_deviation() -> None:
    assert agreement.worst_of([row(**NOTHING)]) is None
    assert not agreement.is_compared(row(**NOTHING))


def test_answers_as_promised_pass() -> None:
    agreement.check_engine("RS-25", result())
    agreement.check_batch(batch(2, 2), [row(2), row(3)], 2)


def test_an_engine_too_far_from_cea_is_an_error_that_names_the_quantity() -> None:
    with pytest.raises(StackError, match=r"RS-25: exit_pressure is 0\.02 % from NASA CEA, more than 0\.01 %"):
        agreement.check_engine("RS-25", result(report(0.02)))


@pytest.mark.parametrize("found", [{}, report(converged=False), {**report(), "worst_deviation": None}])
def test_an_engine_that_was_not_compared_is_an_error(found: dict[str, Any]) -> None:
    with pytest.raises(StackError, match="RS-25 was not compared"):
        agreement.check_engine("RS-25", result(found))


def test_a_deviation_that_is_no_number_is_an_error() -> None:
    with pytest.raises(StackError, match="nan %"):
        agreement.check_engine("RS-25", result(report(float("nan"))))


def test_a_case_too_far_from_cea_is_an_error_that_says_which() -> None:
    rows = [row(2), row(3, **{"deviation.c_star": "-0.03"})]
    with pytest.raises(
        StackError, match=r"LOX / LH2 at mixture ratio 6, 7 MPa, area ratio 45: c_star is 0\.03 %"
    ):
        agreement.check_batch(batch(2, 2), rows, 2)


def test_an_unsolved_case_is_an_error_with_its_reason() -> None:
    rows = [row(2), row(3, status="failed", error="it does not settle")]
    with pytest.raises(StackError, match=r"1 of 2 rows were solved .*: it does not settle"):
        agreement.check_batch(batch(1, 2), rows, 2)


def test_a_row_that_was_lost_is_an_error() -> None:
    with pytest.raises(StackError, match="1 of 2 rows were solved"):
        agreement.check_batch(batch(1, 1), [row(2)], 2)


def test_a_case_that_was_not_compared_is_an_error_with_its_line() -> None:
    with pytest.raises(StackError, match="1 of 2 rows were not compared with NASA CEA, the first on line 3"):
        agreement.check_batch(batch(2, 2), [row(2), row(3, **NOTHING)], 2)
