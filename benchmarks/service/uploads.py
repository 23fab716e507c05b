"""A user of our batches: drops a file, waits, and fetches the results."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.rocket.sampling import Points
from runtime.demo.client import Client
from runtime.demo.connection import Connection
from runtime.demo.following import drop, follow
from runtime.demo.stack_process import RunningStack

HEADER = "propellant.fuel,propellant.oxidizer,propellant.mixture_ratio,chamber_pressure,nozzle.area_ratio"
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


def answers(stack: RunningStack, points: Points, names: Sequence[str]) -> NDArray[np.float64]:
    """The named columns of the merged results, (N, names), from the put into the bucket on."""
    with Client(stack.url, stack.token) as client:
        batch = upload(stack, client, "cases.csv", csv_file(points))
        rows = client.batch_rows(batch["id"])
    return columns_of(rows, names)


def upload(stack: RunningStack, client: Client, filename: str, content: bytes) -> dict[str, Any]:
    """The batch of the file once it has ended."""
    batch_id = drop(connection(stack), filename, content)
    return follow(client, batch_id, lambda _done, _valid: None, LONGEST_SECONDS)


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
