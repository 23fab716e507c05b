"""A user of the conventional stack: posts cases, waits, and fetches the answers."""

import time

import httpx
import numpy as np
from numpy.typing import NDArray

from benchmarks.rocket.processes import WorkerError
from benchmarks.rocket.sampling import Points

REQUEST_SECONDS = 120.0
POLL_SECONDS = 0.1
LONGEST_SECONDS = 1_800.0
CASES_PER_REQUEST = 1_000


def answers(address: str, points: Points, cases_per_task: int) -> NDArray[np.float64]:
    """Vacuum specific impulse (s), c* (m/s) and chamber temperature (K) of each point, (N, 3)."""
    with httpx.Client(base_url=address, timeout=REQUEST_SECONDS, trust_env=False) as client:
        batches = [
            asked(client, "POST", "/batches", json={"cases": part, "cases_per_task": cases_per_task})["id"]
            for part in requests(points)
        ]
        found = [answer for batch in batches for answer in finished(client, batch)]
    return np.array(found, dtype=float)


def requests(points: Points) -> list[list[dict[str, float]]]:
    """The cases, so many to a request."""
    columns = points.chamber_pressure.tolist(), points.mixture_ratio.tolist(), points.area_ratio.tolist()
    cases = [
        {"chamber_pressure": pressure, "mixture_ratio": ratio, "area_ratio": area}
        for pressure, ratio, area in zip(*columns, strict=True)
    ]
    return [cases[first : first + CASES_PER_REQUEST] for first in range(0, len(cases), CASES_PER_REQUEST)]


def finished(client: httpx.Client, batch: str) -> list[list[float]]:
    """The answers of the batch once it has them all; raises WorkerError where that takes too long."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        state = asked(client, "GET", f"/batches/{batch}")
        if state["done"] == state["cases"]:
            return asked(client, "GET", f"/batches/{batch}/answers")
        time.sleep(POLL_SECONDS)
    raise WorkerError(
        f"the conventional stack has answered {state['done']} of {state['cases']} cases and no more"
    )


def asked(client: httpx.Client, method: str, path: str, **options):
    response = client.request(method, path, **options)
    response.raise_for_status()
    return response.json()
