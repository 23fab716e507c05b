"""What a million liquid cases cost on AWS at list price: a batch on the embedded stack, metered and priced.

The processor seconds of the workers and of the database are read from the operating system while a file is planned,
solved and merged; bytes and requests are counted from what the batch leaves. docs/cost.md has the arithmetic.
"""

import argparse
import json
import sys
from pathlib import Path

from benchmarks.cost import document
from benchmarks.cost.bill import REQUIRED, bill, total
from benchmarks.cost.measuring import measure
from benchmarks.cost.usage import Usage, usage_of
from benchmarks.rocket import commands
from benchmarks.service import uploads
from benchmarks.service.points import drawn
from benchmarks.service.stack import own_stack

EXAMPLE = """examples:
  python -m benchmarks.aws_cost --rows 1000000
  python -m benchmarks.aws_cost --document        # measure, and write docs/cost.md
  python -m benchmarks.aws_cost --from docs/figures/cost.json --document      # after a change of prices
"""
ROWS, QUICK_ROWS, WARMING = 100_000, 10_000, 200
SEED = 20260802


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = commands.parser("benchmarks.aws_cost", __doc__, EXAMPLE)
    add = parser.add_argument
    add("--rows", type=int, help=f"LOX/RP-1 cases of the file (default {ROWS})")
    add("--quick", action="store_true", help=f"{QUICK_ROWS} cases: a look, not a measurement")
    add("--from", dest="measured", type=Path, metavar="FILE", help="price what was measured before")
    add("--document", action="store_true", help="write docs/cost.md and docs/figures/cost.json")
    add("--json", type=Path, metavar="FILE", help="write what was measured to FILE")
    parsed = parser.parse_args(given)
    if parsed.quick and parsed.document:
        parser.error("--document shows a measurement; leave --quick out")
    parsed.rows = parsed.rows or (QUICK_ROWS if parsed.quick else ROWS)
    if parsed.rows < 1:
        parser.error("--rows is 1 or more")
    return parsed


def main() -> None:
    """Measure, print the bill, and keep it where asked to."""
    given = arguments()
    usage = usage_of(json.loads(given.measured.read_text())) if given.measured else measured(given.rows)
    show(usage)
    if given.document:
        document.MEASURED.write_text(json.dumps(usage.plain(), indent=2) + "\n", encoding="utf-8")
        document.write(usage)
    if given.json:
        commands.write(given.json, usage.plain())


def measured(rows: int) -> Usage:
    """What a batch of so many cases uses, on a stack of its own."""
    with own_stack() as stack:
        uploads.answers(stack, drawn(WARMING, 1), ("c_star",))
        return measure(stack, drawn(rows, SEED))


def show(usage: Usage) -> None:
    """The bill as a text."""
    lines = bill(usage)
    sys.stdout.write(f"{usage.rows:,} cases measured, the bill of a million, dollars:\n")
    for line in lines:
        sys.stdout.write(f"  {line.what:<22} {line.dollars:.5f}   {line.how}\n")
    sys.stdout.write(f"  {'total':<22} {total(lines):.5f}   (asked for: below {REQUIRED:.2f})\n")


if __name__ == "__main__":
    main()
