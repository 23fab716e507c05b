"""Outside systems that live in memory and keep the ports' promises, so that use cases need no I/O."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, BinaryIO
from uuid import UUID

from chalicelib.adapters.ports import OutboxMessage, StoredResponse
from chalicelib.domain.analysis import AnalysisStatus, ClaimedAnalysis, NewAnalysis, Outcome
from chalicelib.domain.batch import Batch, BatchStatus, ClaimedShard, NewBatch, ShardCounts
from chalicelib.domain.dead_letter import DeadLetter
from chalicelib.domain.errors import NotFoundError, ServiceUnavailableError
from tests.unit.chalicelib.fake_studies import FakeStudies


class FakeClock:
    def __init__(self, now: datetime = datetime(2026, 11, 24, tzinfo=UTC)) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time


class FakeQueue:
    """Keeps what was sent; `broken` makes sending raise, `refuse` refuses bodies."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.broken = False
        self.refuse: set[str] = set()

    def send(self, queue: str, bodies: Sequence[str]) -> frozenset[int]:
        if self.broken:
            raise ConnectionError("the queue is away")
        refused = {position for position, body in enumerate(bodies) if body in self.refuse}
        self.sent += [(queue, body) for position, body in enumerate(bodies) if position not in refused]
        return frozenset(refused)


class FakeObjectStore:
    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}

    @contextmanager
    def open(self, bucket: str, key: str) -> Iterator[BinaryIO]:
        if (bucket, key) not in self.objects:
            raise NotFoundError(f"there is no object '{key}' in bucket '{bucket}'")
        yield io.BytesIO(self.objects[bucket, key])

    def put(self, bucket: str, key: str, content: bytes | BinaryIO, *, content_type: str) -> None:
        self.objects[bucket, key] = content if isinstance(content, bytes) else content.read()

    def exists(self, bucket: str, key: str) -> bool:
        return (bucket, key) in self.objects

    def upload_url(self, bucket: str, key: str, *, seconds: float) -> str:
        return f"https://store/{bucket}/{key}?put&seconds={seconds:g}"

    def download_url(self, bucket: str, key: str, *, seconds: float, filename: str) -> str:
        return f"https://store/{bucket}/{key}?get&seconds={seconds:g}&filename={filename}"


class FakeWorkflows:
    def __init__(self) -> None:
        self.started: dict[UUID, str] = {}
        self.launches: list[tuple[UUID, int, list[int]]] = []
        self.running: set[tuple[UUID, int]] = set()
        self.stopped: list[tuple[UUID, int]] = []
        self.beats: list[str] = []
        self.succeeded: list[str] = []
        self.failed: list[tuple[str, str]] = []
        self.broken = False

    def start_batch(
        self, batch_id: UUID, correlation_id: str, *, bucket: str, manifest: str, shards: int
    ) -> None:
        if self.broken:
            raise ConnectionError("the workflows are away")
        self.started[batch_id] = f"s3://{bucket}/{manifest}"

    def start_study(self, study_id: UUID, launch: int, tasks: Sequence[int], correlation_id: str) -> None:
        if self.broken:
            raise ConnectionError("the workflows are away")
        self.launches.append((study_id, launch, list(tasks)))
        self.running.add((study_id, launch))

    def study_runs(self, study_id: UUID, launch: int) -> bool:
        return (study_id, launch) in self.running

    def stop_study(self, study_id: UUID, launch: int) -> None:
        if self.broken:
            raise ConnectionError("the workflows are away")
        self.stopped.append((study_id, launch))

    def heartbeat(self, task_token: str) -> None:
        self.beats.append(task_token)

    def report_success(self, task_token: str) -> None:
        self.succeeded.append(task_token)

    def report_failure(self, task_token: str, *, error: str, reason: str) -> None:
        self.failed.append((task_token, error))


@dataclass
class StoredAnalysis:
    new: NewAnalysis
    status: AnalysisStatus = AnalysisStatus.QUEUED
    lease_owner: UUID | None = None
    lease_is_over: bool = False
    attempts: int = 0
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    cached: bool = False
    is_stale: bool = False
    deleted: bool = False


