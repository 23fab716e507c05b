"""The rows of the report, and how they look."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import isfinite

from rich.table import Table

from benchmarks.rocket.accuracy import Accuracy, required
from benchmarks.rocket.peers import NAMES, ROCKETCEA
from benchmarks.rocket.rounds import SMALL, MixedTimes, PairTimes, Settings
from benchmarks.rocket.statistics import MICRO, Cost, cost, verdict, worst

MIXED = "20 pairs, random"
SPECIFICATIONS = "20 pairs, analyze_many"
SMALL_COLD, SMALL_WARM, SINGLE, UNRELATED = 5.0, 20.0, 0.2, 5.0
"""What the ratio to RocketCEA has to be; for the big cold sweeps each pair has its own."""


@dataclass(frozen=True)
class Row:
    """One comparison. Costs are in s per case; `with_data` is ours where NASA's data are read in the timed call too."""

    what: str
    cases: int
    state: str
    ours: Cost
    with_data: Cost | None
    peer: str
    theirs: Cost
    required: float
    deviation: float | None = None

    @property
    def ratio(self) -> float:
        """How many times faster ours is."""
        return self.theirs.median / self.ours.median

    @property
    def ratio_with_data(self) -> float | None:
        """The same with the reading of data."""
        return None if self.with_data is None else self.theirs.median / self.with_data.median

    @property
    def is_met(self) -> bool:
        """Whether the ratio is what is required."""
        return self.ratio >= self.required

    def plain(self) -> dict[str, object]:
        """For JSON, with the ratios."""
        found = {"ratio": self.ratio, "ratio_with_data": self.ratio_with_data, "is_met": self.is_met}
        return {**asdict(self), **found}


def pair_rows(times: PairTimes, settings: Settings, deviation: float | None) -> Iterable[Row]:
    """The rows of one pair against each peer that ran."""
    clock, cases = settings.clock, settings.cases
    small = min(SMALL, cases)
    for peer, timings in times.peers.items():
        theirs, name = cost(timings, times.peer_cases[peer], clock), NAMES[peer]

        def ours(kind: str, count: int) -> Cost:
            return cost(times.ours[kind], count, clock)

        big = ours("cold", cases), ours("cold with data", cases)
        needed = times.pair.over_rocketcea if peer == ROCKETCEA else times.pair.over_cea
        yield Row(times.pair.name, cases, "cold", *big, name, theirs, needed, deviation)
        if peer == ROCKETCEA:
            few = ours("small cold", small), ours("small cold with data", small)
            yield Row(times.pair.name, small, "cold", *few, name, theirs, SMALL_COLD, deviation)
            warm, single = ours("small warm", small), ours("single warm", 1)
            yield Row(times.pair.name, small, "warm", warm, None, name, theirs, SMALL_WARM, deviation)
            yield Row(times.pair.name, 1, "warm", single, None, name, theirs, SINGLE, deviation)


def mixed_rows(times: MixedTimes, settings: Settings, deviation: float | None) -> Iterable[Row]:
    """The rows of the unrelated points; without a requirement against the wheel, which nobody sets one for."""
    clock, cases = settings.clock, settings.cases
    ours, with_data = (cost(times.ours[kind], cases, clock) for kind in ("cold", "cold with data"))
    specifications = cost(times.ours["specifications"], cases, clock)
    for peer, timings in times.peers.items():
        theirs, name = cost(timings, cases, clock), NAMES[peer]
        needed = UNRELATED if peer == ROCKETCEA else 0.0
        yield Row(MIXED, cases, "cold", ours, with_data, name, theirs, needed, deviation)
        if peer == ROCKETCEA:
            yield Row(SPECIFICATIONS, cases, "first", specifications, None, name, theirs, needed)


def cost_table(rows: Iterable[Row], clock: str) -> Table:
    """Costs in microseconds per case, medians with least and most."""
    table = Table(
        title=f"Cost per case in us, one thread, {clock} time, medians (least - most of the rounds)"
    )
    for heading in ("what", "N", "agreement", "state"):
        table.add_column(heading, no_wrap=True)
    for heading in ("ours", "and reading data", "peer", "peer's", "ratio", "with data", "required", "met"):
        table.add_column(heading, justify="left" if heading == "peer" else "right", no_wrap=True)
    for row in rows:
        table.add_row(
            row.what,
            f"{row.cases:,}",
            _small(row.deviation),
            row.state,
            _cost(row.ours),
            _cost(row.with_data),
            row.peer,
            _cost(row.theirs),
            _times(row.ratio),
            _times(row.ratio_with_data),
            _times(row.required) if row.required else "-",
            verdict(row.is_met) if row.required else "-",
        )
    return table


def accuracy_table(found: Iterable[Accuracy]) -> Table:
    """The largest relative deviation of every quantity from the wheel, and at the wheel's own pressures."""
    headings = ("what", "quantity", "compared", "largest", "required", "met", "at the wheel's p", "where")
    table = Table(
        title="Relative deviation from NASA's cea, same reactants, over its sample of the cold sweep"
    )
    for heading in headings:
        table.add_column(heading, no_wrap=True)
    for accuracy in found:
        for name in accuracy.deviations:
            at = accuracy.worst(name)
            table.add_row(
                accuracy.pair,
                name,
                str(at.compared),
                _small(at.deviation),
                f"{required(name):.0e}",
                verdict(at.deviation <= required(name)),
                _small(_at_pressure(accuracy, name)),
                accuracy.points[at.place] if at.compared else "-",
            )
        table.add_section()
    return table


def failure_lines(failures: dict[str, list[str]], shown: int = 3) -> list[str]:
    """One line for each side that left cases unsolved: how many, and the first of them."""
    lines = []
    for side, cases in failures.items():
        if cases:
            more = f"; and {len(cases) - shown} more" if len(cases) > shown else ""
            lines.append(f"{side} left {len(cases)} unsolved: {'; '.join(cases[:shown])}{more}")
    return lines


def _at_pressure(accuracy: Accuracy, name: str) -> float | None:
    found = accuracy.at_reference_pressure.get(name)
    return None if found is None else worst(found).deviation


def _cost(value: Cost | None) -> str:
    if value is None:
        return "-"
    return f"{_digits(value.median * MICRO)} ({_digits(value.least * MICRO)} - {_digits(value.most * MICRO)})"


def _digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _times(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}x"


def _small(value: float | None) -> str:
    return "-" if value is None or not isfinite(value) else f"{value:.1e}"
