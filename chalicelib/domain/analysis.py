"""The life of one analysis."""

from enum import StrEnum


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
