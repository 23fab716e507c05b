"""The most memory that a sweep of a million cases holds, solved slice by slice in a fresh process with one thread.

The figure is the process's own peak of resident memory (getrusage), interpreter, numpy and NASA's data included.
"""

import argparse
from pathlib import Path

from benchmarks.rocket import commands
from benchmarks.rocket.processes import worker
from benchmarks.rocket.progress import progress

EXAMPLE = """example:
  python -m benchmarks.rocket_memory --cases 100000 --slice 10000 --pair LOX/LH2
"""
MEGA = 1e6
LIMIT = 2e9


def slices(cases: int, size: int) -> list[int]:
    """How many cases each call gets; `size` 0 stands for one call with all of them."""
    if size <= 0 or size >= cases:
        return [cases]
    whole, rest = divmod(cases, size)
    return [size] * whole + ([rest] if rest else [])


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = commands.parser("benchmarks.rocket_memory", __doc__, EXAMPLE)
    add = parser.add_argument
    add("--cases", type=int, default=1_000_000, help="cases in all (default 1000000)")
    add(
        "--slice",
        type=int,
        default=20_000,
        help="cases of one call of the engine; 0: one call (default 20000)",
    )
    add("--pair", default="LOX/RP-1", help="the propellants, a pair of rocket_sweep (default LOX/RP-1)")
    add("--quick", action="store_true", help="20,000 cases in slices of 5,000: a look, not a measurement")
    add("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    parsed = parser.parse_args(given)
    if parsed.cases < 1:
        parser.error(f"--cases {parsed.cases} is too few; give 1 or more")
    if parsed.quick:
        parsed.cases, parsed.slice = min(parsed.cases, 20_000), 5_000
    return parsed


def measure(pair: str, parts: list[int]) -> dict[str, float]:
    """Solve the parts one after another; the peaks before and after, seconds, unsolved cases and the best impulse."""
    seconds, unsolved, best, done = 0.0, 0, 0.0, 0
    with progress() as say, worker("benchmarks.rocket.memory_worker") as running:
        before = running.ask({"pair": pair, "cases": 0, "seed": 0})["peak"]
        peak = before
        for number, part in enumerate(parts):
            answer = running.ask({"pair": pair, "cases": part, "seed": number})
            done += part
            seconds += answer["seconds"]
            unsolved += answer["unsolved"]
            best, peak = max(best, answer["best_impulse"]), answer["peak"]
            if number % max(1, len(parts) // 20) == 0:
                say(f"{pair}: {done:,} of {sum(parts):,} cases, peak {peak / MEGA:,.0f} MB")
    return {"before": before, "peak": peak, "seconds": seconds, "unsolved": unsolved, "best_impulse": best}


def main() -> None:
    """Measure, and print one paragraph."""
    given = arguments()
    parts = slices(given.cases, given.slice)
    found = measure(given.pair, parts)
    print(
        f"{given.pair}, {given.cases:,} cases in calls of {parts[0]:,}, equilibrium, area ratio 40:\n"
        f"  peak resident memory {found['peak'] / MEGA:,.0f} MB (at most {LIMIT / MEGA:,.0f} required: "
        f"{'met' if found['peak'] < LIMIT else 'not met'}), before the first call {found['before'] / MEGA:,.0f} MB\n"
        f"  {found['seconds']:,.1f} s, {found['seconds'] / given.cases * 1e6:,.1f} us per case; "
        f"{found['unsolved']} unsolved; best vacuum impulse {found['best_impulse']:.2f} s"
    )
    if given.json:
        commands.write(given.json, {**found, "cases": given.cases, "slice": parts[0]})


if __name__ == "__main__":
    main()
