"""The bill as it stands in docs/cost.md: written by the command, between two marks."""

from collections.abc import Iterable
from pathlib import Path

from benchmarks.cost.bill import REQUIRED, Line, bill, kept, total
from benchmarks.cost.prices import PRICES
from benchmarks.cost.usage import Usage
from benchmarks.rocket.markdown import table
from benchmarks.rocket.processes import ROOT
from benchmarks.rocket.statistics import verdict

PAGE = ROOT / "docs" / "cost.md"
MEASURED = ROOT / "docs" / "figures" / "cost.json"
BEGIN = "<!-- written by `python -m benchmarks.aws_cost --document` -->"
END = "<!-- end of what is written -->"
BILL = ("what", "how much", "quantity", "price, dollars", "dollars")
PRICE_LIST = ("price", "dollars", "of", "listed at", "seen in")


def page_with(page: str, block: str) -> str:
    """The page with the block between its marks; raises ValueError where it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page lacks its marks, '{BEGIN}' and '{END}'")
    return f"{before}{BEGIN}\n\n{block}\n{END}{after}"


def write(usage: Usage, page: Path = PAGE) -> None:
    """Put the bill of the usage into the page."""
    page.write_text(page_with(page.read_text(encoding="utf-8"), text(usage)), encoding="utf-8")


def text(usage: Usage) -> str:
    """The bill, what keeping the results costs, and the prices."""
    once, month = bill(usage), kept(usage)
    dollars = total(once)
    of_requests = share(once, "put") + share(once, "get")
    of_database = share(once, "database_request") + share(once, "database_capacity")
    return (
        f"Measured with {usage.rows:,} LOX/RP-1 cases in {usage.shards} shards; a million is {1e6 / usage.rows:g} "
        f"times as many. {usage.conditions}.\n\n"
        f"{table(BILL, rows(once))}\n\n"
        f"**{dollars:.4f} dollars per million cases**; below {REQUIRED:.2f} is asked for: "
        f"{verdict(dollars < REQUIRED)}. Of it functions {share(once, 'function'):.4f}, the workflow "
        f"{share(once, 'transition'):.4f}, S3 {of_requests:.4f}, the database {of_database:.4f}.\n\n"
        f"Keeping what the million left, for each month that it is kept:\n\n"
        f"{table(BILL, rows(month))}\n\n"
        f"With one month of keeping: {dollars + total(month):.4f} dollars.\n\n"
        f"{table(PRICE_LIST, prices())}\n"
    )


def rows(lines: Iterable[Line]) -> Iterable[list[str]]:
    """The lines as cells."""
    for line in lines:
        quantity = f"{line.quantity:,.4g}" if line.quantity < 1e4 else f"{line.quantity:,.0f}"
        price = f"{line.price.each:.4g} per {line.price.unit}"
        yield [line.what, line.how, quantity, price, f"{line.dollars:.5f}"]


def share(lines: Iterable[Line], price: str) -> float:
    """Dollars of the lines with this price."""
    return total(line for line in lines if line.price is PRICES[price])


def prices() -> Iterable[list[str]]:
    """The price list as cells."""
    for name, price in PRICES.items():
        count = "one" if price.per == 1 else f"{price.per:,.0f}"
        yield [
            name.replace("_", " "),
            f"{price.dollars:g}",
            f"{count} {price.unit}",
            price.source,
            price.seen,
        ]
