"""Write what NASA's `cea` wheel answers to the sample problems of RP-1311, beside what is asked.

python -m tests.acceptance.rp1311.make_references [example_08 ...]
"""

import argparse
import json
import math
from pathlib import Path
from typing import Any

import cea

from tests.acceptance.rp1311.cases import EXAMPLES, Example
from tests.acceptance.rp1311.wheel import Wheel

DIGITS = 12


def main() -> None:
    """Solve the examples that are named, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="example")
    chosen = parser.parse_args().names
    for example in EXAMPLES:
        if not chosen or example.name in chosen:
            write(example, example.folder)


def write(example: Example, folder: Path) -> None:
    """Write the wheel's answer to `example` into `folder`."""
    blocks = Wheel(example.case).blocks()
    document = {"reference": f"NASA CEA {cea.lib_version()}", "blocks": blocks}
    (folder / "wheel.json").write_text(_text(document) + "\n")


def _text(value: Any, margin: str = "") -> str:
    """JSON with one row of numbers on a line."""
    if isinstance(value, dict):
        rows = [f"{margin}  {json.dumps(key)}: {_text(part, margin + '  ')}" for key, part in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{margin}}}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_number, value)) + "]"
    return json.dumps(value)


def _number(value: float | None) -> str:
    return "null" if value is None or not math.isfinite(value) else f"{value:.{DIGITS}g}"


if __name__ == "__main__":
    main()
