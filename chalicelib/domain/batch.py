"""The life of one batch: a file of cases that was uploaded."""

from enum import StrEnum


class BatchStatus(StrEnum):
    """Where a batch is; the contract's words."""

    AWAITING_UPLOAD = "awaiting_upload"
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    COMPLETED_WITH_ERRORS = "completed_with_errors"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self in FINAL_STATUSES


FINAL_STATUSES = frozenset(
    {
        BatchStatus.COMPLETED,
        BatchStatus.COMPLETED_WITH_ERRORS,
        BatchStatus.FAILED,
        BatchStatus.CANCELLED,
    }
)


def final_status(*, valid: int, solved: int, rows: int) -> BatchStatus:
    """The status that the counts of a finished batch amount to."""
    if solved == 0:
        return BatchStatus.FAILED
    if solved == valid == rows:
        return BatchStatus.COMPLETED
    return BatchStatus.COMPLETED_WITH_ERRORS
