"""Studies that tests start from, with functions in the place of motors where their answers are known otherwise."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from engine.errors import AnalysisError
from engine.studies.evaluation import Answers, Evaluator
from engine.studies.kinds import Study
from engine.studies.running import StudyResult, merge, pieces, run_piece

BASE: dict[str, Any] = {
    "motor_type": "liquid",
    "propellant": {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0},
    "chamber_pressure": 7e6,
    "nozzle": {"area_ratio": 40.0},
}
MIXTURE = {"path": "propellant.mixture_ratio"}
PRESSURE = {"path": "chamber_pressure"}
AREA = {"path": "nozzle.area_ratio"}


def answers_of(function: Callable[..., Any], failing: Callable[..., Any] | None = None) -> Evaluator:
    """An evaluator of a function of the columns; the cases for which `failing` holds have no answer."""

    def evaluate(columns: Sequence[Any]) -> Answers:
        outputs = np.asarray(function(*columns), dtype=np.float64)
        outputs = (outputs if outputs.ndim == 2 else outputs[None]).T.copy()
        fails = np.flatnonzero(failing(*columns)) if failing is not None else ()
        errors = {
            int(row): AnalysisError(f"no answer at {columns[0][row]}", code="no_answer") for row in fails
        }
        outputs[list(errors)] = np.nan
        return Answers(outputs, errors)

    return evaluate


def result_of(study: Study, evaluate: Evaluator | None = None) -> StudyResult:
    """The result of an undisturbed run."""
    return merge(study, parts_of(study, evaluate))


def parts_of(study: Study, evaluate: Evaluator | None = None) -> list[bytes]:
    """The parts of an undisturbed run."""
    parts = [
        run_piece(study, piece, state=None, keep=lambda *_: True, evaluate=evaluate)
        for piece in pieces(study)
    ]
    assert None not in parts
    return [part for part in parts if part is not None]


def interrupted_parts(
    study: Study, evaluate: Evaluator | None = None, every: int = 1
) -> tuple[list[bytes], int]:
    """The parts of a run that is stopped at every so manyth call of `keep` and begun anew from the last state, and
    how often it was stopped.
    """
    parts, stops = [], 0
    for piece in pieces(study):
        part: bytes | None = None
        state: bytes | None = None
        done_before = 0
        while part is None:
            kept: list[tuple[bytes, int]] = []

            def keep(state: bytes, done: int, kept: list[tuple[bytes, int]] = kept) -> bool:
                kept.append((state, done))
                return len(kept) < every

            part = run_piece(study, piece, state=state, keep=keep, evaluate=evaluate)
            if part is None:
                state, done = kept[-1]
                assert done >= done_before
                done_before = done
                stops += 1
        parts.append(part)
    return parts, stops
