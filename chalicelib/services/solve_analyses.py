"""Solve analyses that wait: known answers are looked up, those of one motor type are solved together."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple
from uuid import UUID, uuid4

from chalicelib.adapters.ports import ResultCache, UnitOfWorkFactory
from chalicelib.domain.analysis import ClaimedAnalysis
from chalicelib.domain.cached_answer import CachedAnswer
from chalicelib.services.known_answers import keep, keys_of, known_answers
from chalicelib.services.recording import Ending, record
from chalicelib.services.retrying import retried
from chalicelib.services.solving import Answer, solve_specs

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Solved:
    """Which analyses ended here, and which broke unforeseen and are to be tried again."""

    ended_ids: frozenset[UUID] = frozenset()
    failed_ids: frozenset[UUID] = frozenset()


class Case(NamedTuple):
    """A claimed analysis, and the key that its answer is kept under; None where it is not kept."""

    analysis: ClaimedAnalysis
    key: str | None


Answered = tuple[Case, Answer]
Known = Mapping[str, CachedAnswer]


def solve_analyses(
    ids: Sequence[UUID], *, unit_of_work: UnitOfWorkFactory, cache: ResultCache, lease_seconds: float
) -> Solved:
    """Claims those of `ids` that wait, answers them, and records how each ended.

    What the cache knows is recorded first; the rest is solved in one call for each motor type, and kept in
    the cache. Analyses that others solve, that have ended or that are unknown are passed over, so that a
    message delivered twice does nothing the second time. An error of the case itself ends its analysis;
    what breaks unforeseen puts it back to queued and into `failed_ids`.

    Raises ServiceUnavailableError where the database does not answer; the leases then run out.
    """
    lease_owner = uuid4()
    claimed = _claim(ids, lease_owner, unit_of_work, lease_seconds)
    cases = list(map(Case, claimed, keys_of([analysis.spec for analysis in claimed])))
    known = known_answers((case.key for case in cases), cache)
    ended: set[UUID] = set()
    broken: dict[UUID, Exception] = {}
    for answered in _answers(cases, known):
        endings = [Ending(case.analysis, answer, case.key in known) for case, answer in answered]
        ended |= _record(endings, lease_owner, unit_of_work)
        keep(_new(answered, known), cache)
        broken |= {analysis.id: answer.surprise for analysis, answer, _ in endings if answer.surprise}
    if broken:
        _release(broken, lease_owner, unit_of_work)
    return Solved(frozenset(ended), frozenset(broken))


@retried
def _claim(
    ids: Sequence[UUID], lease_owner: UUID, unit_of_work: UnitOfWorkFactory, lease_seconds: float
) -> list[ClaimedAnalysis]:
    with unit_of_work() as work:
        return work.analyses.claim(ids, lease_owner=lease_owner, lease_seconds=lease_seconds)


def _answers(cases: Sequence[Case], known: Known) -> Iterator[list[Answered]]:
    """The known ones, at once; then those of each motor type, as they are solved."""
    found = [(case, Answer(*known[case.key])) for case in cases if case.key and case.key in known]
    if found:
        yield found
    by_solver = sorted((case for case in cases if case.key not in known), key=_solver)
    for _, group in groupby(by_solver, key=_solver):
        yield _solved(list(group))


def _solver(case: Case) -> str:
    return case.analysis.motor_type


def _solved(cases: Sequence[Case]) -> list[Answered]:
    """Each case with its answer; those that ask the same are solved once."""
    distinct = {_question(case): case.analysis.spec for case in cases}
    answers = dict(zip(distinct, solve_specs(list(distinct.values())), strict=True))
    return [(case, answers[_question(case)]) for case in cases]


def _question(case: Case) -> str:
    return case.key or str(case.analysis.id)


def _new(answered: Sequence[Answered], known: Known) -> dict[str, CachedAnswer]:
    return {
        case.key: CachedAnswer(answer.result, answer.error)
        for case, answer in answered
        if case.key is not None and case.key not in known and answer.surprise is None
    }


@retried
def _record(endings: Sequence[Ending], lease_owner: UUID, unit_of_work: UnitOfWorkFactory) -> frozenset[UUID]:
    with unit_of_work() as work:
        recorded = record(endings, lease_owner, work)
    lost = sum(ending.answer.surprise is None for ending in endings) - len(recorded)
    if lost:
        logger.warning("%d leases were lost while solving; those answers are thrown away", lost)
    return recorded


@retried
def _release(broken: dict[UUID, Exception], lease_owner: UUID, unit_of_work: UnitOfWorkFactory) -> None:
    errors = {
        analysis_id: {"code": "internal_error", "message": f"{type(error).__name__}: {error}"[:500]}
        for analysis_id, error in broken.items()
    }
    with unit_of_work() as work:
        work.analyses.release(errors, lease_owner=lease_owner)
