"""The life of one analysis."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID


class AnalysisStatus(StrEnum):
    """Where an analysis is: `queued -> running -> succeeded | failed`, or `cancelled` before it ended."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self in FINAL_STATUSES

    def may_become(self, following: "AnalysisStatus") -> bool:
        """Whether the step is allowed; `running -> queued` is the way back of an expired lease."""
        return following in TRANSITIONS[self]


FINAL_STATUSES = frozenset({AnalysisStatus.SUCCEEDED, AnalysisStatus.FAILED, AnalysisStatus.CANCELLED})

TRANSITIONS: dict[AnalysisStatus, frozenset[AnalysisStatus]] = {
    AnalysisStatus.QUEUED: frozenset(
        {AnalysisStatus.RUNNING, AnalysisStatus.CANCELLED, AnalysisStatus.FAILED}
    ),
    AnalysisStatus.RUNNING: frozenset(
        {
            AnalysisStatus.QUEUED,
            AnalysisStatus.SUCCEEDED,
            AnalysisStatus.FAILED,
            AnalysisStatus.CANCELLED,
        }
    ),
    AnalysisStatus.SUCCEEDED: frozenset(),
    AnalysisStatus.FAILED: frozenset(),
    AnalysisStatus.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class NewAnalysis:
    """An analysis as it is accepted; `validates` names the finished analysis that this one checks."""

    id: UUID
    project: str
    user_id: str
    motor_type: str
    spec: dict[str, Any]
    correlation_id: str
    validates: UUID | None = None


@dataclass(frozen=True, slots=True)
class ClaimedAnalysis:
    """An analysis that this process may solve until its lease ends."""

    id: UUID
    project: str
    motor_type: str
    spec: dict[str, Any]
    correlation_id: str
    attempts: int
    validates: UUID | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one solve ended: with a result, or with an error of `code` and `message`.

    `cached` says that an earlier analysis had asked the same, and this is its answer.
    """

    id: UUID
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    cached: bool = False

    @property
    def status(self) -> AnalysisStatus:
        return AnalysisStatus.FAILED if self.result is None else AnalysisStatus.SUCCEEDED
