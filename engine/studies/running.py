"""A study from beginning to end: cut into pieces, each solved with interruptions, all merged into one result."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from engine.errors import AnalysisError
from engine.studies import optimization, sampled, summaries
from engine.studies.evaluation import Evaluator
from engine.studies.kinds import OptimizationStudy, Study
from engine.studies.models import count_cases, parse_study
from engine.studies.pieces import Keep, Piece
from engine.studies.storage import other_versions
from engine.version import __version__

__all__ = ["Piece", "StudyResult", "merge", "pieces", "run_piece", "run_study"]


@dataclass(frozen=True)
class StudyResult:
    """`summary` is a JSON document without NaN; `table` has a column (N,) for each variable and output, SI, and
    `error_code`, empty for cases with an answer. An output with the path of a variable is headed `result.{path}`.
    """

    summary: dict[str, Any]
    table: dict[str, NDArray[Any]]


def pieces(study: Study) -> list[Piece]:
    """The pieces in their order; an optimisation is one."""
    if isinstance(study, OptimizationStudy):
        return [Piece(0, 0, count_cases(study) - 1)]
    return sampled.cut(study)


def run_piece(
    study: Study, piece: Piece, *, state: bytes | None, keep: Keep, evaluate: Evaluator | None = None
) -> bytes | None:
    """Solves the piece and answers its part; None where `keep` answered False.

    `keep(state, cases_done)` is called after every block, a matter of seconds. A piece that begins at a `state` that
    was kept ends with the same bytes as one that was never interrupted; a state of another study, of an older format or
    of another version of the engine is left aside. `evaluate` answers for the cases instead of the study's motors.
    """
    if isinstance(study, OptimizationStudy):
        return optimization.run(study, piece, state, keep, evaluate)
    return sampled.run_cases(study, piece, state, keep, evaluate)


def merge(study: Study, parts: Sequence[bytes]) -> StudyResult:
    """The result of the study from the parts of all its pieces, in their order.

    Raises AnalysisError for parts that are damaged, too few, or of another study.
    """
    wanted = len(pieces(study))
    if len(parts) != wanted:
        message = (
            f"the study has {wanted} pieces, and {len(parts)} parts are given; give one of each, in order"
        )
        raise AnalysisError(message, code="study_part_missing")
    if isinstance(study, OptimizationStudy):
        return StudyResult(*optimization.result(study, parts[0]))
    result = StudyResult(*summaries.result(study, *sampled.join_cases(study, list(parts))))
    if others := other_versions(parts):
        result.summary["warnings"].append(_mixed(others))
    return result


def _mixed(versions: Sequence[str]) -> dict[str, str]:
    message = (
        f"some cases were solved by version {', '.join(versions)} of the engine and others by {__version__}: the "
        "service was renewed while the study ran; start it again where the last digits matter"
    )
    return {"code": "mixed_engine_versions", "message": message}


def run_study(
    document: Mapping[str, Any] | Study, progress: Callable[[int, int], None] | None = None
) -> StudyResult:
    """A whole study in this process: a sweep, an optimisation, or the uncertainty or sensitivity of a motor.

    `document` is as in docs/studies.md; `progress(done, cases)` is called every few seconds. Raises SpecError for a
    study that breaks a rule.

    >>> found = run_study({
    ...     "type": "optimization",
    ...     "base": {"motor_type": "liquid", "propellant": {"fuel": "LH2", "oxidizer": "LOX"},
    ...              "chamber_pressure": 7e6, "nozzle": {"area_ratio": 40.0}},
    ...     "variables": [{"path": "propellant.mixture_ratio", "minimum": 3.0, "maximum": 8.0}],
    ...     "objectives": [{"output": "specific_impulse_vacuum", "sense": "maximize"}],
    ... })
    >>> round(found.summary["optimum"]["variables"]["propellant.mixture_ratio"], 2)
    4.73
    """
    study = parse_study(document)
    cases, before, parts = count_cases(study), 0, []
    for piece in pieces(study):

        def keep(_: bytes, done: int, before: int = before) -> bool:
            if progress is not None:
                progress(before + done, cases)
            return True

        parts.append(run_piece(study, piece, state=None, keep=keep) or b"")
        before += piece.cases
    return merge(study, parts)
