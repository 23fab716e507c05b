"""A user of our batches: drops a file, waits, and fetches the results."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray

from benchmarks.rocket.sampling import Points
from runtime.demo.client import Client
from runtime.demo.connection import Connection
from runtime.demo.following import drop, follow
from runtime.demo.stack_process import RunningStack

HEADER = "propellant.fuel,propellant.oxidizer,propellant.mixture_ratio,chamber_pressure,nozzle.area_ratio"
ENDS = """
SELECT extract(epoch FROM created_at), extract(epoch FROM planned_at),
       (SELECT extract(epoch FROM max(done_at)) FROM batch_shards WHERE batch_id = id),
       extract(epoch FROM finished_at)
FROM batches WHERE id = %(id)s
"""
LONGEST_SECONDS = 3_600.0
PROJECT = "local"


def csv_file(points: Points) -> bytes:
    """The points as a file of a batch."""
    columns = points.mixture_ratio.tolist(), points.chamber_pressure.tolist(), points.area_ratio.tolist()
    pair = f"{points.pair.fuel},{points.pair.oxidizer}"
    lines = [
        f"{pair},{ratio!r},{pressure!r},{area!r}" for ratio, pressure, area in zip(*columns, strict=True)
    ]
    return "\n".join([HEADER, *lines, ""]).encode()


def answers(stack: RunningStack, points: Points, names: Sequence[str]) -> tuple[UUID, NDArray[np.float64]]:
    """The batch, and the named columns of its merged results, (N, names), from the put into the bucket on."""
    with Client(stack.url, stack.token) as client:
        batch_id = drop(connection(stack), "cases.csv", csv_file(points))
        follow(client, batch_id, lambda _done, _valid: None, LONGEST_SECONDS)
        return batch_id, columns_of(client.batch_rows(batch_id), names)


def ends(stack: RunningStack, batch_id: UUID) -> tuple[float, ...]:
    """When the batch was made, planned, solved and merged, in seconds of the epoch."""
    with psycopg.connect(stack.environment["HRMA_DATABASE_URL"]) as connected:
        found = connected.execute(ENDS, {"id": batch_id}).fetchone()
    return tuple(float(moment) for moment in found or ())


def connection(stack: RunningStack) -> Connection:
    """How the stack's buckets are reached."""
    return Connection(
        base_url=stack.url,
        token=stack.token,
        endpoint_url=stack.environment["AWS_ENDPOINT_URL"],
        uploads_bucket=stack.environment["HRMA_UPLOADS_BUCKET"],
        results_bucket=stack.environment["HRMA_RESULTS_BUCKET"],
        project=PROJECT,
    )


def columns_of(rows: Sequence[dict[str, str]], names: Sequence[str]) -> NDArray[np.float64]:
    """The named cells as numbers, in the order of the file's lines; NaN where a cell is empty."""
    ordered = sorted(rows, key=lambda row: int(row["line"]))
    return np.array([[float(row[name] or "nan") for name in names] for row in ordered])
