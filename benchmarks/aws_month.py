"""What a stage of the template costs in a month in which nothing happens, at list price.

Counted in the template itself: endpoints, instances, alarms, rules. docs/cost.md has the arithmetic.
"""

import argparse
import sys
from pathlib import Path

from benchmarks.cost.bill import Line, total
from benchmarks.cost.standing import PROFILES, STANDING, month
from benchmarks.rocket.markdown import table
from benchmarks.rocket.processes import ROOT

PAGE = ROOT / "docs" / "cost.md"
BEGIN = "<!-- written by `python -m benchmarks.aws_month --document` -->"
END = "<!-- end of the months -->"


def text() -> str:
    """The bills of the stages, line by line, and the prices that only they have."""
    bills = {profile: month(profile) for profile in PROFILES}
    sums = ", ".join(f"{profile} **{total(lines):,.0f}**" for profile, lines in bills.items())
    parts = [f"Dollars a month at rest: {sums}.\n"]
    for profile, lines in bills.items():
        parts.append(
            f"### {profile}\n\n{table(('what', 'how much', 'price, dollars', 'dollars'), rows(lines))}\n"
        )
    listed = (
        [name.replace("_", " "), f"{price.dollars:g}", price.unit, price.source, price.seen]
        for name, price in STANDING.items()
    )
    parts.append(table(("price", "dollars", "of one", "listed at", "seen in"), listed) + "\n")
    return "\n".join(parts)


def rows(lines: list[Line]) -> list[list[str]]:
    """The lines as cells, and their sum."""
    cells = [
        [one.what, one.how, f"{one.price.each:.4g} per {one.price.unit}", f"{one.dollars:.2f}"]
        for one in lines
    ]
    return [*cells, ["**all**", "", "", f"**{total(lines):.2f}**"]]


def page_with(page: str) -> str:
    """The page with the months between their marks; raises ValueError where it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page lacks its marks, '{BEGIN}' and '{END}'")
    return f"{before}{BEGIN}\n\n{text()}\n{END}{after}"


def main(page: Path = PAGE) -> None:
    """Print the bills, and write them into the page where asked to."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.aws_month", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--document", action="store_true", help="write docs/cost.md")
    if parser.parse_args().document:
        page.write_text(page_with(page.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(text())


if __name__ == "__main__":
    main()
