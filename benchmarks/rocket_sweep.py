"""What a rocket case costs and how right it is: our engine beside RocketCEA and NASA's cea, in one run.

Every process has one thread. Ours is a fresh process for every cold figure: code and NASA's data are in memory, nothing
else ("and reading data": not even the data). The peers are warm processes; RocketCEA's reading of its data is left out.
"""

import argparse
import os
import platform
import sys
from pathlib import Path
from typing import Any

from benchmarks.rocket.processes import ONE_THREAD, WorkerError

os.environ.update(ONE_THREAD)

from rich.console import Console

from benchmarks.rocket import accuracy, commands, peers, rounds
from benchmarks.rocket.pairs import MAIN, chosen
from benchmarks.rocket.progress import Say, progress
from benchmarks.rocket.statistics import CLOCKS, plain, waiting
from benchmarks.rocket.table import (
    MIXED,
    Row,
    accuracy_table,
    cost_table,
    failure_lines,
    mixed_rows,
    pair_rows,
)
from engine.version import __version__

EXAMPLE = """example:
  python -m benchmarks.rocket_sweep --pair LOX/RP-1 --pair N2O4/MMH --cases 2000 --rounds 1 --json sweep.json

pairs: """ + ", ".join(pair.name for pair in MAIN)
WIDTH = 190
SIZES = (1, 3, 10, 30, 100, 300, 1_000, 3_000)


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = commands.parser("benchmarks.rocket_sweep", __doc__, EXAMPLE)
    defaults = rounds.Settings()
    add = parser.add_argument
    add("--cases", type=_count, default=defaults.cases, help="cases of the big sweeps (default 10000)")
    add(
        "--rounds", type=_count, default=defaults.rounds, help="rounds of which medians are taken (default 3)"
    )
    add("--pair", action="append", default=[], metavar="NAME", help="only this pair; may be repeated")
    add("--peers", default="rocketcea,cea", help="which peers, by comma (default rocketcea,cea)")
    add(
        "--sample",
        type=_count,
        default=defaults.rocketcea_sample,
        help="cases that RocketCEA gets (default 400)",
    )
    add(
        "--cea-sample",
        type=_count,
        default=defaults.cea_sample,
        help="cases that the wheel gets (default 200)",
    )
    add("--clock", choices=CLOCKS, default=defaults.clock, help="wall or processor time (default wall)")
    add("--sizes", action="store_true", help="measure the cost by batch size too, for the plots")
    add("--without-unrelated", action="store_true", help="leave the 20 pairs out")
    add(
        "--quick",
        action="store_true",
        help="1,000 cases, one round, small samples: a look, not a measurement",
    )
    add("--json", type=Path, metavar="FILE", help="write everything measured to FILE")
    chosen_ = parser.parse_args(given)
    unknown = [peer for peer in chosen_.peers.split(",") if peer and peer not in peers.NAMES]
    if unknown:
        parser.error(f"no peer {', '.join(unknown)}; there are: {', '.join(peers.NAMES)}")
    try:
        chosen_.pairs = chosen(chosen_.pair)
    except ValueError as error:
        parser.error(str(error))
    return chosen_


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is too few; give 1 or more")
    return number


def settings_of(given: argparse.Namespace) -> rounds.Settings:
    """How much is measured; `--quick` keeps what is smaller already."""
    full = rounds.Settings(given.cases, given.rounds, given.sample, given.cea_sample, given.clock)
    if not given.quick:
        return full
    return rounds.Settings(
        min(full.cases, 1_000), 1, min(full.rocketcea_sample, 100), min(full.cea_sample, 30), full.clock
    )


def main() -> None:
    """Measure, print the tables, and write the file that was asked for."""
    given = arguments()
    settings = settings_of(given)
    wanted = [peer for peer in given.peers.split(",") if peer]
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    for peer in wanted:
        if not peers.is_installed(peer):
            console.print(peers.MISSING[peer])
    try:
        with progress() as say, peers.peers(wanted) as running:
            report = measure(given, settings, running, say)
    except WorkerError as error:
        sys.exit(f"a measured program ended early: {error}")
    show(console, report, settings)
    if given.json:
        commands.write(given.json, plain(document(report, settings)))
        console.print(f"written: {given.json}")


class Report(argparse.Namespace):
    """Everything measured: `rows`; `times`, `accuracies` and `sizes` by pair, the twenty pairs as one more."""


def measure(given: argparse.Namespace, settings: rounds.Settings, running: peers.Peers, say: Say) -> Report:
    """All that was asked for, with the peers that run."""
    report = Report(rows=[], times={}, accuracies={}, sizes={})
    for pair in given.pairs:
        times = report.times[pair.name] = rounds.measure_pair(pair, settings, running, say)
        cases = [(times.points, times.places, times.values)]
        report.rows += pair_rows(times, settings, agreement(report, pair.name, cases, running, say))
        if given.sizes:
            every = SIZES[:: 2 if given.quick else 1]
            sizes = [size for size in every if size <= settings.cases]
            report.sizes[pair.name] = rounds.measure_sizes(pair, sizes, say)
    if not given.without_unrelated and running.running:
        mixed = report.times[MIXED] = rounds.measure_unrelated(settings, running, say)
        cases = list(zip(mixed.groups, mixed.places, mixed.values, strict=True))
        report.rows += mixed_rows(mixed, settings, agreement(report, MIXED, cases, running, say))
    return report


def agreement(
    report: Report, name: str, cases: list[tuple[Any, ...]], running: peers.Peers, say: Say
) -> float | None:
    """The largest deviation from the wheel, kept in the report in full; None where the wheel does not run."""
    if peers.CEA not in running.running:
        return None
    say(f"{name}: accuracy")
    parts = [accuracy.measure(*each, running) for each in cases]
    found = report.accuracies[name] = parts[0] if len(parts) == 1 else accuracy.joined(name, parts)
    return found.largest()


def show(console: Console, report: Report, settings: rounds.Settings) -> None:
    """The tables and what there is to say about them."""
    rows: list[Row] = report.rows
    console.print(cost_table(rows, settings.clock))
    if report.accuracies:
        console.print(accuracy_table(report.accuracies.values()))
    for name, times in report.times.items():
        failures = dict(times.failures)
        if name in report.accuracies:
            failures[peers.NAMES[peers.CEA]] = report.accuracies[name].failures
        for line in failure_lines(failures):
            console.print(f"{name}: {line}", highlight=False, soft_wrap=True)
    every = [timing for times in report.times.values() for kind in times.ours.values() for timing in kind]
    best = {name: times.order for name, times in report.times.items() if times.peers.get(peers.ROCKETCEA)}
    if best:
        console.print(f"RocketCEA is asked in its fastest order: {best}", highlight=False, soft_wrap=True)
    console.print(f"wall over processor time of ours: {waiting(every):.2f} (1 is an idle machine)")


def document(report: Report, settings: rounds.Settings) -> dict[str, object]:
    """Everything for a file: rows, raw times, deviations of every case, costs by batch size."""
    return {
        "engine_version": __version__,
        "python": platform.python_version(),
        "processor": _processor(),
        "settings": vars(settings),
        "rows": [row.plain() for row in report.rows],
        "times": {
            name: {"ours": times.ours, "peers": times.peers, "peer_cases": times.peer_cases}
            for name, times in report.times.items()
        },
        "failures": {name: times.failures for name, times in report.times.items()},
        "deviations": {name: found.deviations for name, found in report.accuracies.items()},
        "deviations_at_reference_pressure": {
            name: found.at_reference_pressure for name, found in report.accuracies.items()
        },
        "sizes": report.sizes,
    }


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
