"""What the use cases need from the outside world, as Protocols; the adapters of this folder keep them.

A unit of work is one database transaction: `with unit_of_work() as work:` commits at the end of the
block, and rolls back where it raises. A lost connection becomes `ServiceUnavailableError`, after which
the whole block may be run again: every repository method is idempotent.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import IO, Any, BinaryIO, LiteralString, NamedTuple, Protocol
from uuid import UUID

from chalicelib.adapters.study_ports import StudyRepository
from chalicelib.domain.access import Principal
from chalicelib.domain.analysis import ClaimedAnalysis, NewAnalysis, Outcome
from chalicelib.domain.batch import Batch, BatchStatus, ClaimedShard, NewBatch, ShardCounts
from chalicelib.domain.dead_letter import DeadLetter, QueueName


class Clock(Protocol):
    """The time; the database keeps its own for leases, so that workers' clocks may differ."""

    def now(self) -> datetime: ...


class Identity(Protocol):
    """Who a token stands for."""

    def principal(self, token: str) -> Principal:
        """The caller that `token` names; raises UnauthenticatedError where it is not good."""
        ...


class Queue(Protocol):
    """The message queues, each by its name."""

    def send(self, queue: QueueName, bodies: Sequence[str]) -> frozenset[int]:
        """Sends all; answers the positions of those that were refused and have to be sent again."""
        ...


class ObjectStore(Protocol):
    """Buckets of objects; a missing object raises NotFoundError."""

    def open(self, bucket: str, key: str) -> AbstractContextManager[BinaryIO]:
        """The object as a stream that can be sought in and holds only a little of it in memory."""
        ...

    def put(self, bucket: str, key: str, content: bytes | IO[bytes], *, content_type: str) -> None:
        """Writes the whole object, or nothing of it."""
        ...

    def exists(self, bucket: str, key: str) -> bool: ...

    def upload_url(self, bucket: str, key: str, *, seconds: float) -> str:
        """An address that takes one PUT of the object without a token for `seconds`."""
        ...

    def download_url(self, bucket: str, key: str, *, seconds: float, filename: str) -> str:
        """An address that gives the object without a token for `seconds`, saved as `filename`."""
        ...


class WorkflowLauncher(Protocol):
    """What runs the shards of a batch and the tasks of a study, many at a time, and knows when all are done."""

    def start_batch(
        self, batch_id: UUID, correlation_id: str, *, bucket: str, manifest: str, shards: int
    ) -> None:
        """Starts the workflow over the `shards` shards that an object lists; starting it again does nothing."""
        ...

    def start_study(self, study_id: UUID, launch: int, tasks: Sequence[int], correlation_id: str) -> None:
        """Starts the workflow of these tasks of a study; starting the same `launch` again does nothing."""
        ...

    def study_runs(self, study_id: UUID, launch: int) -> bool:
        """Whether that launch still goes on: its tasks will be started, or started again, without our doing."""
        ...

    def stop_study(self, study_id: UUID, launch: int) -> None:
        """Ends that launch, so that it starts no more tasks; one that is over is passed over."""
        ...

    def heartbeat(self, task_token: str) -> None:
        """Tells the workflow that a task is alive; a token it no longer knows is passed over."""
        ...

    def report_success(self, task_token: str) -> None:
        """Tells the workflow that a task is done; a token it no longer knows is passed over."""
        ...

    def report_failure(self, task_token: str, *, error: str, reason: str) -> None:
        """Tells the workflow that a task failed; a token it no longer knows is passed over.

        `error` is the name that the state machine's rules go by: DeadLetter, BatchCancelled, StudyFailed,
        StudyCancelled, or WorkerLost, which is tried again.
        """
        ...


