"""What exact derivatives of rocket performance cost, beside the solution alone and beside differences of solutions.

One process with one thread, warm; medians over rounds that take turns. A case is chamber, throat and exit in
equilibrium. Differences need two more solutions for each of the inputs mixture ratio, chamber pressure, enthalpy and
area ratio; the enthalpy's are counted, not run, as the engine takes it from the propellants.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.rocket.processes import ONE_THREAD

os.environ.update(ONE_THREAD)

import numpy as np
from rich.console import Console
from rich.table import Table

import engine
from benchmarks.rocket import commands
from benchmarks.rocket.pairs import MAIN, Pair, chosen
from benchmarks.rocket.sampling import Points, sweep

EXAMPLE = """example:
  python -m benchmarks.gradients --pair LOX/RP-1 --cases 1 --cases 2000 --rounds 5

pairs: """ + ", ".join(pair.name for pair in MAIN)
SIZES = (1, 100, 10_000)
MOVED = {"mixture_ratio": 1e-4, "chamber_pressure": 1e-4, "area_ratio": 1e-4}
INPUTS = 4
CLOCKS: dict[str, Callable[[], float]] = {"wall": time.perf_counter, "cpu": time.process_time}


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = commands.parser("benchmarks.gradients", __doc__, EXAMPLE)
    add = parser.add_argument
    add("--pair", action="append", default=[], metavar="NAME", help="only this pair; may be repeated")
    add(
        "--cases",
        type=int,
        action="append",
        default=[],
        help="cases of a call; may be repeated (default 1, 100, 10000)",
    )
    add("--rounds", type=int, default=5, help="rounds of which medians are taken (default 5)")
    add("--clock", choices=CLOCKS, default="wall", help="wall or processor time (default wall)")
    add("--quick", action="store_true", help="one round of LOX/LH2 and LOX/RP-1: a look, not a measurement")
    add("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    parsed = parser.parse_args(given)
    if min([parsed.rounds, *parsed.cases]) < 1:
        parser.error("--cases and --rounds are 1 or more")
    try:
        parsed.pairs = chosen(parsed.pair)
    except ValueError as error:
        parser.error(str(error))
    parsed.cases = parsed.cases or list(SIZES)
    if parsed.quick:
        parsed.rounds, parsed.pairs = 1, parsed.pairs[:2]
    return parsed


def motor(points: Points) -> dict[str, Any]:
    """What the engine's functions are given."""
    return {
        name: np.array(value) if isinstance(value, list) else value
        for name, value in points.request().items()
    }


def differences(given: dict[str, Any]) -> None:
    """Central differences of the performance by the inputs of MOVED."""
    for name, step in MOVED.items():
        for sign in (1.0, -1.0):
            engine.rocket_performance(**{**given, name: given[name] * (1.0 + sign * step)})


def measure(pair: Pair, cases: int, rounds: int, clock: Callable[[], float]) -> dict[str, Any]:
    """Medians in us per case, of the rounds after one to warm up."""
    given = motor(sweep(pair, cases, seed=1))
    tasks = {
        "solution": lambda: engine.rocket_performance(**given),
        "gradients": lambda: engine.rocket_gradients(**given),
        "differences": lambda: differences(given),
    }
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds + 1):
        for name, task in tasks.items():
            start = clock()
            task()
            times[name].append((clock() - start) / cases * 1e6)
    found = {name: statistics.median(values[1:]) for name, values in times.items()}
    solution = found["solution"]
    return {
        "pair": pair.name,
        "cases": cases,
        "solution": solution,
        "gradients": found["gradients"],
        "differences": found["differences"] * INPUTS / len(MOVED) + solution,
        "derivatives_in_solutions": found["gradients"] / solution - 1.0,
    }


def shown(rows: list[dict[str, Any]], clock: str) -> Table:
    """The rows as a table."""
    title = f"us per case ({clock} time), by {INPUTS} inputs"
    table = Table(
        "pair", "cases", "solution", "with derivatives", "by differences", "derivatives cost", title=title
    )
    for row in rows:
        times = (f"{row[name]:,.1f}" for name in ("solution", "gradients", "differences"))
        cost = f"{row['derivatives_in_solutions']:.2f} solutions"
        table.add_row(row["pair"], f"{row['cases']:,}", *times, cost)
    return table


def main() -> None:
    """Measure, print the table, and write the file that was asked for."""
    given = arguments()
    rows = [
        measure(pair, cases, given.rounds, CLOCKS[given.clock])
        for pair in given.pairs
        for cases in given.cases
    ]
    Console(width=110).print(shown(rows, given.clock))
    if given.json:
        commands.write(given.json, rows)


if __name__ == "__main__":
    main()
