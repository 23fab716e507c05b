"""A file in pieces is the same cases as the file in one: no row is lost, none comes twice, each keeps its line."""

import io
import json
import resource
from contextlib import contextmanager
from typing import Any, BinaryIO
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.batch import Batch, BatchLimits, BatchStatus
from chalicelib.domain.errors import InvalidRequestError
from chalicelib.services.batch_files import open_batch
from chalicelib.services.batch_shards import read_shard
from chalicelib.services.cut_batch import Plan, cut_batch
from tests.unit.chalicelib.fakes import FakeObjectStore

ID = UUID(int=1)
HEADER = "chamber_pressure,nozzle.area_ratio,propellant.fuel\n"


def batch(name: str, constants: dict[str, Any] | None = None) -> Batch:
    return Batch(ID, "p", name, "uploads", name, "c", BatchStatus.QUEUED, constants=constants or {})


def cut(
    content: bytes, name: str = "a.csv", measured: dict[str, float] | None = None, **limits: Any
) -> tuple[Plan, list[bytes]]:
    store = FakeObjectStore()
    store.put("uploads", name, content, content_type="")
    made = BatchLimits(**limits)
    plan = cut_batch(
        batch(name), object_store=store, results_bucket="results", limits=made, case_seconds=measured or {}
    )
    assert plan is not None
    numbers = range(len(plan.shard_rows))
    manifest = json.loads(store.objects["results", f"p/{ID}/shards/manifest.json"])
    assert manifest == [{"shard": number} for number in numbers]
    return plan, [store.objects["results", f"p/{ID}/shards/{number:05}.txt"] for number in numbers]


def rows_of(shard: bytes) -> list[Any]:
    return list(read_shard(io.BytesIO(shard))[1])


def whole(content: bytes, name: str) -> list[Any]:
    how, records = open_batch(io.BytesIO(content), name, most=1000)
    return [row for record in records for row in how.rows(record)]


CELLS = st.sampled_from(
    ["7e6", "", " ", "5:7:1", '"1,2"', '"a\nb"', '"', "x", "4:5:0", '"", ""', "RP-1", "\u00a0"]
)
LINES = st.lists(CELLS, max_size=4).map(",".join)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@given(
    st.lists(st.tuples(LINES, ENDS), max_size=20),
    st.integers(1, 5),
    st.sampled_from(["", "# thrust: 1:3:1\n"]),
)
def test_shards_hold_the_rows_of_a_csv_file_each_once(
    lines: list[tuple[str, str]], shard_rows: int, head: str
) -> None:
    content = (head + HEADER + "".join(line + end for line, end in lines)).encode()
    expected = whole(content, "a.csv")
    if not expected:
        with pytest.raises(InvalidRequestError, match="no rows"):
            cut(content, shard_rows=shard_rows)
        return
    plan, shards = cut(content, shard_rows=shard_rows)
    pieces = [rows_of(shard) for shard in shards]
    assert [row for piece in pieces for row in piece] == expected
    assert max(map(len, pieces)) <= shard_rows
    assert sum(plan.shard_rows) == len(expected)
    assert plan.rows == len(expected)


OBJECTS = st.sampled_from(
    ['{"thrust": "1:3:1"}', '{"thrust": 5}', "", " ", "nope", '{"a": {"b": [1, 2]}}', "[]"]
)


@given(st.lists(st.tuples(OBJECTS, ENDS), max_size=20), st.integers(1, 5))
def test_shards_hold_the_rows_of_json_lines_each_once(lines: list[tuple[str, str]], shard_rows: int) -> None:
    content = ('{"thrust": 1}\n' + "".join(line + end for line, end in lines)).encode()
    plan, shards = cut(content, "a.jsonl", shard_rows=shard_rows)
    found = [row for shard in shards for row in rows_of(shard)]
    assert found == whole(content, "a.jsonl")
    assert plan.rows == len(found)


