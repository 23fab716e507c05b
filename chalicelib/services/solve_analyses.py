"""Solve analyses that wait, those of one motor type together."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from uuid import UUID, uuid4

from chalicelib.adapters.ports import UnitOfWorkFactory
from chalicelib.domain.analysis import ClaimedAnalysis, Outcome
from chalicelib.services.retrying import retried
from chalicelib.services.solving import Answer, solve_specs

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Solved:
    """Which analyses ended here, and which broke unforeseen and are to be tried again."""

    ended_ids: frozenset[UUID] = frozenset()
    failed_ids: frozenset[UUID] = frozenset()


def solve_analyses(ids: Sequence[UUID], *, unit_of_work: UnitOfWorkFactory, lease_seconds: float) -> Solved:
    """Claims those of `ids` that wait, solves each motor type in one call, and records how each ended.

    Analyses that others solve, that have ended or that are unknown are passed over, so that a message
    delivered twice does nothing the second time. An error of the case itself ends its analysis; what
    breaks unforeseen puts it back to queued and into `failed_ids`.

    Raises ServiceUnavailableError where the database does not answer; the leases then run out.
    """
    lease_owner = uuid4()
    ended: set[UUID] = set()
    broken: dict[UUID, Exception] = {}
    for group in _groups(_claim(ids, lease_owner, unit_of_work, lease_seconds)):
        answers = list(zip(group, solve_specs([analysis.spec for analysis in group]), strict=True))
        ended |= _record(answers, lease_owner, unit_of_work)
        broken |= {analysis.id: answer.surprise for analysis, answer in answers if answer.surprise}
    if broken:
        _release(broken, lease_owner, unit_of_work)
    return Solved(frozenset(ended), frozenset(broken))


@retried
def _claim(
    ids: Sequence[UUID], lease_owner: UUID, unit_of_work: UnitOfWorkFactory, lease_seconds: float
) -> list[ClaimedAnalysis]:
    with unit_of_work() as work:
        return work.analyses.claim(ids, lease_owner=lease_owner, lease_seconds=lease_seconds)


def _groups(claimed: list[ClaimedAnalysis]) -> Iterator[list[ClaimedAnalysis]]:
    by_solver = attrgetter("motor_type")
    for _, group in groupby(sorted(claimed, key=by_solver), key=by_solver):
        yield list(group)


@retried
def _record(
    answers: Sequence[tuple[ClaimedAnalysis, Answer]], lease_owner: UUID, unit_of_work: UnitOfWorkFactory
) -> frozenset[UUID]:
    outcomes = [
        Outcome(analysis.id, answer.result, answer.error)
        for analysis, answer in answers
        if answer.surprise is None
    ]
    with unit_of_work() as work:
        recorded = work.analyses.record(outcomes, lease_owner=lease_owner)
        for analysis, answer in answers:
            report = (answer.result or {}).get("validation")
            if report is not None and analysis.id in recorded:
                for analysis_id in filter(None, (analysis.id, analysis.validates)):
                    work.validations.add(analysis_id, report)
    lost = {outcome.id for outcome in outcomes} - recorded
    if lost:
        logger.warning("%d leases were lost while solving; those answers are thrown away", len(lost))
    return recorded


@retried
def _release(broken: dict[UUID, Exception], lease_owner: UUID, unit_of_work: UnitOfWorkFactory) -> None:
    errors = {
        analysis_id: {"code": "internal_error", "message": f"{type(error).__name__}: {error}"[:500]}
        for analysis_id, error in broken.items()
    }
    with unit_of_work() as work:
        work.analyses.release(errors, lease_owner=lease_owner)
