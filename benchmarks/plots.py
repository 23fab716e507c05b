"""Figures of what rocket_sweep measured: deviations from NASA's cea, cost by batch size; and its table as Markdown.

Matplotlib is taken from the Python that runs this, or else from RocketCEA's environment, which brings it.
"""

import argparse
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.rocket import commands
from benchmarks.rocket.markdown import page
from benchmarks.rocket.processes import ROOT

EXAMPLE = """example:
  python -m benchmarks.rocket_sweep --sizes --json build/benchmarks/rocket_sweep.json
  python -m benchmarks.plots --from build/benchmarks/rocket_sweep.json --folder docs/figures
"""
MEASURED = ROOT / "build" / "benchmarks" / "rocket_sweep.json"
FIGURES = ROOT / "docs" / "figures"
DRAWER = Path(__file__).parent / "rocket" / "draw.py"


def painter() -> str | None:
    """A Python that has matplotlib; None where there is none."""
    if find_spec("matplotlib"):
        return sys.executable
    from engine.validation.rocketcea import default_interpreter

    other = default_interpreter()
    if other is None:
        return None
    found = subprocess.run([other, "-c", "import matplotlib"], capture_output=True, check=False)
    return None if found.returncode else other


def lacking(measured: dict[str, Any]) -> list[str]:
    """What a file of rocket_sweep has to have for the figures, and has not."""
    wanted = {"deviations": "the wheel among the --peers", "sizes": "--sizes"}
    return [option for part, option in wanted.items() if not measured.get(part)]


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = commands.parser("benchmarks.plots", __doc__, EXAMPLE)
    add = parser.add_argument
    add(
        "--from",
        dest="source",
        type=Path,
        default=MEASURED,
        metavar="FILE",
        help="what rocket_sweep --json wrote",
    )
    add("--folder", type=Path, default=FIGURES, help="where the figures go (default docs/figures)")
    return parser.parse_args(given)


def main() -> None:
    """Draw, or say in one line what is missing."""
    given = arguments()
    if not given.source.exists():
        sys.exit(f"no figures: {given.source} does not exist; rocket_sweep --sizes --json writes it")
    measured = json.loads(given.source.read_text())
    missing = lacking(measured)
    if missing:
        sys.exit(f"no figures: {given.source} was measured without {' and '.join(missing)}")
    given.folder.mkdir(parents=True, exist_ok=True)
    (given.folder / "measured.md").write_text(page(measured), encoding="utf-8")
    print(f"written: {given.folder / 'measured.md'}")
    interpreter = painter()
    if interpreter is None:
        sys.exit("no figures: matplotlib is neither installed here nor in RocketCEA's environment")
    subprocess.run([interpreter, "-P", str(DRAWER), str(given.source), str(given.folder)], check=True)
    for path in sorted(given.folder.glob("*.svg")):
        print(f"drawn: {path}")


if __name__ == "__main__":
    main()
