"""All benchmarks, one after another: `make bench`, or `python -m benchmarks [--quick] [name ...]`."""

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.rocket import commands
from benchmarks.rocket.processes import ROOT

EXAMPLE = """examples:
  python -m benchmarks --quick
  python -m benchmarks rocket_sweep plots
  python -m benchmarks.rocket_sweep --help
"""
MEASURED = Path("build") / "benchmarks"
BENCHMARKS = {
    "import_time": ([], ["--runs", "2"]),
    "cold_start": ([], ["--runs", "2"]),
    "rocket_sweep": (["--sizes", "--json", str(MEASURED / "rocket_sweep.json")], ["--quick"]),
    "rocket_memory": (["--json", str(MEASURED / "rocket_memory.json")], ["--quick"]),
    "gradients": (["--json", str(MEASURED / "gradients.json")], ["--quick"]),
    "latency": (["--json", str(MEASURED / "latency.json")], ["--analyses", "20"]),
    "cache": (["--json", str(MEASURED / "cache.json")], ["--rounds", "10"]),
    "batch_flow": (["--json", str(MEASURED / "batch_flow.json")], ["--quick"]),
    "monte_carlo": (["--json", str(MEASURED / "monte_carlo.json")], ["--quick"]),
    "hybrid": (["--json", str(MEASURED / "hybrid.json")], ["--quick"]),
    "solid": (["--json", str(MEASURED / "solid.json")], ["--quick"]),
    "aws_cost": (["--json", str(MEASURED / "aws_cost.json")], ["--quick"]),
    "conventional_stack": (["--json", str(MEASURED / "conventional_stack.json")], ["--quick"]),
    "plots": (["--from", str(MEASURED / "rocket_sweep.json"), "--folder", str(MEASURED / "figures")], []),
}
"""In their order, with what each is given always, and what in a hurry."""


def command(name: str, quick: bool) -> list[str]:
    """What runs one benchmark."""
    always, hurried = BENCHMARKS[name]
    return [sys.executable, "-m", f"benchmarks.{name}", *always, *(hurried if quick else [])]


def main() -> None:
    """Run the benchmarks named on the command line, or all of them; each states its own conditions."""
    parser = commands.parser("benchmarks", __doc__, EXAMPLE)
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"of {', '.join(BENCHMARKS)}; all by default"
    )
    parser.add_argument("--quick", action="store_true", help="a look within some minutes, not a measurement")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}")
    failed = []
    for name in given.names or BENCHMARKS:
        print(f"\n== {name}", flush=True)
        start = time.perf_counter()
        if subprocess.run(command(name, given.quick), cwd=ROOT, check=False).returncode:
            failed.append(name)
        print(f"   ({time.perf_counter() - start:.0f} s)", flush=True)
    if failed:
        sys.exit(f"these ended with an error: {', '.join(failed)}")


if __name__ == "__main__":
    main()