class FakeAnalyses:
    """`expire` lets all leases run out, `age` makes all that wait stale."""

    def __init__(self) -> None:
        self.rows: dict[UUID, StoredAnalysis] = {}

    def expire(self) -> None:
        for row in self.rows.values():
            row.lease_is_over = True

    def age(self) -> None:
        for row in self.rows.values():
            row.is_stale = True

    def add(self, analysis: NewAnalysis) -> None:
        self.rows.setdefault(analysis.id, StoredAnalysis(analysis))

    def claim(self, ids: Sequence[UUID], *, lease_owner: UUID, lease_seconds: float) -> list[ClaimedAnalysis]:
        claimed = []
        for analysis_id in ids:
            row = self.rows.get(analysis_id)
            if row is None or row.deleted or not self._waits(row):
                continue
            row.status, row.lease_owner, row.lease_is_over = AnalysisStatus.RUNNING, lease_owner, False
            row.attempts += 1
            new = row.new
            claimed.append(
                ClaimedAnalysis(
                    new.id,
                    new.project,
                    new.motor_type,
                    new.spec,
                    new.correlation_id,
                    row.attempts,
                    new.validates,
                )
            )
        return claimed

    def _waits(self, row: StoredAnalysis) -> bool:
        return row.status == AnalysisStatus.QUEUED or (
            row.status == AnalysisStatus.RUNNING and row.lease_is_over
        )

    def _owned(self, analysis_id: UUID, lease_owner: UUID) -> StoredAnalysis | None:
        row = self.rows.get(analysis_id)
        owned = row and row.status == AnalysisStatus.RUNNING and row.lease_owner == lease_owner
        return row if owned else None

    def release(self, errors: Mapping[UUID, Mapping[str, Any]], *, lease_owner: UUID) -> None:
        for analysis_id, error in errors.items():
            if row := self._owned(analysis_id, lease_owner):
                row.status, row.lease_owner, row.error = AnalysisStatus.QUEUED, None, dict(error)

    def record(self, outcomes: Sequence[Outcome], *, lease_owner: UUID) -> frozenset[UUID]:
        recorded = set()
        for outcome in outcomes:
            if row := self._owned(outcome.id, lease_owner):
                row.status, row.result, row.error = outcome.status, outcome.result, outcome.error
                row.cached = outcome.cached
                recorded.add(outcome.id)
        return frozenset(recorded)

    def fail(self, analysis_id: UUID, error: Mapping[str, Any]) -> bool:
        row = self.rows.get(analysis_id)
        if row is None or row.status.is_final:
            return False
        row.status, row.error, row.lease_owner = AnalysisStatus.FAILED, dict(error), None
        return True

    def revive(self, analysis_id: UUID) -> None:
        row = self.rows.get(analysis_id)
        if row and row.error and row.error["code"] == "dead_letter":
            row.status, row.error, row.attempts = AnalysisStatus.QUEUED, None, 0

    def cancel(self, analysis_id: UUID, project: str) -> str | None:
        row = self._visible(analysis_id, project)
        if row and not row.status.is_final:
            row.status, row.lease_owner = AnalysisStatus.CANCELLED, None
        return row.status if row else None

    def delete(self, analysis_id: UUID, project: str) -> bool:
        row = self._visible(analysis_id, project)
        if row:
            self.cancel(analysis_id, project)
            row.deleted = True
        return row is not None

    def spec(self, analysis_id: UUID, project: str) -> dict[str, Any] | None:
        row = self._visible(analysis_id, project)
        return row.new.spec if row else None

    def _visible(self, analysis_id: UUID, project: str) -> StoredAnalysis | None:
        row = self.rows.get(analysis_id)
        return row if row and row.new.project == project and not row.deleted else None

    def release_expired(self, *, attempts: int, limit: int) -> list[UUID]:
        expired = [id_ for id_, row in self.rows.items() if self._is_expired(row) and row.attempts < attempts]
        for analysis_id in expired[:limit]:
            row = self.rows[analysis_id]
            row.status, row.lease_owner, row.is_stale = AnalysisStatus.QUEUED, None, True
        return expired[:limit]

    def _is_expired(self, row: StoredAnalysis) -> bool:
        return row.status == AnalysisStatus.RUNNING and row.lease_is_over

    def fail_exhausted(self, *, attempts: int, stale_seconds: float, limit: int) -> list[UUID]:
        exhausted = [
            analysis_id
            for analysis_id, row in self.rows.items()
            if row.attempts >= attempts
            and (self._is_expired(row) or (row.status == AnalysisStatus.QUEUED and row.is_stale))
        ]
        for analysis_id in exhausted[:limit]:
            self.fail(analysis_id, {"code": "attempts_exhausted", "message": "no attempt came to an end"})
        return exhausted[:limit]

    def stale(self, *, seconds: float, limit: int) -> list[tuple[UUID, str]]:
        stale = [row for row in self.rows.values() if row.status == AnalysisStatus.QUEUED and row.is_stale]
        for row in stale[:limit]:
            row.is_stale = False
        return [(row.new.id, row.new.correlation_id) for row in stale[:limit]]


