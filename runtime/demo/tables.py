"""The demo's answers as tables, each within 80 columns."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from rich import box
from rich.console import Console
from rich.table import Table

from runtime.demo.agreement import is_compared, place, propellant, worst_of
from runtime.demo.cases import BurningMotor, PublishedEngine, SolidMotor
from runtime.demo.latency import Latency

Answers: TypeAlias = Sequence[tuple[PublishedEngine, Mapping[str, Any]]]


@dataclass(frozen=True)
class FinishedBatch:
    """The rows of a batch's results file, and how many seconds passed from its upload to its end."""

    rows: Sequence[Mapping[str, str]]
    seconds: float


def engines_table(answers: Answers) -> Table:
    """The published engines: what was asked, the answers, and the distance from CEA."""
    table = table_of(
        "Three engines over HTTP",
        "engine",
        "thrust\nkN",
        "Isp\ns",
        "c*\nm/s",
        "chamber\nK",
        "worst from\nCEA, %",
        "in",
    )
    for engine, result in answers:
        report = result["validation"]
        table.add_row(
            engine.name,
            f"{result['thrust'] / 1e3:,.1f}",
            f"{result['specific_impulse']:.1f}",
            f"{result['c_star']:.1f}",
            f"{result['chamber_temperature']:.1f}",
            percent(report["worst_deviation"]),
            words(report["worst_quantity"]),
        )
    return table


def published_table(answers: Answers) -> Table:
    """Vacuum specific impulse: ideal, with the efficiencies assumed, and as the maker gives it."""
    table = table_of(
        "Vacuum specific impulse, s",
        "engine",
        "ideal",
        "c* x nozzle\nassumed",
        "computed",
        "published",
        "differs by",
    )
    for engine, result in answers:
        efficiency = engine.spec["efficiency"]
        computed, published = result["specific_impulse_vacuum"], engine.published_specific_impulse_vacuum
        table.add_row(
            engine.name,
            f"{result['stations']['exit']['specific_impulse_vacuum']:.1f}",
            f"{efficiency['c_star']:.3f} x {efficiency['nozzle']:.3f}",
            f"{computed:.1f}",
            f"{published:.1f}",
            f"{100.0 * (computed / published - 1.0):+.1f} %",
        )
    return table


def burns_table(answers: Sequence[tuple[BurningMotor, Mapping[str, Any]]]) -> Table:
    """The motors that burn for a while: means over the burn, and the distance of the mean point from CEA."""
    table = table_of(
        "Whole burns over HTTP, in means",
        "motor",
        "class",
        "thrust\nkN",
        "burn\ns",
        "impulse\nkN s",
        "Isp\ns",
        "worst from\nCEA, %",
    )
    for motor, result in answers:
        table.add_row(
            motor.name,
            result["designation"],
            f"{result['thrust'] / 1e3:,.2f}",
            f"{result['burn_time']:.2f}",
            f"{result['total_impulse'] / 1e3:,.1f}",
            f"{result['specific_impulse']:.1f}",
            percent(result["validation"]["worst_deviation"]),
        )
    return table


def solids_table(answers: Sequence[tuple[SolidMotor, Mapping[str, Any]]]) -> Table:
    """The solid motors: what they come to, and the distance from openMotor."""
    table = table_of(
        "Solid motors over HTTP",
        "motor",
        "class",
        "burns\ns",
        "Isp\ns",
        "impulse\nN s",
        "from open-\nMotor, %",
        "peak\nMPa",
        "from open-\nMotor, %",
    )
    for motor, result in answers:
        table.add_row(
            motor.name,
            result["designation"],
            f"{result['burn_time']:.2f}",
            f"{result['specific_impulse']:.1f}",
            f"{result['total_impulse']:,.0f}",
            f"{100.0 * (result['total_impulse'] / motor.total_impulse - 1.0):+.2f}",
            f"{result['chamber_pressure_peak'] / 1e6:.2f}",
            f"{100.0 * (result['chamber_pressure_peak'] / motor.chamber_pressure_peak - 1.0):+.2f}",
        )
    return table


def batch_table(rows: Iterable[Mapping[str, str]]) -> Table:
    """The batch by propellant: ranges of the answers and the worst distance from CEA."""
    by_pair: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in rows:
        by_pair[propellant(row)].append(row)
    table = table_of(
        "A file of cases, by propellant",
        "propellant",
        "cases",
        "Isp\ns",
        "c*\nm/s",
        "chamber\nK",
        "worst from\nCEA, %",
    )
    for pair, members in by_pair.items():
        worst = worst_of(members)
        table.add_row(
            pair,
            f"{len(members)}",
            span(members, "specific_impulse_vacuum"),
            span(members, "c_star"),
            span(members, "chamber_temperature"),
            percent(worst.deviation) if worst else "-",
        )
    return table


def speed_table(latency: Latency, batch: FinishedBatch) -> Table:
    """How long single answers and the batch took, and the worst distance from CEA over the batch."""
    rows = batch.rows
    solved = sum(row["status"] == "succeeded" for row in rows)
    worst = worst_of(rows)
    table = table_of("Speed and agreement", "", "in")
    table.show_header = False
    table.add_row(f"submit to answer, median of {latency.count}", f"{latency.median * 1e3:.0f} ms")
    table.add_row("submit to answer, p95", f"{latency.percentile_95 * 1e3:.0f} ms")
    table.add_row("cases in the file: solved, failed", f"{solved}, {len(rows) - solved}")
    table.add_row("compared with NASA CEA", f"{sum(map(is_compared, rows))}")
    table.add_row("batch, from file to results", f"{batch.seconds:.1f} s")
    table.add_row("cases per second, comparison included", f"{len(rows) / batch.seconds:,.0f}")
    if worst:
        table.add_row("worst deviation from NASA CEA over the batch", f"{percent(worst.deviation)} %")
        table.add_row("found in", f"{words(worst.quantity)} of {place(worst.row)}")
    return table


def table_of(title: str, first: str, *headings: str) -> Table:
    """An empty table whose columns of numbers are aligned to the right."""
    table = Table(title=title)
    table.add_column(first, no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "in" else "right", overflow="fold")
    return table


def show(console: Console, table: Table) -> None:
    """Prints a table, in plain ASCII where the output is no terminal or cannot draw lines."""
    if not console.is_terminal or console.options.ascii_only:
        table.box = box.ASCII
    console.print(table)


def percent(deviation: float) -> str:
    return f"{abs(deviation):.1e}"


def words(name: str) -> str:
    return name.replace("_", " ")


def span(rows: Iterable[Mapping[str, str]], name: str) -> str:
    """The range of a quantity over the rows that have it."""
    values = [float(row[name]) for row in rows if row[name]]
    return f"{min(values):.0f}-{max(values):.0f}" if values else "none"
