"""A batch outlives the whole stack: killed in the midst of it and started again, it ends with every row in place."""

import csv
import io
import os
import signal
from pathlib import Path
from typing import Any

import httpx
import psycopg

from tests.integration.conftest import RunningStack, run_stack
from tests.integration.test_runtime_up import children_of, eventually

HEADER = "propellant.fuel,propellant.oxidizer,propellant.mixture_ratio,chamber_pressure,nozzle.area_ratio\n"
ROWS = 1200
SERVICE = {
    "HRMA_BATCH_SHARD_ROWS": "20",
    "HRMA_BATCH_BLOCK_ROWS": "10",
    "HRMA_LEASE_SECONDS": "3",
    "HRMA_RESEND_SECONDS": "1",
}


def asked(running: RunningStack, statement: str) -> Any:
    with psycopg.connect(running.environment["HRMA_DATABASE_URL"]) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return row and row[0]


def kill_everything(running: RunningStack) -> None:
    """As a power cut does: nobody saves anything, and the supervisor starts nothing again."""
    running.process.send_signal(signal.SIGSTOP)
    for word in ("poller", "scheduler", "gateway", "ministack", "postgres"):
        for process in children_of(running, word):
            os.kill(process, signal.SIGKILL)
    running.process.kill()
    running.process.wait()


def test_a_stack_killed_in_the_midst_of_a_batch_and_started_again_ends_it(tmp_path: Path) -> None:
    lines = [f"LH2,LOX,{4 + 4 * n / ROWS:.5f},7e6,40" for n in range(ROWS)]
    with run_stack(tmp_path / "home", **SERVICE) as running:
        bucket = running.environment["HRMA_UPLOADS_BUCKET"]
        body = (HEADER + "\n".join(lines) + "\n").encode()
        running.client("s3").put_object(Bucket=bucket, Key="local/cases.csv", Body=body)
        done = "SELECT count(*) FROM batch_shards WHERE done_at IS NOT NULL"
        assert eventually(lambda: asked(running, done) >= 5, 60)
        kill_everything(running)
    with run_stack(tmp_path / "home", **SERVICE) as running:
        already = asked(running, done)
        assert 5 <= already < ROWS // 20
        # the sweep at the start takes up what has no lease; what had one, that of a minute later
        status = "SELECT status FROM batches"
        assert eventually(lambda: asked(running, status) == "completed", 200), asked(running, status)
        assert asked(running, "SELECT count(DISTINCT line) FROM batch_results") == ROWS
        bucket = running.environment["HRMA_RESULTS_BUCKET"]
        batch_id = asked(running, "SELECT id FROM batches")
        key = f"local/{batch_id}/results.csv"
        url = running.client("s3").generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key})
        table = list(csv.DictReader(io.StringIO(httpx.get(url).text)))
        assert [int(row["line"]) for row in table] == list(range(2, ROWS + 2))
        assert {row["status"] for row in table} == {"succeeded"}