@dataclass
class StoredShard:
    rows: int
    counts: ShardCounts = field(default_factory=ShardCounts)
    token: str = ""
    owner: UUID | None = None
    done: bool = False
    is_stale: bool = False


class FakeBatches:
    """`on_progress` is called at each block, to change the world in the midst of a shard."""

    def __init__(self) -> None:
        self.rows: dict[UUID, Batch] = {}
        self.shards: dict[tuple[UUID, int], StoredShard] = {}
        self.contents: dict[UUID, str] = {}
        self.headlines: dict[tuple[UUID, int], list[Sequence[Any]]] = {}
        self.paces: dict[str, float] = {}
        self.planning: set[UUID] = set()
        self.stale_ids: set[UUID] = set()
        self.on_progress: Callable[[ShardCounts], None] = lambda _counts: None
        self.on_planning: Callable[[int], None] = lambda _rows: None

    def _change(self, batch_id: UUID, **changes: Any) -> None:
        self.rows[batch_id] = replace(self.rows[batch_id], **changes)

    def add(self, batch: NewBatch) -> None:
        self.rows.setdefault(
            batch.id,
            Batch(
                batch.id,
                batch.project,
                batch.filename,
                batch.bucket,
                batch.object_key,
                batch.correlation_id,
                batch.status,
                batch.etag,
                constants=batch.constants,
                force=batch.force,
            ),
        )

    def get(self, batch_id: UUID) -> Batch | None:
        return self.rows.get(batch_id)

    def claim_planning(self, batch_id: UUID, etag: str, *, lease_seconds: float) -> bool:
        batch = self.rows[batch_id]
        free = batch.status in (BatchStatus.AWAITING_UPLOAD, BatchStatus.QUEUED) and not batch.planned
        if not free or batch.etag not in (None, etag) or batch_id in self.planning:
            return False
        self.planning.add(batch_id)
        self._change(batch_id, status=BatchStatus.QUEUED, etag=etag)
        return True

    def planning_progress(self, batch_id: UUID, *, rows: int, lease_seconds: float) -> bool:
        self.on_planning(rows)
        if self.rows[batch_id].status != BatchStatus.QUEUED:
            return False
        self._change(batch_id, rows=rows)
        return True

    def release_planning(self, batch_id: UUID) -> None:
        self.planning.discard(batch_id)

    def planned(
        self,
        batch_id: UUID,
        *,
        columns: Sequence[str],
        validated: bool,
        shard_rows: Sequence[int],
    ) -> bool:
        if self.rows[batch_id].status != BatchStatus.QUEUED:
            return False
        self._change(
            batch_id,
            status=BatchStatus.RUNNING,
            columns=tuple(columns),
            validated=validated,
            rows=sum(shard_rows),
            shards=len(shard_rows),
            planned=True,
        )
        self.shards |= {(batch_id, shard): StoredShard(count) for shard, count in enumerate(shard_rows)}
        return True

    def answer_again(self, batch_id: UUID, content_key: str) -> UUID | None:
        for earlier, known in self.contents.items():
            row = self.rows[earlier]
            good = row.status in (BatchStatus.COMPLETED, BatchStatus.COMPLETED_WITH_ERRORS)
            if known == content_key and good and not self.rows[batch_id].force:
                self._change(batch_id, status=row.status, rows=row.rows, answers_from=earlier)
                return earlier
        self.contents[batch_id] = content_key
        return None

    def workflow_started(self, batch_id: UUID) -> None:
        self._change(batch_id, workflow_started=True)

    def finish(self, batch_id: UUID, status: BatchStatus, error: Mapping[str, Any] | None) -> bool:
        if self.rows[batch_id].status.is_final:
            return False
        self._change(batch_id, status=status, error=None if error is None else dict(error))
        return True

    def find_upload(self, bucket: str, key: str) -> UUID | None:
        found = [row.id for row in self.rows.values() if (row.bucket, row.object_key) == (bucket, key)]
        return found[-1] if found else None

    def revive(self, batch_id: UUID) -> None:
        batch = self.rows[batch_id]
        if batch.error and batch.error["code"] == "dead_letter":
            status = BatchStatus.RUNNING if batch.planned else BatchStatus.QUEUED
            self._change(batch_id, status=status, error=None)

    def cancel(self, batch_id: UUID, project: str) -> str | None:
        batch = self.rows.get(batch_id)
        if batch is None or batch.project != project:
            return None
        self.finish(batch_id, BatchStatus.CANCELLED, None)
        return self.rows[batch_id].status

    def claim_shard(
        self, batch_id: UUID, shard: int, *, task_token: str, lease_owner: UUID, lease_seconds: float
    ) -> ClaimedShard | None:
        stored = self.shards[batch_id, shard]
        stored.token = task_token or stored.token
        if stored.done or stored.owner or self.rows[batch_id].status != BatchStatus.RUNNING:
            return None
        stored.owner = lease_owner
        return ClaimedShard(batch_id, shard, lease_owner)

    def shard_is_done(self, batch_id: UUID, shard: int) -> bool:
        return self.shards[batch_id, shard].done or self.rows[batch_id].status.is_final

    def _owned(self, claim: ClaimedShard) -> StoredShard | None:
        stored = self.shards[claim.batch_id, claim.shard]
        return stored if stored.owner == claim.lease_owner else None

    def progress(self, claim: ClaimedShard, counts: ShardCounts, *, lease_seconds: float) -> bool:
        self.on_progress(counts)
        stored = self._owned(claim)
        if stored is None or stored.done or self.rows[claim.batch_id].status != BatchStatus.RUNNING:
            return False
        stored.counts = counts
        return True

    def finish_shard(
        self, claim: ClaimedShard, counts: ShardCounts, headlines: Sequence[Sequence[Any]]
    ) -> str | None:
        stored = self._owned(claim)
        if stored is None:
            return None
        self.headlines[claim.batch_id, claim.shard] = list(headlines)
        stored.counts, stored.done = counts, True
        if pace := counts.summary.get("pace"):
            self.paces[pace["motor_type"]] = pace["seconds"] / pace["cases"]
        return stored.token

    def release_shard(self, claim: ClaimedShard) -> None:
        if stored := self._owned(claim):
            stored.owner = None

    def give_up_shard(self, batch_id: UUID, shard: int, reason: str) -> None:
        stored = self.shards[batch_id, shard]
        stored.done, stored.counts = True, ShardCounts(0, stored.rows, 0, {"error": reason})

    def revive_shard(self, batch_id: UUID, shard: int) -> None:
        if "error" in self.shards[batch_id, shard].counts.summary:
            self.shards[batch_id, shard] = StoredShard(self.shards[batch_id, shard].rows)
            self._change(batch_id, status=BatchStatus.RUNNING, error=None)

    def shard_counts(self, batch_id: UUID) -> list[ShardCounts]:
        return [stored.counts for (owner, _), stored in sorted(self.shards.items()) if owner == batch_id]

    def case_seconds(self, batch_id: UUID) -> dict[str, float]:
        return self.paces

    def stale_shards(self, *, seconds: float, limit: int) -> list[tuple[UUID, int, str, str]]:
        return [
            (batch_id, shard, stored.token, self.rows[batch_id].correlation_id)
            for (batch_id, shard), stored in self.shards.items()
            if stored.is_stale and not stored.done
        ]

    def stale_finishes(self, *, seconds: float, limit: int) -> list[tuple[UUID, str]]:
        running = [self.rows[batch_id] for batch_id in self.stale_ids]
        return [(row.id, row.correlation_id) for row in running if row.status == BatchStatus.RUNNING]

    def stale_plans(self, *, seconds: float, limit: int) -> list[Batch]:
        return [self.rows[id_] for id_ in self.stale_ids if self.rows[id_].status == BatchStatus.QUEUED]


