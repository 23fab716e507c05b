"""Whatever goes wrong on the way, every row of a file is accounted for exactly once, in the results or the errors."""

import csv
import gzip
import io
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

import boto3
import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chalicelib.domain.errors import NotReadyError
from chalicelib.services import run_shard as shards
from runtime.embedded.stack import Stack
from tests.integration.flow import Flow, flow_on, wait_until

HEADER = "propellant.fuel,propellant.oxidizer,propellant.mixture_ratio,chamber_pressure,nozzle.area_ratio\n"
FINAL = ("completed", "completed_with_errors", "failed", "cancelled")


@pytest.fixture
def flow(stack: Stack) -> Iterator[Flow]:
    settings = {
        "HRMA_BATCH_SHARD_ROWS": "20",
        "HRMA_BATCH_BLOCK_ROWS": "10",
        "HRMA_LEASE_SECONDS": "2",
        "HRMA_RESEND_SECONDS": "1",
    }
    with flow_on(stack, settings) as flow:
        yield flow


def rows(count: int, start: float = 4.0) -> list[str]:
    return [f"LH2,LOX,{start + 4 * n / count:.4f},7e6,40" for n in range(count)]


def put(flow: Flow, content: bytes, name: str = "cases.csv") -> None:
    bucket = flow.stack.environment["HRMA_UPLOADS_BUCKET"]
    boto3.client("s3").put_object(Bucket=bucket, Key=f"{flow.project}/{name}", Body=content)


def batches(flow: Flow) -> list[UUID]:
    statement = "SELECT id FROM batches WHERE project = %(p)s ORDER BY created_at"
    return [row[0] for row in flow.query(statement, p=flow.project)]


def ended(flow: Flow, count: int = 1) -> bool:
    ids = batches(flow)
    return len(ids) == count and all(flow.batch(batch_id)["status"] in FINAL for batch_id in ids)


def file(flow: Flow, view: str, batch_id: UUID, *kind: str) -> bytes:
    answer = httpx.get(getattr(flow.services, view)(batch_id, *kind, project=flow.project).url)
    assert answer.status_code == 200, answer.text
    return answer.content


def table(flow: Flow, view: str, batch_id: UUID) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file(flow, view, batch_id).decode())))


def require_accounted(flow: Flow, batch_id: UUID, lines: Counter[int]) -> dict[str, Any]:
    """Every line is in the results as often as it makes cases, or refused in the errors; the counts agree."""
    batch = flow.batch(batch_id)
    results, errors = (table(flow, view, batch_id) for view in ("batch_results", "batch_errors"))
    answered = Counter(int(row["line"]) for row in results)
    refused = Counter({int(row["line"]): 1 for row in errors if int(row["line"]) not in answered})
    assert answered + refused == lines
    succeeded = sum(row["status"] == "succeeded" for row in results)
    assert (batch["rows"], batch["valid"]) == (lines.total(), answered.total())
    assert (batch["solved"], batch["failed"]) == (succeeded, lines.total() - succeeded)
    owner = batch.get("answers_from", batch_id)
    (kept,) = flow.query("SELECT count(*) FROM batch_results WHERE batch_id = %(id)s", id=owner)[0]
    unsolved = sum(row["error_code"] == "not_solved" for row in results)
    assert kept == answered.total() - unsolved
    parquet = pq.read_table(io.BytesIO(file(flow, "batch_results", batch_id, "parquet")))
    assert Counter(parquet.column("line").to_pylist()) == answered
    return batch


def test_malformed_rows_grids_and_duplicates_are_each_accounted_for(flow: Flow) -> None:
    lines = rows(60)
    lines[7] = "LH2,LOX,six,7e6,40"
    lines[31] = "LH2,LOX"
    lines[50] = lines[51] = lines[52]
    lines[2] = lines[57]  # so far apart that they are in different shards
    lines[58] = lines[7]
    lines.append("LH2,LOX,5:6:0.25,7e6:8e6:1e6,40")
    put(flow, (HEADER + "\n".join(lines) + "\n").encode())
    with flow.polling():
        wait_until(lambda: ended(flow), 60)
    (batch_id,) = batches(flow)
    expected = Counter(range(2, 62)) + Counter({62: 10})
    batch = require_accounted(flow, batch_id, expected)
    assert batch["status"] == "completed_with_errors"
    assert batch["duplicates"] == 4
    assert [row["line"] for row in table(flow, "batch_errors", batch_id)] == ["9", "33", "60"]
    with flow.polling():
        wait_until(lambda: is_drawn(flow, batch_id), 60)
    assert file_starts(flow, batch_id, "overview.png", b"\x89PNG")
    assert file_starts(flow, batch_id, "distributions.svg", b"<?xml")


def is_drawn(flow: Flow, batch_id: UUID) -> bool:
    """Pictures come after the end of the batch."""
    with suppress(NotReadyError):
        return file_starts(flow, batch_id, "distributions.svg", b"<?xml")
    return False


def file_starts(flow: Flow, batch_id: UUID, name: str, head: bytes) -> bool:
    return file(flow, "batch_plot", batch_id, name).startswith(head)