class ResultCache(Protocol):
    """Packed answers (`domain.cached_answer`) by their keys; what is wrong with it is never the caller's trouble."""

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Those of `keys` that are known, in one round trip to each place that is asked."""
        ...

    def put_many(self, values: Mapping[str, bytes]) -> None:
        """Keeps these answers where that is possible."""
        ...

    def missing(self, keys: Sequence[str]) -> list[str]:
        """Those of `keys` that the place which outlives this process lacks; none where it does not answer."""
        ...


class AnalysisRepository(Protocol):
    """The analyses: who may solve each, and how it ended."""

    def add(self, analysis: NewAnalysis) -> None: ...

    def claim(self, ids: Sequence[UUID], *, lease_owner: UUID, lease_seconds: float) -> list[ClaimedAnalysis]:
        """Those of `ids` that wait, or whose lease ran out, now running under `lease_owner`."""
        ...

    def release(self, errors: Mapping[UUID, Mapping[str, Any]], *, lease_owner: UUID) -> None:
        """Puts analyses that are still ours back to queued, keeping why the attempt broke."""
        ...

    def record(self, outcomes: Sequence[Outcome], *, lease_owner: UUID) -> frozenset[UUID]:
        """Ends those that are still ours, with result or error; answers which they are."""
        ...

    def fail(self, analysis_id: UUID, error: Mapping[str, Any]) -> bool:
        """Marks an analysis failed that has not ended; answers whether it did."""
        ...

    def revive(self, analysis_id: UUID) -> None:
        """Puts an analysis that a dead letter failed back to queued, with all its attempts."""
        ...

    def cancel(self, analysis_id: UUID, project: str) -> str | None:
        """Cancels an analysis that has not ended; answers its status now, None where there is no such."""
        ...

    def delete(self, analysis_id: UUID, project: str) -> bool:
        """Hides an analysis, cancelling it where it has not ended; answers whether it was there."""
        ...

    def spec(self, analysis_id: UUID, project: str) -> dict[str, Any] | None: ...

    def release_expired(self, *, attempts: int, limit: int) -> list[UUID]:
        """Puts analyses whose lease ran out back to queued, for another attempt, as stale as can be."""
        ...

    def fail_exhausted(self, *, attempts: int, stale_seconds: float, limit: int) -> list[UUID]:
        """Fails analyses that used up their attempts and have no live lease; those released, once stale."""
        ...

    def stale(self, *, seconds: float, limit: int) -> list[tuple[UUID, str]]:
        """Ids and correlation ids of queued analyses whose last message is old; their clock starts anew."""
        ...


class BatchRepository(Protocol):
    """The batches and their shards."""

    def add(self, batch: NewBatch) -> None: ...

    def get(self, batch_id: UUID) -> Batch | None: ...

    def claim_planning(self, batch_id: UUID, etag: str, *, lease_seconds: float) -> bool:
        """Whether this process is to plan the batch: nobody did or does it for this upload."""
        ...

    def planning_progress(self, batch_id: UUID, *, rows: int, lease_seconds: float) -> bool:
        """Keeps how far the file is read and extends the lease; False where the batch has ended meanwhile."""
        ...

    def release_planning(self, batch_id: UUID) -> None:
        """Gives up the right to plan, so that the next delivery of the upload may."""
        ...

    def planned(
        self,
        batch_id: UUID,
        *,
        columns: Sequence[str],
        validated: bool,
        shard_rows: Sequence[int],
    ) -> bool:
        """Keeps the plan, with the rows of each shard; False where the batch has ended meanwhile."""
        ...

    def answer_again(self, batch_id: UUID, content_key: str) -> UUID | None:
        """Ends the batch with what an earlier one of the same content left, and answers which; None without one.

        Either way the batch is found by the key from now on. One that is forced is never ended so.
        """
        ...

    def workflow_started(self, batch_id: UUID) -> None: ...

    def finish(self, batch_id: UUID, status: BatchStatus, error: Mapping[str, Any] | None) -> bool:
        """Ends the batch; answers False where it had ended before."""
        ...

    def find_upload(self, bucket: str, key: str) -> UUID | None:
        """The batch whose file lies, or will lie, there; the newest where there are many."""
        ...

    def revive(self, batch_id: UUID) -> None:
        """Puts a batch that a dead letter failed back to where it was, so that its messages find work."""
        ...

    def cancel(self, batch_id: UUID, project: str) -> str | None:
        """Cancels a batch that has not ended; answers its status now, None where there is no such."""
        ...

    def claim_shard(
        self, batch_id: UUID, shard: int, *, task_token: str, lease_owner: UUID, lease_seconds: float
    ) -> ClaimedShard | None:
        """The shard under a lease; None where it is done or somebody solves it. Keeps the newest token."""
        ...

    def shard_is_done(self, batch_id: UUID, shard: int) -> bool:
        """Whether nothing is left to do: the shard is solved, or its batch has ended."""
        ...

    def progress(self, claim: ClaimedShard, counts: ShardCounts, *, lease_seconds: float) -> bool:
        """Keeps how far a shard is and extends its lease; False where to stop: lease lost, batch ended."""
        ...

    def finish_shard(
        self, claim: ClaimedShard, counts: ShardCounts, headlines: Sequence[Sequence[Any]]
    ) -> str | None:
        """Marks a shard done and keeps its headline numbers; answers the newest task token, None without a lease.

        `headlines` has a row for each case: line, status, code of the error, and the numbers. Where the summary has a
        `pace`, motor type, cases and the seconds they took, `case_seconds` learns it: an average over cases, the newest
        of which count most.
        """
        ...

    def release_shard(self, claim: ClaimedShard) -> None:
        """Gives the shard back, so that the next delivery of its message may solve it at once."""
        ...

    def give_up_shard(self, batch_id: UUID, shard: int, reason: str) -> None:
        """Marks a shard done whose messages all broke: every row not yet counted has failed."""
        ...

    def revive_shard(self, batch_id: UUID, shard: int) -> None:
        """Puts a shard that was given up back to waiting, and its batch back to running where it had ended."""
        ...

    def shard_counts(self, batch_id: UUID) -> list[ShardCounts]: ...

    def case_seconds(self, batch_id: UUID) -> dict[str, float]:
        """How long a case takes, by motor type, as far as shards were measured; always the same for one batch."""
        ...

    def stale_shards(self, *, seconds: float, limit: int) -> list[tuple[UUID, int, str, str]]:
        """Batch, shard, task token and correlation id of shards nobody works on; their clock starts anew."""
        ...

    def stale_finishes(self, *, seconds: float, limit: int) -> list[tuple[UUID, str]]:
        """Batches all of whose shards are done and which nobody finishes; their clock starts anew."""
        ...

    def stale_plans(self, *, seconds: float, limit: int) -> list[Batch]:
        """Batches whose planning began and broke off; their clock starts anew."""
        ...


class StoredResponse(NamedTuple):
    """What a key was first used for, and what was answered."""

    request_hash: str
    response: dict[str, Any]


class IdempotencyRepository(Protocol):
    """The answers to requests that carried an Idempotency-Key."""

    def lock(self, project: str, key: str) -> bool:
        """Holds the key until the transaction ends; False where another request holds it."""
        ...

    def find(self, project: str, key: str) -> StoredResponse | None: ...

    def add(self, project: str, key: str, request_hash: str, response: Mapping[str, Any]) -> None: ...

    def remove_older_than(self, hours: float) -> int: ...


class OutboxMessage(NamedTuple):
    """A message that was committed and waits to be sent."""

    id: int
    queue: QueueName
    body: str


class OutboxRepository(Protocol):
    """The messages that are committed with the rows they are about."""

    def add(self, queue: QueueName, bodies: Iterable[str]) -> list[int]: ...

    def unsent(self, *, limit: int, ids: Sequence[int] | None = None) -> list[OutboxMessage]:
        """The oldest messages not sent (of `ids`, where given), locked; those locked are skipped."""
        ...

    def mark_sent(self, ids: Sequence[int]) -> None: ...

    def remove_sent(self, *, older_than_hours: float) -> int: ...


class DeadLetterRepository(Protocol):
    """The messages that nothing could be done with."""

    def add(self, letter: DeadLetter) -> None:
        """Keeps the letter; the same queue message kept twice is one letter."""
        ...

    def get(self, letter_id: UUID) -> DeadLetter | None: ...

    def all(self, *, limit: int) -> list[dict[str, Any]]:
        """The letters that were not fed back, newest first."""
        ...

    def mark_replayed(self, letter_id: UUID) -> bool:
        """Whether it was this call that fed the letter back."""
        ...


class ValidationRepository(Protocol):
    """What comparisons with the reference found."""

    def add(self, analysis_id: UUID, report: Mapping[str, Any]) -> None:
        """Keeps the comparison of an analysis with the reference; a later one replaces it."""
        ...


class Maintenance(Protocol):
    """What the schedules do to the database itself."""

    def make_partition(self, month: date) -> bool:
        """Makes the results' partition of a month; False where it was there."""
        ...

    def trim_cache(self, *, size: int, limit: int) -> int:
        """Removes up to `limit` cached answers that expired or are beyond `size` bytes; how many."""
        ...

    def refresh_statistics(self) -> None: ...


class UnitOfWork(Protocol):
    """The repositories of one transaction."""

    @property
    def analyses(self) -> AnalysisRepository: ...
    @property
    def batches(self) -> BatchRepository: ...
    @property
    def studies(self) -> StudyRepository: ...
    @property
    def idempotency(self) -> IdempotencyRepository: ...
    @property
    def outbox(self) -> OutboxRepository: ...
    @property
    def dead_letters(self) -> DeadLetterRepository: ...
    @property
    def validations(self) -> ValidationRepository: ...
    @property
    def maintenance(self) -> Maintenance: ...


class UnitOfWorkFactory(Protocol):
    """Begins a transaction; raises ServiceUnavailableError where the database does not answer."""

    def __call__(self) -> AbstractContextManager[UnitOfWork]: ...


class Reader(Protocol):
    """The database for the views: one statement, rows as dicts."""

    def one(self, statement: LiteralString, parameters: Mapping[str, Any]) -> dict[str, Any] | None: ...

    def all(self, statement: LiteralString, parameters: Mapping[str, Any]) -> list[dict[str, Any]]: ...
