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


def final_status(*, valid: int, solved: int, rows: int) -> BatchStatus:
    """The status that the counts of a finished batch amount to."""
    if solved == 0:
        return BatchStatus.FAILED
    if solved == valid == rows:
        return BatchStatus.COMPLETED
    return BatchStatus.COMPLETED_WITH_ERRORS


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """What a batch file may be, and how it is cut: bytes and rows of it, rows and seconds a shard, rows a solve."""

    file_bytes: int = 10_000_000_000
    rows: int = 20_000_000
    shard_rows: int = 20_000
    shard_seconds: float = 4.0
    block_rows: int = 5_000


SOLVING_SECONDS = {"liquid": 1e-4, "hybrid": 4e-3}
"""Of one case among many, with reading it and writing what came of it; measured by benchmarks/batch_flow.py."""
COMPARING_SECONDS = 1.5e-2
"""Of solving one case with the reference too."""


def solving_seconds(spec: Mapping[str, Any]) -> float:
    """About how long a case takes that is solved together with many."""
    if spec.get("validate") is True:
        return COMPARING_SECONDS
    return SOLVING_SECONDS.get(str(spec.get("motor_type")), max(SOLVING_SECONDS.values()))


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
    valid: int = 0
    shards: int = 0
    error: dict[str, Any] | None = None
    planned: bool = False
    workflow_started: bool = False
    constants: dict[str, Any] = field(default_factory=dict)
    force: bool = False
    answers_from: UUID | None = None


@dataclass(frozen=True, slots=True)
class ShardCounts:
    """How far one shard is: the rows solved, and the rows that the engine refused."""

    solved: int = 0
    failed: int = 0
    summary: dict[str, Any] = field(default_factory=dict)


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