@pytest.mark.parametrize("kind", ["utf-16", "gzip", "parquet", "jsonl"])
def test_other_formats_are_the_same_batch(flow: Flow, kind: str) -> None:
    text = HEADER + "\n".join(rows(25)) + "\n"
    records = [
        {name: value if name.endswith(("fuel", "oxidizer")) else float(value) for name, value in row.items()}
        for row in csv.DictReader(io.StringIO(text))
    ]
    stored = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(records), stored)
    nested = [
        {
            "propellant": {
                "fuel": "LH2",
                "oxidizer": "LOX",
                "mixture_ratio": row["propellant.mixture_ratio"],
            },
            "chamber_pressure": row["chamber_pressure"],
            "nozzle": {"area_ratio": row["nozzle.area_ratio"]},
        }
        for row in records
    ]
    content, name, first = {
        "utf-16": (text.encode("utf-16"), "a.csv", 2),
        "gzip": (gzip.compress(text.encode()), "a.csv.gz", 2),
        "parquet": (stored.getvalue(), "a.parquet", 1),
        "jsonl": ("\n".join(map(json.dumps, nested)).encode(), "a.jsonl", 1),
    }[kind]
    put(flow, content, name)
    with flow.polling():
        wait_until(lambda: ended(flow), 60)
    (batch_id,) = batches(flow)
    batch = require_accounted(flow, batch_id, Counter(range(first, first + 25)))
    assert batch["status"] == "completed"


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not UTF-8"),
        (b"%PDF-1.7 a text, but no table\n", "unknown columns"),
        ((HEADER + "LH2,LOX,6,7e6,40\n").encode("utf-16-le"), "UTF-16 without its mark"),
    ],
)
def test_what_is_no_table_is_a_failed_batch_that_says_why(flow: Flow, content: bytes, part: str) -> None:
    put(flow, content)
    flow.poll_until(lambda: ended(flow), "uploads")
    batch = flow.batch(batches(flow)[0])
    assert batch["status"] == "failed"
    assert part in batch["error"]["message"]


def test_a_worker_that_dies_in_the_midst_of_a_shard_twice_costs_nothing(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaths = []
    progress = shards._progress

    def die_twice(*arguments: Any) -> bool:
        kept = progress(*arguments)
        if len(deaths) < 2:
            deaths.append(arguments)
            raise SystemExit("killed")  # no handler of ours sees this: the lease stays, as after SIGKILL
        return bool(kept)

    monkeypatch.setattr(shards, "_progress", die_twice)
    put(flow, (HEADER + "\n".join(rows(50)) + "\n").encode())

    def reaped() -> bool:
        flow.services.reap()
        return ended(flow)

    flow.poll_through_deaths(reaped, SystemExit, "uploads", "batch_queue", seconds=90)
    assert len(deaths) == 2
    batch = require_accounted(flow, batches(flow)[0], Counter(range(2, 52)))
    assert batch["status"] == "completed"


def test_a_shard_that_always_breaks_ends_as_a_dead_letter_and_everything_else_is_delivered(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    solve = shards._solve

    def broken(batch: Any, claim: Any, *arguments: Any) -> Any:
        if claim.shard == 1:
            raise MemoryError("this shard breaks the process")
        return solve(batch, claim, *arguments)

    monkeypatch.setattr(shards, "_solve", broken)
    put(flow, (HEADER + "\n".join(rows(60)) + "\n").encode())
    with flow.polling():
        wait_until(lambda: ended(flow), 120)
    batch = require_accounted(flow, batches(flow)[0], Counter(range(2, 62)))
    assert (batch["status"], batch["solved"], batch["failed"]) == ("completed_with_errors", 40, 20)
    results = table(flow, "batch_results", batches(flow)[0])
    assert {row["error_code"] for row in results if row["status"] == "failed"} == {"not_solved"}


def test_every_message_delivered_twice_changes_nothing(flow: Flow) -> None:
    put(flow, (HEADER + "\n".join(rows(45)) + "\n").encode())
    with flow.polling_twice():
        wait_until(lambda: ended(flow), 60)
    batch = require_accounted(flow, batches(flow)[0], Counter(range(2, 47)))
    assert batch["status"] == "completed"


def test_two_identical_uploads_at_once_are_two_batches_with_the_same_answers(flow: Flow) -> None:
    content = (HEADER + "\n".join(rows(45)) + "\n").encode()
    threads = [threading.Thread(target=put, args=(flow, content, name)) for name in ("a.csv", "b.csv")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with flow.polling():
        wait_until(lambda: ended(flow, 2), 60)
    first, second = batches(flow)
    for batch_id in (first, second):
        require_accounted(flow, batch_id, Counter(range(2, 47)))
    answers = [
        [row["c_star"] for row in table(flow, "batch_results", batch_id)] for batch_id in (first, second)
    ]
    assert [f"{float(value):.9g}" for value in answers[0]] == [f"{float(value):.9g}" for value in answers[1]]
    put(flow, content, "c.csv")
    flow.poll_until(lambda: ended(flow, 3), "uploads")
    again = require_accounted(flow, batches(flow)[2], Counter(range(2, 47)))
    assert UUID(again["answers_from"]) in (first, second)