def test_a_grid_of_one_line_is_cut_into_many_shards_none_of_which_holds_it_out() -> None:
    content = b"chamber_pressure,nozzle.area_ratio\n1e6:1.0e9:1e6,1:200:1\n"
    plan, shards = cut(content, shard_rows=20_000, early_rows=20_000)
    assert plan.rows == 200_000
    assert len(shards) == 10
    assert all(len(shard) < 500 for shard in shards)
    last = rows_of(shards[-1])[-1]
    assert last.spec["chamber_pressure"] == 1e9
    assert last.spec["nozzle"] == {"area_ratio": 200.0}


def test_more_rows_than_a_file_may_have_are_refused_with_the_line_and_the_bound() -> None:
    with pytest.raises(InvalidRequestError, match="with line 3 the file has more than 1000 rows"):
        cut(b"chamber_pressure\n1:600:1\n1:600:1\n", rows=1000)


def test_a_shard_takes_no_more_seconds_and_no_more_bytes_than_it_may() -> None:
    compares = b"".join(b"%d,true\n" % n for n in range(300))
    compared, _ = cut(b"chamber_pressure,validate\n" + compares, shard_seconds=1.0)
    assert max(compared.shard_rows) <= 70
    assert compared.validated
    large, shards = cut(
        b"chamber_pressure,propellant.fuel\n" + (b"7e6," + b"x" * 1000 + b"\n") * 100, shard_bytes=9_000
    )
    assert max(map(len, shards)) < 12_000
    assert large.rows == 100


def test_a_shard_is_as_long_as_cases_of_its_kind_were_measured_to_take() -> None:
    kinds = [b"liquid"] * 96 + [b"warp"] * 600
    rows = b"".join(b"%s,%d\n" % (kind, place) for place, kind in enumerate(kinds))
    content = b"motor_type,chamber_pressure\n" + rows
    plan, shards = cut(content, measured={"liquid": 0.125}, shard_seconds=2.0, block_rows=70)
    assert plan.shard_rows == [16] * 6 + [200] * 3  # of what nobody knows, a hundredth of a second is assumed
    together = [read_shard(io.BytesIO(shard))[0].together for shard in shards]
    assert together == [70] * 6 + [50] * 3


class Stream(io.RawIOBase):
    """A CSV file of so many bytes that nobody ever had, made as it is read."""

    def __init__(self, size: int) -> None:
        self.left = size
        self.rest = HEADER.encode()
        self.lines = b"".join(b"7e6,%d,%s\n" % (n, b"x" * 20_000) for n in range(50))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self.rest:
            self.rest = self.lines[: self.left]
            self.left -= len(self.rest)
        part = self.rest[: len(buffer)]
        buffer[: len(part)] = part
        self.rest = self.rest[len(part) :]
        return len(part)


class Forgetful(FakeObjectStore):
    """Has a large file, and forgets what is put into it."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size, self.written = size, 0

    @contextmanager
    def open(self, bucket: str, key: str) -> Any:
        yield io.BufferedReader(Stream(self.size))

    def put(self, bucket: str, key: str, content: bytes | BinaryIO, *, content_type: str) -> None:
        assert isinstance(content, bytes)
        self.written += len(content)


def test_a_file_of_hundreds_of_megabytes_is_cut_in_the_memory_of_one_shard() -> None:
    store = Forgetful(200_000_000)
    limits = BatchLimits(shard_bytes=4_000_000)
    small = Forgetful(20_000_000)
    cut_batch(batch("a.csv"), object_store=small, results_bucket="results", limits=limits, case_seconds={})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    plan = cut_batch(
        batch("a.csv"), object_store=store, results_bucket="results", limits=limits, case_seconds={}
    )
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert plan is not None
    assert plan.rows > 9_500
    assert store.written > 199_000_000
    assert (after - before) * 1024 < 20_000_000


def test_a_small_file_is_two_shards_and_a_large_one_begins_with_two_small_ones() -> None:
    lines = [f"{n}e6,40,RP-1\n" for n in range(1, 21)]
    small, _ = cut((HEADER + "".join(lines[:8])).encode(), shard_rows=8, early_rows=4)
    large, _ = cut((HEADER + "".join(lines)).encode(), shard_rows=8, early_rows=4)
    assert small.shard_rows == [4, 4]
    assert large.shard_rows == [4, 4, 8, 4]
