"""The demo's answers as tables."""

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from runtime.demo.cases import PublishedEngine

DEVIATION = "deviation."


def engines_table(answers: Sequence[tuple[PublishedEngine, Mapping[str, Any]]]) -> Table:
    """The published engines: the answers, the distance from CEA, and the maker's figure beside ours."""
    table = Table(title="Three engines over HTTP")
    for heading in (
        "engine",
        "thrust kN",
        "Isp vac s",
        "published s",
        "c* m/s",
        "chamber K",
        "from CEA %",
        "assumed",
    ):
        table.add_column(heading, justify="left" if heading in ("engine", "assumed") else "right")
    for engine, result in answers:
        computed = result["specific_impulse_vacuum"]
        published = engine.published_specific_impulse_vacuum
        table.add_row(
            engine.name,
            f"{result['thrust'] / 1e3:,.1f}",
            f"{computed:.1f}",
            f"{published:.1f} ({100 * (computed / published - 1):+.1f} %)",
            f"{result['c_star']:.1f}",
            f"{result['chamber_temperature']:.1f}",
            worst_shown(result["validation"]["worst_deviation"]),
        )
    return table


def batch_table(rows: Sequence[Mapping[str, str]]) -> Table:
    """The batch by propellant: ranges of the answers and the worst distance from CEA."""
    table = table_of(
        f"{len(rows):,} cases from a file", "propellant", "Isp s", "c* m/s", "Tc K", "worst from CEA %", "in"
    )
    by_pair: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in rows:
        by_pair[f"{row['propellant.oxidizer']} / {row['propellant.fuel']}"].append(row)
    for pair, members in by_pair.items():
        quantity, deviation = worst(members)
        table.add_row(
            pair,
            span(members, "specific_impulse_vacuum"),
            span(members, "c_star"),
            span(members, "chamber_temperature"),
            worst_shown(deviation),
            quantity,
        )
    return table


def speed_table(seconds: Sequence[float], batch_seconds: float, cases: int, deviation: float) -> Table:
    """How long single answers and the batch took, and the worst distance from CEA over the batch."""
    table = Table(title="Speed and agreement", show_header=False)
    cuts = statistics.quantiles(seconds, n=20)
    table.add_row("submit to answer, median", f"{statistics.median(seconds) * 1e3:.0f} ms")
    table.add_row(f"submit to answer, p95 of {len(seconds)}", f"{cuts[-1] * 1e3:.0f} ms")
    table.add_row("batch, from file to results", f"{batch_seconds:.1f} s")
    table.add_row("cases per second, each compared with CEA", f"{cases / batch_seconds:,.0f}")
    table.add_row("worst deviation from NASA CEA over the batch", f"{worst_shown(deviation)} %")
    return table


def table_of(title: str, first: str, *headings: str) -> Table:
    """An empty table whose columns of numbers are aligned to the right."""
    table = Table(title=title)
    table.add_column(first)
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "in" else "right")
    return table


def worst(rows: Sequence[Mapping[str, str]]) -> tuple[str, float]:
    """The quantity that is farthest from CEA over the rows, and how far, in percent."""
    found = (
        (name.removeprefix(DEVIATION), float(value))
        for row in rows
        for name, value in row.items()
        if name.startswith(DEVIATION) and value
    )
    return max(found, key=lambda pair: abs(pair[1]), default=("nothing compared", float("nan")))


def worst_shown(deviation: float) -> str:
    return f"{abs(deviation):.1e}"


def span(rows: Sequence[Mapping[str, str]], name: str) -> str:
    """The range of a quantity over the rows that have it."""
    values = [float(row[name]) for row in rows if row[name]]
    return f"{min(values):.0f}-{max(values):.0f}" if values else "none"
