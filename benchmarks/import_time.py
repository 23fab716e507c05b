"""What a cold start pays for imports: whole processes, side by side, medians over several runs.

    python benchmarks/import_time.py [--runs 7]

Each candidate is a new interpreter; the time of an empty one is subtracted. Run in turns (A B C A B C ...),
so that a slow minute of the machine falls on all of them.
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

CANDIDATES = {
    "nothing": "",
    "psycopg 3": "import psycopg, psycopg_pool",
    "SQLAlchemy Core on psycopg 3": "import sqlalchemy, psycopg; sqlalchemy.create_engine('postgresql+psycopg://')",
    "SQLAlchemy ORM on psycopg 3": (
        "import sqlalchemy.orm, psycopg; sqlalchemy.create_engine('postgresql+psycopg://')"
    ),
    "boto3": "import boto3",
    "PyJWT with EdDSA": "import jwt.algorithms",
    "numpy": "import numpy",
    "the service (app.py)": "import app",
}


def seconds(code: str) -> float:
    """The wall time of a new interpreter that runs `code`."""
    root = Path(__file__).resolve().parents[1]
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)
    return time.perf_counter() - start


def main() -> None:
    """Print one line per candidate: median and spread in milliseconds over the empty interpreter."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--runs", type=int, default=7, help="timed rounds after one warm-up (default 7)")
    runs = arguments.parse_args().runs
    rounds = [{name: seconds(code) for name, code in CANDIDATES.items()} for _ in range(runs + 1)][1:]
    empty = statistics.median(times["nothing"] for times in rounds)
    print(f"empty interpreter {empty * 1e3:.0f} ms; median of {runs} (minimum - maximum) above it, ms:")
    for name in CANDIDATES:
        times = sorted((times[name] - empty) * 1e3 for times in rounds)
        print(f"{name:32s} {statistics.median(times):5.0f}  ({times[0]:.0f} - {times[-1]:.0f})")


if __name__ == "__main__":
    main()