class FakeIdempotency:
    def __init__(self) -> None:
        self.held: set[tuple[str, str]] = set()
        self.rows: dict[tuple[str, str], StoredResponse] = {}
        self.removed_hours: float | None = None

    def lock(self, project: str, key: str) -> bool:
        return (project, key) not in self.held

    def find(self, project: str, key: str) -> StoredResponse | None:
        return self.rows.get((project, key))

    def add(self, project: str, key: str, request_hash: str, response: Mapping[str, Any]) -> None:
        self.rows[project, key] = StoredResponse(request_hash, dict(response))

    def remove_older_than(self, hours: float) -> int:
        self.removed_hours = hours
        return 0


class FakeOutbox:
    def __init__(self) -> None:
        self.messages: list[OutboxMessage] = []
        self.sent: set[int] = set()

    def add(self, queue: Any, bodies: Any) -> list[int]:
        new = [OutboxMessage(len(self.messages) + n, queue, body) for n, body in enumerate(bodies)]
        self.messages += new
        return [message.id for message in new]

    def unsent(self, *, limit: int, ids: Sequence[int] | None = None) -> list[OutboxMessage]:
        wanted = [m for m in self.messages if m.id not in self.sent and (ids is None or m.id in ids)]
        return wanted[:limit]

    def mark_sent(self, ids: Sequence[int]) -> None:
        self.sent.update(ids)

    def remove_sent(self, *, older_than_hours: float) -> int:
        return 0


