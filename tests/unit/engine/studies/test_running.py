"""Pieces, interruptions and failures: the same bytes, whatever happens on the way."""

import doctest
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine.errors import AnalysisError, SpecError
from engine.studies import evaluation, running, sampled, storage
from engine.studies.models import count_cases, parse_study
from engine.studies.running import merge, pieces, run_piece, run_study
from tests.unit.engine.studies.studies import (
    AREA,
    BASE,
    MIXTURE,
    PRESSURE,
    answers_of,
    interrupted_parts,
    parts_of,
    result_of,
)

PAGE = Path(__file__).resolve().parents[4] / "docs" / "studies.md"
VARIABLES = [
    MIXTURE | {"distribution": "normal", "mean": 6.0, "standard_deviation": 0.3},
    PRESSURE | {"minimum": 6e6, "maximum": 8e6},
]
OUTPUTS = ["specific_impulse_vacuum", "c_star", "composition.exit.H2O"]
UNCERTAINTY: dict[str, Any] = {
    "type": "uncertainty",
    "base": BASE,
    "variables": VARIABLES,
    "samples": 150,
    "outputs": OUTPUTS,
}
SWEEP: dict[str, Any] = {
    "type": "sweep",
    "base": BASE,
    "variables": [MIXTURE | {"grid": "2:8:0.1"}, {"path": "propellant.fuel", "values": ["LH2", "CH4"]}],
    "outputs": OUTPUTS,
}
SENSITIVITY = {**UNCERTAINTY, "type": "sensitivity", "method": "sobol", "samples": 32}


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "SWEPT", 32)
    monkeypatch.setattr(sampled, "BLOCKS", 2)


@pytest.mark.parametrize("document", [UNCERTAINTY, SWEEP, SENSITIVITY], ids=lambda d: str(d["type"]))
@pytest.mark.usefixtures("small_blocks")
def test_interruptions_change_no_bit(document: dict[str, Any]) -> None:
    study = parse_study(document)
    undisturbed = parts_of(study)
    # what the process has solved before must not show either
    engine.analyze_many([BASE | {"chamber_pressure": 6.5e6 + 1e5 * step} for step in range(12)])
    disturbed, stops = interrupted_parts(study)
    assert stops > len(pieces(study)) > 1
    assert disturbed == undisturbed


@pytest.mark.usefixtures("small_blocks")
def test_the_number_of_pieces_changes_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    study = parse_study(UNCERTAINTY)
    two = result_of(study)
    monkeypatch.setattr(sampled, "BLOCKS", 1)
    assert len(pieces(study)) == 5
    five = result_of(study)
    assert json.dumps(five.summary) == json.dumps(two.summary)
    assert five.table.keys() == two.table.keys()
    for name, column in two.table.items():
        assert column.tobytes() == five.table[name].tobytes() or (column == five.table[name]).all()


def test_another_process_makes_the_same_bytes() -> None:
    study = parse_study(UNCERTAINTY)
    mine = hashlib.sha256(b"".join(parts_of(study))).hexdigest()
    code = (
        "import hashlib, json, sys\n"
        "from engine.studies.models import parse_study\n"
        "from tests.unit.engine.studies.studies import parts_of\n"
        "study = parse_study(json.load(sys.stdin))\n"
        "print(hashlib.sha256(b''.join(parts_of(study))).hexdigest())\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(UNCERTAINTY),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": ".", "PYTHONHASHSEED": "7"},
    )
    assert answer.stdout.strip() == mine


@pytest.mark.parametrize("document", [UNCERTAINTY, SWEEP, SENSITIVITY], ids=lambda d: str(d["type"]))
def test_pieces_hold_every_case_once(document: dict[str, Any], small_blocks: None) -> None:
    study = parse_study(document)
    found = pieces(study)
    assert [piece.index for piece in found] == list(range(len(found)))
    cases = [case for piece in found for case in range(piece.first, piece.last + 1)]
    assert cases == list(range(count_cases(study)))
    assert all(piece.cases == piece.last - piece.first + 1 for piece in found)


@pytest.mark.usefixtures("small_blocks")
def test_keep_is_told_of_every_block_and_progress_reaches_the_end() -> None:
    told: list[tuple[int, int]] = []
    run_study(UNCERTAINTY, lambda done, cases: told.append((done, cases)))
    assert told == [(32, 150), (64, 150), (96, 150), (128, 150), (150, 150)]


@pytest.mark.usefixtures("small_blocks")
def test_a_state_of_another_piece_is_left_aside() -> None:
    study = parse_study(UNCERTAINTY)
    first, second, *_ = pieces(study)
    states: list[bytes] = []

    def keep(state: bytes, _: int) -> bool:
        states.append(state)
        return True

    run_piece(study, first, state=None, keep=keep)
    part = run_piece(study, second, state=states[0], keep=lambda *_: True)
    assert part == run_piece(study, second, state=b"damaged", keep=lambda *_: True) == parts_of(study)[1]


def test_numbers_are_those_of_the_motors_themselves() -> None:
    study = parse_study(SWEEP)
    found = result_of(study)
    row = 2 * 40 + 1  # the 41st mixture ratio, the second fuel
    assert found.table["propellant.mixture_ratio"][row] == 6.0
    assert found.table["propellant.fuel"][row] == "CH4"
    spec = {**BASE, "propellant": {"fuel": "CH4", "oxidizer": "LOX", "mixture_ratio": 6.0}}
    answer = engine.analyze(spec)
    assert found.table["c_star"][row] == pytest.approx(answer.c_star, rel=1e-9)
    assert found.table["composition.exit.H2O"][row] == pytest.approx(
        answer.composition["exit"]["H2O"], rel=1e-7
    )


