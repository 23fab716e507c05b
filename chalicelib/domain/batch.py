"""The life of one batch: a file of cases that was uploaded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID


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


def final_status(*, solved: int, rows: int) -> BatchStatus:
    """The status that the counts of a finished batch amount to."""
    if solved == 0:
        return BatchStatus.FAILED
    return BatchStatus.COMPLETED if solved == rows else BatchStatus.COMPLETED_WITH_ERRORS


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """What a batch file may be, in bytes and rows, and how it is cut: rows, seconds and bytes a shard, rows a solve.

    The first `early_shards` have at most `early_rows`, so that a small file keeps more than one worker busy.
    """

    file_bytes: int = 10_000_000_000
    rows: int = 20_000_000
    shard_rows: int = 10_000
    early_shards: int = 2
    early_rows: int = 5_000
    shard_seconds: float = 4.0
    shard_bytes: int = 32_000_000
    block_rows: int = 10_000


SOLVING_SECONDS = {"liquid": 1e-4, "hybrid": 4e-3, "solid": 2e-3}
"""Of one case among many, with reading it and writing what came of it, until the service has measured it itself."""
GUESSED_CASES = 10_000
"""What is written above counts for so many measured cases, so that a first small shard does not overthrow it."""
UNKNOWN_SECONDS = 1e-2
"""Of a case of a motor type that was never measured: shards are small rather than endless."""
COMPARING_SECONDS = 1.5e-2
"""Of solving one case with the reference too."""


def solving_seconds(
    motor_type: str | None, measured: Mapping[str, float], *, validates: bool = False
) -> float:
    """About how long a case takes that is solved together with many; `measured` goes over what is written here."""
    kind = motor_type or ""
    seconds = measured.get(kind, SOLVING_SECONDS.get(kind, UNKNOWN_SECONDS))
    return max(seconds, COMPARING_SECONDS) if validates else seconds


def is_measured(motor_type: str | None, measured: Mapping[str, float]) -> bool:
    """Whether the above is more than a guess."""
    return motor_type in measured or motor_type in SOLVING_SECONDS


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A batch as it is made: `object_key` is where its file lies, or will."""

    id: UUID
    project: str
    user_id: str
    filename: str
    bucket: str
    object_key: str
    correlation_id: str
    status: BatchStatus = BatchStatus.AWAITING_UPLOAD
    etag: str | None = None
    constants: dict[str, Any] = field(default_factory=dict)
    force: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as the use cases see it."""

    id: UUID
    project: str
    filename: str
    bucket: str
    object_key: str
    correlation_id: str
    status: BatchStatus
    etag: str | None = None
    columns: tuple[str, ...] = ()
    validated: bool = False
    rows: int = 0
    shards: int = 0
    error: dict[str, Any] | None = None
    planned: bool = False
    workflow_started: bool = False
    constants: dict[str, Any] = field(default_factory=dict)
    force: bool = False
    answers_from: UUID | None = None


@dataclass(frozen=True, slots=True)
class ShardCounts:
    """How far one shard is: rows with an answer, cases without one, and rows that are no case at all."""

    solved: int = 0
    failed: int = 0
    refused: int = 0
    summary: dict[str, Any] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether it was solved to its end and counted: only then is what it wrote part of the results."""
        return "ranges" in self.summary


class ClaimedShard(NamedTuple):
    """A shard that this process may solve until its lease ends."""

    batch_id: UUID
    shard: int
    lease_owner: UUID


class RowProblem(NamedTuple):
    """Why one row of a file was refused: its line (the header is line 1), field, value, reason and remedy."""

    line: int
    field: str
    value: str
    message: str
    hint: str | None = None
