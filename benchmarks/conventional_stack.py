"""The same cases through a conventional stack and through ours, one after the other: throughput, and agreement.

The conventional stack is FastAPI, Celery with two worker processes, and Redis, with RocketCEA called case by case. It
is asked twice: with a task for each case, as people build it, and with 100 cases a task, the quickest that was found.
Ours is the embedded stack with two workers: a CSV file put into the bucket, until the merged results are fetched.
Both get the same reactants and numbers, both have answered some cases before, and only one runs at a time.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers import client
from benchmarks.peers.environment import UnavailableError, peer_python
from benchmarks.peers.stack import conventional_stack
from benchmarks.peers.throughput import OURS, USUAL, Side, agreement, figures, report
from benchmarks.rocket import commands
from benchmarks.rocket.peers import rocketcea_group
from benchmarks.rocket.processes import WorkerError
from benchmarks.rocket.sampling import Points
from benchmarks.service import uploads
from benchmarks.service.conditions import conditions
from benchmarks.service.points import drawn
from benchmarks.service.processor import family_seconds
from benchmarks.service.stack import own_stack
from runtime.errors import StackError

EXAMPLE = """examples:
  python -m benchmarks.conventional_stack
  python -m benchmarks.conventional_stack --cases 2000 --rounds 1 --environment /opt/peers
"""
CASES, ROUNDS, QUICK_CASES, WARMING = 10_000, 3, 2_000, 200
TASK_SIZES = (1, 100)
QUANTITIES = ("specific_impulse_vacuum", "c_star", "chamber_temperature")
SEED = 20260801

Found = TypeVar("Found")
Answers = NDArray[np.float64]


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = commands.parser("benchmarks.conventional_stack", __doc__, EXAMPLE)
    add = parser.add_argument
    add("--cases", type=int, help=f"LOX/RP-1 cases of a round (default {CASES})")
    add("--rounds", type=int, help=f"rounds of which medians are taken (default {ROUNDS})")
    add("--quick", action="store_true", help=f"one round of {QUICK_CASES} cases: a look, not a measurement")
    add(
        "--cases-per-task",
        type=int,
        action="append",
        metavar="N",
        help="of Celery; may be repeated (1 and 100)",
    )
    add("--environment", type=Path, metavar="FOLDER", help="the peers' environment (default: made in .venv)")
    add("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    parsed = parser.parse_args(given)
    parsed.cases = parsed.cases or (QUICK_CASES if parsed.quick else CASES)
    parsed.rounds = parsed.rounds or (1 if parsed.quick else ROUNDS)
    parsed.cases_per_task = parsed.cases_per_task or list(TASK_SIZES)
    if min(parsed.cases, parsed.rounds, *parsed.cases_per_task) < 1:
        parser.error("--cases, --rounds and --cases-per-task are 1 or more")
    return parsed


def main() -> None:
    """Measure, print, and keep the figures where asked to."""
    given = arguments()
    try:
        python = peer_python(given.environment)
    except UnavailableError as error:
        sys.stdout.write(f"The conventional stack is left out: {error}\n")
        return
    try:
        measured = compare(python, given.cases, given.rounds, given.cases_per_task)
    except (WorkerError, StackError) as error:
        sys.exit(str(error))
    sys.stdout.write(f"{report(measured)}{conditions()}.\n")
    if given.json:
        commands.write(given.json, measured)


def compare(python: Path, cases: int, rounds: int, sizes: list[int]) -> dict[str, Any]:
    """The figures of so many rounds, each with cases of its own."""
    sides: list[Side] = []
    deviations: dict[str, list[float]] = {}
    for number in range(rounds):
        points = drawn(cases, SEED + number)
        theirs = of_conventional(python, points, sizes, sides)
        ours = of_ours(points, sides)
        for name, deviation in agreement(ours, theirs, QUANTITIES).items():
            deviations.setdefault(name, []).append(deviation)
    return figures(sides, cases, {name: max(values) for name, values in deviations.items()})


def of_conventional(python: Path, points: Points, sizes: list[int], sides: list[Side]) -> Answers:
    """The conventional stack's answers; adds to `sides` what each of its ways took."""
    reactants: dict[str, Any] = rocketcea_group(points)
    answers = np.empty(0)
    with conventional_stack(python, reactants["fuel"], reactants["oxidizer"]) as address:
        client.answers(address, drawn(WARMING, 1), 1)
        for size in sizes:
            answers = timed(way(size), sides, lambda size=size: client.answers(address, points, size))
    return answers


def way(size: int) -> str:
    """What so many cases to a task are called."""
    return USUAL if size == 1 else f"{size} cases per task"


def of_ours(points: Points, sides: list[Side]) -> Answers:
    """Our stack's answers; adds to `sides` what it took."""
    with own_stack() as stack:
        uploads.answers(stack, drawn(WARMING, 1), QUANTITIES)
        batch_id, answers = timed(OURS, sides, lambda: uploads.answers(stack, points, QUANTITIES))
        made, planned, solved, merged = uploads.ends(stack, batch_id)
        phases = (
            f"planned {planned - made:.1f} s, solved {solved - planned:.1f} s, merged {merged - solved:.1f} s"
        )
        sys.stderr.write(f"  of it {phases}\n")
        return answers


def timed(name: str, sides: list[Side], work: Callable[[], Found]) -> Found:
    """What `work` answers; its seconds, and those of the processors on all processes, are added to `sides`."""
    wall, processor = time.perf_counter(), family_seconds()
    answers = work()
    sides.append(Side(name, time.perf_counter() - wall, family_seconds() - processor))
    sys.stderr.write(f"{name}: {sides[-1].seconds:.1f} s\n")
    return answers


if __name__ == "__main__":
    main()
