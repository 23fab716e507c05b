"""Cut the file of a batch into shards, as it stands: they are checked by whoever solves them."""

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field

from chalicelib.adapters.ports import ObjectStore
from chalicelib.domain.batch import Batch, BatchLimits, is_measured, solving_seconds
from chalicelib.domain.batch_keys import ResultKeys
from chalicelib.domain.errors import InvalidRequestError
from chalicelib.services.batch_columns import check_columns
from chalicelib.services.batch_files import open_batch
from chalicelib.services.batch_repeats import RepeatFinder
from chalicelib.services.batch_rows import Format, Record, Weight, flatten
from chalicelib.services.batch_shards import Piece, pack_shard

RECORDS_BETWEEN = 20_000
"""How many records are read before the progress is kept, however many cases they make."""


SLACK = 1e-6
FEW = 50
"""How many cases are solved in one call while nobody knows how long those of their kind take."""


@dataclass
class Plan:
    """What a file turned out to hold: its columns, its rows, and how many of them each shard answers."""

    columns: list[str]
    validated: bool = False
    rows: int = 0
    shard_rows: list[int] = field(default_factory=list)


def cut_batch(
    batch: Batch,
    *,
    object_store: ObjectStore,
    results_bucket: str,
    limits: BatchLimits,
    case_seconds: Mapping[str, float],
    keep: Callable[[int], bool] = lambda _rows: True,
) -> Plan | None:
    """Writes the shards and their list, holding one shard in memory.

    `case_seconds` says how long a case of a motor type takes, as far as that is known. From time to time `keep` is told
    how many rows were read; where it answers False the batch has ended and so does the cutting, with None. The same
    file makes the same rows of results, so that it may be done again. Raises InvalidRequestError where the file as a
    whole cannot be used, NotFoundError where it is gone.
    """
    keys = ResultKeys(batch.project, batch.id)
    with object_store.open(batch.bucket, batch.object_key) as stream, closing(RepeatFinder()) as repeats:
        file = open_batch(stream, batch.filename, batch.constants, most=limits.rows)
        check_columns(file.format.columns, (path for path, _ in flatten(file.format.constants)))
        plan = Plan(file.format.columns)
        shard = _Shard(file.format, plan, limits, case_seconds, _writer(keys, object_store, results_bucket))
        for count, record in enumerate(file.records, 1):
            weight = file.format.weigh(record)
            if weight.cases == 1:
                repeats.note(record.text, plan.rows, record.line)
            shard.add(record, weight)
            if count % RECORDS_BETWEEN == 0 and not keep(plan.rows):
                return None
        shard.close()
        for number, found in repeats.found(plan.shard_rows, limits.shard_rows):
            _put_json(object_store, results_bucket, keys.repeats(number), found.packed())
            plan.shard_rows[number] += found.surplus
    if plan.rows == 0:
        raise InvalidRequestError("the file has no rows; every line after the header is one case")
    manifest = [{"shard": number} for number in range(len(plan.shard_rows))]
    _put_json(object_store, results_bucket, keys.manifest, json.dumps(manifest).encode())
    return plan


def _put_json(object_store: ObjectStore, bucket: str, key: str, content: bytes) -> None:
    object_store.put(bucket, key, content, content_type="application/json")


def _writer(keys: ResultKeys, object_store: ObjectStore, bucket: str) -> Callable[[int, bytes], None]:
    return lambda number, content: object_store.put(
        bucket, keys.shard(number), content, content_type="text/plain; charset=utf-8"
    )


class _Shard:
    """The shard at hand: it takes cases until it has as many, or as long ones, as it may."""

    def __init__(
        self,
        how: Format,
        plan: Plan,
        limits: BatchLimits,
        case_seconds: Mapping[str, float],
        write: Callable[[int, bytes], None],
    ) -> None:
        self._how, self._plan, self._limits, self._write = how, plan, limits, write
        self._case_seconds = case_seconds
        self._texts: list[str] = []
        self._line = self._skipped = self._cases = self._characters = 0
        self._seconds = 0.0
        self._together = limits.block_rows

    def add(self, record: Record, weight: Weight) -> None:
        """Takes the cases of a record; those that find no room go into the shards that follow."""
        plan = self._plan
        plan.rows += weight.cases
        if plan.rows > self._limits.rows:
            raise InvalidRequestError(
                f"with line {record.line} the file has more than {self._limits.rows} rows, the cases of its grids "
                "counted; cut it into several files"
            )
        plan.validated = plan.validated or weight.validates
        seconds = solving_seconds(weight.motor_type, self._case_seconds, validates=weight.validates)
        placed = 0
        while placed < weight.cases:
            if not self._room(seconds):
                self.close()
            if placed == 0 or not self._texts:
                self._hold(record, placed, is_known=is_measured(weight.motor_type, self._case_seconds))
            taken = min(self._room(seconds), weight.cases - placed)
            self._cases += taken
            self._seconds += taken * seconds
            placed += taken
        if not weight.cases and self._texts:
            self._hold(record, 0)  # so that the lines that follow keep their numbers

    def _room(self, seconds: float) -> int:
        """For how many cases there is room; for one at least where there is none yet."""
        if not self._cases:
            return max(1, min(self._most(), int(self._limits.shard_seconds / seconds + SLACK)))
        if self._characters > self._limits.shard_bytes:
            return 0
        by_time = int((self._limits.shard_seconds - self._seconds) / seconds + SLACK)
        return max(0, min(self._most() - self._cases, by_time))

    def _most(self) -> int:
        is_early = len(self._plan.shard_rows) < self._limits.early_shards
        return min(self._limits.shard_rows, self._limits.early_rows if is_early else self._limits.shard_rows)

    def _hold(self, record: Record, skipped: int, *, is_known: bool = True) -> None:
        if not self._texts:
            self._line, self._skipped = record.line, skipped
        self._texts.append(record.text)
        if not is_known:
            self._together = min(self._together, FEW)
        self._characters += len(record.text)

    def close(self) -> None:
        """Writes the shard, where there is anything in it, and begins the next one."""
        if self._cases:
            piece = Piece(self._line, self._skipped, self._cases, self._together)
            self._write(len(self._plan.shard_rows), pack_shard(piece, self._how, self._texts))
            self._plan.shard_rows.append(self._cases)
        self._texts.clear()
        self._cases = self._characters = 0
        self._seconds = 0.0
        self._together = self._limits.block_rows
