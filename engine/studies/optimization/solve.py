"""An optimisation from its study to its journal: the methods in their order."""

from engine.studies.evaluation import Evaluator, motor_evaluator
from engine.studies.kinds import OptimizationStudy
from engine.studies.optimization.descent import Ended, descend, starting_point
from engine.studies.optimization.evolution import evolve, evolve_front
from engine.studies.optimization.experience import experience_of
from engine.studies.optimization.goal import Goal
from engine.studies.optimization.journal import Journal, StoppedError
from engine.studies.optimization.slopes import exact_slopes
from engine.studies.pieces import Keep, Piece, identity_of
from engine.thermo.nasa_polynomials import Array


def run(
    study: OptimizationStudy, piece: Piece, state: bytes | None, keep: Keep, evaluate: Evaluator | None
) -> bytes | None:
    """All cases that were solved on the way to the best; None where `keep` stopped it."""
    slopes = None
    if evaluate is None:
        experience = experience_of(study)
        evaluate, slopes = motor_evaluator(study, experience), exact_slopes(study, experience)
    journal = Journal(study, identity_of(study, piece), state, keep, evaluate, slopes)
    try:
        start, goal = starting_point(study, journal)
        method, ended = _search(study, start, goal, journal)
    except StoppedError:
        return None
    return journal.packed(
        method=method,
        success=ended.success,
        message=ended.message,
        exact=ended.exact,
        typical=(1.0 / abs(goal.aim_factors)).tolist(),
    )


def _search(study: OptimizationStudy, start: Array, goal: Goal, journal: Journal) -> tuple[str, Ended]:
    """Which method came to the end, and how; a search along derivatives that gets stuck gives way to a population."""
    if study.is_multiple:
        return "nsga2", evolve_front(study, goal, journal)
    if study.method in ("auto", "gradient"):
        ended = descend(start, goal, journal)
        if study.method == "gradient" or (ended.success and goal.best(journal.outputs) is not None):
            return "gradient", ended
    ended = evolve(study, goal, journal)
    polished = descend(journal.points[goal.nearest(journal.outputs)], goal, journal)
    message = f"{ended.message} Along derivatives then: {polished.message}"
    return "differential_evolution", Ended(ended.success or polished.success, message, polished.exact)
