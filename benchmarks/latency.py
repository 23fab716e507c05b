"""How long one analysis takes from request to answer, over the whole stack: HTTP, queue, worker, database.

    python -m benchmarks.latency [--analyses 100] [--json FILE]

Starts a stack of its own on free ports in a temporary folder, sends one analysis after another with `?wait`, over one
connection as a client library does, and measures each at the client. First distinct ones, none of which anybody has
asked before; then the same again, whose answers are known. Nothing else should run on the machine meanwhile.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks.rocket import commands
from runtime import settings
from runtime.demo import latency
from runtime.demo.stack_process import running
from runtime.embedded.ports import free_port

EXAMPLE = """example:
  python -m benchmarks.latency --analyses 30
"""
PAIRS = (("LH2", "LOX", 6.0), ("RP-1", "LOX", 2.4), ("LCH4", "LOX", 3.5), ("MMH", "N2O4", 1.9))
GOAL = 0.100
WARM = 30


def spec(number: int) -> dict[str, Any]:
    """One of any number of distinct engines; neighbours in the sequence have other propellants."""
    fuel, oxidizer, mixture_ratio = PAIRS[number % len(PAIRS)]
    mixed = {"fuel": fuel, "oxidizer": oxidizer, "mixture_ratio": round(mixture_ratio + 0.001 * number, 6)}
    return {
        "motor_type": "liquid",
        "propellant": mixed,
        "chamber_pressure": 5e6 + 1e4 * number,
        "nozzle": {"area_ratio": 40.0},
    }


@contextmanager
def api() -> Iterator[httpx.Client]:
    """A client of a stack that runs for this benchmark alone."""
    with tempfile.TemporaryDirectory(prefix="hrma-latency-") as folder:
        options = settings.load().model_copy(
            update={"home": Path(folder), "port": free_port(), "aws_port": free_port()}
        )
        # the stack's data lie below its home, which PostgreSQL's user has to reach
        Path(folder).chmod(0o755)
        with running(options, service={}) as stack:
            headers = {"Authorization": f"Bearer {stack.token}"}
            with httpx.Client(base_url=stack.url, headers=headers, timeout=30) as client:
                yield client


def measured(client: httpx.Client, specs: list[dict[str, Any]]) -> latency.Latency:
    """Each submitted and waited for, one after another."""

    def analyze(wanted: dict[str, Any]) -> None:
        answer = client.post("/v1/analyses", params={"wait": 20}, json=wanted)
        if answer.status_code != 200 or answer.json()["status"] != "succeeded":
            raise SystemExit(f"an analysis did not succeed: {answer.text[:500]}")

    return latency.measure(analyze, specs)


def main() -> None:
    """Print the median and the 95th percentile of both rounds."""
    parser = commands.parser("benchmarks.latency", __doc__, EXAMPLE)
    parser.add_argument("--analyses", type=int, default=100, help="in each round (default 100)")
    parser.add_argument("--json", type=Path, help="write the figures here")
    given = parser.parse_args()
    specs = [spec(number) for number in range(given.analyses)]
    with api() as client:
        measured(client, [spec(given.analyses + number) for number in range(WARM)])
        time.sleep(2.0)  # what an idle queue is like
        rounds = {"distinct": measured(client, specs), "repeated": measured(client, specs)}
    print(f"{given.analyses} analyses, one after another, after {WARM} to warm up; goal: median under 100 ms")
    print(f"{'':10s} {'median':>9s} {'95th':>9s}")
    for name, found in rounds.items():
        print(f"{name:10s} {found.median * 1e3:6.1f} ms {found.percentile_95 * 1e3:6.1f} ms")
    if given.json:
        commands.write(given.json, {name: vars(found) for name, found in rounds.items()})
    if rounds["distinct"].median >= GOAL:
        print("the goal is missed")


if __name__ == "__main__":
    main()
