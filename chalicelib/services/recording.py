"""How analyses ended, written down in one transaction."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from chalicelib.adapters.ports import UnitOfWork
from chalicelib.domain.analysis import ClaimedAnalysis, Outcome
from chalicelib.services.solving import Answer


class Ending(NamedTuple):
    """How an analysis ended, and whether its answer was known before."""

    analysis: ClaimedAnalysis
    answer: Answer
    cached: bool = False


def record(endings: Sequence[Ending], lease_owner: UUID, work: UnitOfWork) -> frozenset[UUID]:
    """Ends the analyses that are still ours, and keeps their comparisons with the reference; which they are.

    Those whose answer is a surprise are left as they are.
    """
    outcomes = [
        Outcome(analysis.id, answer.result, answer.error, cached)
        for analysis, answer, cached in endings
        if answer.surprise is None
    ]
    recorded = work.analyses.record(outcomes, lease_owner=lease_owner)
    for analysis, answer, _ in endings:
        report = (answer.result or {}).get("validation")
        if report is not None and analysis.id in recorded:
            for analysis_id in filter(None, (analysis.id, analysis.validates)):
                work.validations.add(analysis_id, report)
    return recorded