@pytest.mark.usefixtures("small_blocks")
def test_cases_without_an_answer_are_counted_named_and_kept_out() -> None:
    study = parse_study(UNCERTAINTY)
    found = result_of(
        study, answers_of(lambda mixture, _: [mixture, mixture, mixture], lambda mixture, _: mixture > 6.3)
    )
    failed = found.summary["failed"]
    rows = np.flatnonzero(found.table["propellant.mixture_ratio"] > 6.3)
    assert 20 < failed["count"] == len(rows) == 150 - found.summary["solved"]
    assert failed["codes"] == {"no_answer": len(rows)}
    assert [case["case"] for case in failed["cases"]] == rows[:20].tolist()
    named = failed["cases"][0]
    assert named["message"] == f"no answer at {named['variables']['propellant.mixture_ratio']}"
    assert found.summary["outputs"]["c_star"]["maximum"] <= 6.3
    assert found.summary["outputs"]["c_star"]["cases"] == 150 - len(rows)
    assert [warning["code"] for warning in found.summary["warnings"]] == ["many_failed"]
    assert (found.table["error_code"][rows] == "no_answer").all()
    assert np.isnan(found.table["c_star"][rows]).all()
    assert (np.delete(found.table["error_code"], rows) == "").all()


def test_a_motor_that_cannot_be_does_not_disturb_the_others() -> None:
    wild = {
        **UNCERTAINTY,
        "variables": [MIXTURE | {"distribution": "normal", "mean": 1.0, "standard_deviation": 0.8}],
        "samples": 40,
    }
    found = run_study(wild)
    negative = found.table["propellant.mixture_ratio"] < 0
    assert negative.any()
    assert (found.table["error_code"][negative] == "invalid_spec").all()
    assert np.isfinite(found.table["c_star"][found.table["error_code"] == ""]).all()


def test_a_study_without_any_answer_says_so() -> None:
    for document in (UNCERTAINTY, SWEEP, SENSITIVITY):
        study = parse_study(document)
        found = result_of(
            study, answers_of(lambda mixture, _: [mixture] * 3, lambda mixture, _: mixture == mixture)
        )
        assert found.summary["solved"] == 0
        assert "many_failed" in [warning["code"] for warning in found.summary["warnings"]]
        assert json.loads(json.dumps(found.summary, allow_nan=False)) == found.summary


def test_an_output_with_the_name_of_a_variable_stands_beside_it() -> None:
    found = run_study(
        {**SWEEP, "variables": [PRESSURE | {"values": [1e6, 2e6]}], "outputs": ["chamber_pressure"]}
    )
    assert list(found.table) == ["chamber_pressure", "result.chamber_pressure", "error_code"]
    assert found.table["result.chamber_pressure"].tolist() == [1e6, 2e6]


def test_a_sweep_tells_where_its_extremes_are() -> None:
    found = run_study(SWEEP).summary
    best = found["outputs"]["specific_impulse_vacuum"]["maximum"]
    assert best["variables"]["propellant.fuel"] == "LH2"
    assert best["variables"]["propellant.mixture_ratio"] == pytest.approx(4.7)
    assert found["axes"][0] == {"path": "propellant.mixture_ratio", "count": 61, "first": 2.0, "last": 8.0}


@pytest.mark.usefixtures("small_blocks")
def test_parts_that_are_missing_or_of_another_study_are_refused() -> None:
    study = parse_study(UNCERTAINTY)
    parts = parts_of(study)
    with pytest.raises(AnalysisError, match="3 pieces, and 2 parts"):
        merge(study, parts[:2])
    with pytest.raises(AnalysisError, match="another study"):
        merge(study, [parts[1], parts[0], *parts[2:]])
    with pytest.raises(AnalysisError, match="another study"):
        merge(parse_study({**UNCERTAINTY, "seed": 1}), parts)


def test_a_wrong_study_is_refused_before_anything_is_solved() -> None:
    with pytest.raises(SpecError, match="samples"):
        engine.run_study({**UNCERTAINTY, "samples": 0})


def test_the_documented_example_runs() -> None:
    found = doctest.testmod(running)
    assert (found.failed, found.attempted) == (0, 2)


def test_the_examples_of_the_page_answer_as_shown() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    example = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, PAGE.name, str(PAGE), 0)
    assert len(example.examples) > 20
    assert doctest.DocTestRunner().run(example).failed == 0


def test_an_area_beyond_all_limits_is_told_with_the_variable() -> None:
    with pytest.raises(SpecError) as refused:
        run_study({**SWEEP, "variables": [AREA | {"values": [10.0, 1.0]}]})
    (problem,) = refused.value.problems
    assert problem.field == "variables.0.values.1"


def test_a_study_that_was_solved_by_two_versions_of_the_engine_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = parse_study(UNCERTAINTY)
    answers = answers_of(lambda mixture, _: [mixture, mixture, mixture])
    plain = merge(study, parts_of(study, answers)).summary["warnings"]
    monkeypatch.setattr(storage, "__version__", "0.0.1")
    older = parts_of(study, answers)
    monkeypatch.undo()
    (found,) = [one for one in merge(study, older).summary["warnings"] if one not in plain]
    assert found["code"] == "mixed_engine_versions"
    assert "0.0.1" in found["message"]
