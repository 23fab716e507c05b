"""A file of LOX/RP-1 cases, from the put into the bucket to merged results and rows in PostgreSQL."""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import boto3
import numpy as np
import psycopg

from benchmarks.rocket import commands
from benchmarks.service.stack import own_stack, peak_memory
from runtime.demo.client import Client
from runtime.demo.stack_process import RunningStack

EXAMPLE = """examples:
  python -m benchmarks.batch_flow
  python -m benchmarks.batch_flow --rows 10000 100000 1000000 --json build/benchmarks/batch_flow.json
"""
HEADER = "propellant.fuel,propellant.oxidizer,propellant.mixture_ratio,chamber_pressure,nozzle.area_ratio\n"
POLL_SECONDS = 0.2
WORKERS = 2
"""Of the embedded stack on two cores; while a file is read and while its results are merged one of them is idle."""
LONGEST_SECONDS = 3600.0


def main() -> None:
    """Run it for each number of rows, one stack after another, and print what was measured."""
    parser = commands.parser("benchmarks.batch_flow", __doc__, EXAMPLE)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000], help="cases of the file (100000)")
    parser.add_argument("--quick", action="store_true", help="10,000 rows only: a look, not a measurement")
    parser.add_argument("--json", type=Path, help="where to write what was measured")
    given = parser.parse_args()
    measured = []
    for rows in [10_000] if given.quick else given.rows:
        with own_stack() as stack:
            measured.append(measure(stack, rows))
        show(measured[-1])
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(measured, indent=2))


def measure(stack: RunningStack, rows: int) -> dict[str, Any]:
    """Seconds of each phase of a batch of so many rows, of the engine within it, and the workers' memory."""
    content = cases(rows)
    store = boto3.client("s3", **aws(stack))
    start = time.perf_counter()
    store.put_object(Bucket=stack.environment["HRMA_UPLOADS_BUCKET"], Key="local/cases.csv", Body=content)
    put = time.perf_counter() - start
    batch_id = wait_for_batch(stack)
    with Client(stack.url, stack.token) as client:
        batch = wait_for_end(client, batch_id)
    total = time.perf_counter() - start
    folder = f"{project(stack)}/{batch_id}"
    summary = json.load(
        store.get_object(Bucket=stack.environment["HRMA_RESULTS_BUCKET"], Key=f"{folder}/summary.json")[
            "Body"
        ]
    )
    memory = peak_memory("runtime poller")
    return {
        "rows": rows,
        "status": batch["status"],
        "solved": batch["solved"],
        "rows_in_postgresql": counted(stack, batch_id),
        "seconds": total,
        "put_seconds": put,
        "plan_seconds": phase(stack, batch_id, "planned_at", "created_at"),
        "solve_seconds": phase(
            stack, batch_id, "(SELECT max(done_at) FROM batch_shards WHERE batch_id = id)", "planned_at"
        ),
        "merge_seconds": phase(
            stack, batch_id, "finished_at", "(SELECT max(done_at) FROM batch_shards WHERE batch_id = id)"
        ),
        "engine_seconds": summary["engine_seconds"],
        "worker_memory": max(memory.values()),
        "shards": batch["shards"],
    }


def cases(rows: int) -> bytes:
    """The CSV file: mixture ratio, pressure and area ratio drawn anew for each row."""
    random = np.random.default_rng(7)
    columns = random.uniform(2.0, 3.2, rows), random.uniform(2e6, 2e7, rows), random.uniform(10.0, 80.0, rows)
    lines = (
        f"RP-1,LOX,{ratio:.6f},{pressure:.1f},{area:.4f}\n"
        for ratio, pressure, area in zip(*columns, strict=True)
    )
    return (HEADER + "".join(lines)).encode()


def aws(stack: RunningStack) -> dict[str, str]:
    names = {
        "endpoint_url": "AWS_ENDPOINT_URL",
        "region_name": "AWS_DEFAULT_REGION",
        "aws_access_key_id": "AWS_ACCESS_KEY_ID",
        "aws_secret_access_key": "AWS_SECRET_ACCESS_KEY",
    }
    return {name: stack.environment[variable] for name, variable in names.items()}


def wait_for_batch(stack: RunningStack) -> UUID:
    """The batch that the upload became."""
    while True:
        found = asked(stack, "SELECT id FROM batches")
        if found:
            return UUID(str(found[0][0]))
        time.sleep(POLL_SECONDS)


def wait_for_end(client: Client, batch_id: UUID) -> dict[str, Any]:
    deadline = time.perf_counter() + LONGEST_SECONDS
    while time.perf_counter() < deadline:
        batch = client.batch(batch_id)
        if batch is not None and batch["status"] not in ("awaiting_upload", "queued", "running"):
            return batch
        time.sleep(POLL_SECONDS)
    sys.exit(f"the batch has not ended within {LONGEST_SECONDS:g} s")


def project(stack: RunningStack) -> str:
    return str(asked(stack, "SELECT project FROM batches")[0][0])


def counted(stack: RunningStack, batch_id: UUID) -> int:
    return int(asked(stack, "SELECT count(*) FROM batch_results WHERE batch_id = %(id)s", batch_id)[0][0])


def phase(stack: RunningStack, batch_id: UUID, end: str, start: str) -> float:
    statement = f"SELECT extract(epoch FROM {end} - {start}) FROM batches WHERE id = %(id)s"  # noqa: S608
    return float(asked(stack, statement, batch_id)[0][0])


def asked(stack: RunningStack, statement: str, batch_id: UUID | None = None) -> list[tuple[Any, ...]]:
    with psycopg.connect(stack.environment["HRMA_DATABASE_URL"]) as connection:
        return connection.execute(statement.encode(), {"id": batch_id}).fetchall()


def show(measured: dict[str, Any]) -> None:
    rows, seconds = measured["rows"], measured["seconds"]
    busy = measured["plan_seconds"] + WORKERS * measured["solve_seconds"] + measured["merge_seconds"]
    phases = ", ".join(
        f"{name} {measured[f'{name}_seconds']:.1f} s" for name in ("put", "plan", "solve", "merge")
    )
    share = measured["engine_seconds"] / busy
    print(
        f"{rows:,} rows ({measured['status']}, {measured['rows_in_postgresql']:,} in PostgreSQL): {seconds:.1f} s, "
        f"{rows / seconds:,.0f} rows/s; {phases}; engine {measured['engine_seconds']:.1f} s, {share:.0%} of the "
        f"workers' time; {measured['shards']} shards; worker memory {measured['worker_memory'] / 1e6:.0f} MB, "
        f"this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main()