class FakeDeadLetters:
    def __init__(self) -> None:
        self.rows: dict[UUID, DeadLetter] = {}
        self.replayed: set[UUID] = set()

    def add(self, letter: DeadLetter) -> None:
        self.rows.setdefault(letter.id, letter)

    def get(self, letter_id: UUID) -> DeadLetter | None:
        return self.rows.get(letter_id)

    def all(self, *, limit: int) -> list[dict[str, Any]]:
        open_letters = [letter for id_, letter in self.rows.items() if id_ not in self.replayed]
        return [{"id": str(letter.id), "reason": letter.reason} for letter in open_letters[:limit]]

    def mark_replayed(self, letter_id: UUID) -> bool:
        first = letter_id not in self.replayed
        self.replayed.add(letter_id)
        return first


class FakeValidations:
    def __init__(self) -> None:
        self.rows: dict[UUID, dict[str, Any]] = {}

    def add(self, analysis_id: UUID, report: Mapping[str, Any]) -> None:
        self.rows[analysis_id] = dict(report)


class FakeMaintenance:
    def __init__(self) -> None:
        self.months: list[date] = []
        self.cache_bytes = 0
        self.refreshed = 0

    def make_partition(self, month: date) -> bool:
        new = month not in self.months
        if new:
            self.months.append(month)
        return new

    def refresh_statistics(self) -> None:
        self.refreshed += 1

    def trim_cache(self, *, size: int, limit: int) -> int:
        self.cache_bytes = size
        return 0


class FakeCache:
    """A cache that remembers the keys of every lookup."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.lookups: list[list[str]] = []

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        self.lookups.append(list(keys))
        return {key: self.values[key] for key in keys if key in self.values}

    def put_many(self, values: Mapping[str, bytes]) -> None:
        self.values |= values

    def missing(self, keys: Sequence[str]) -> list[str]:
        return [key for key in keys if key not in self.values]


class FakeDatabase:
    """Transactions over the same memory; `failures` makes the next ones raise at their beginning."""

    def __init__(self) -> None:
        self.analyses = FakeAnalyses()
        self.batches = FakeBatches()
        self.studies = FakeStudies()
        self.idempotency = FakeIdempotency()
        self.outbox = FakeOutbox()
        self.dead_letters = FakeDeadLetters()
        self.validations = FakeValidations()
        self.maintenance = FakeMaintenance()
        self.failures = 0

    @contextmanager
    def unit_of_work(self) -> Iterator["FakeDatabase"]:
        if self.failures:
            self.failures -= 1
            raise ServiceUnavailableError("the database does not answer")
        yield self
