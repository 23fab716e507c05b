"""What a cold start pays before the first event: whole processes that import one function each.

    python -m benchmarks.cold_start [--runs 7] [--stage prod] [--package build/package/prod]

Each function of the package is imported in a new interpreter that has its archive and its layers and nothing else,
as Lambda starts it. `start` is the whole process with its import; `connected` also makes the services, which the
first event needs, and in a function that solves it solves a case. They run in turns, so that a slow minute of the
machine falls on all of them.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from delivery import archives
from delivery.packaging import PACKAGES, package
from delivery.template import ARCHIVE, FUNCTION, LAYER

INTERPRETER = getattr(sys, "_base_executable", sys.executable)
LIMITS = {("APIHandler", "start"): 0.6, ("SolveQueue", "connected"): 1.5}
"""Seconds of the processor that these may take: by the clock other work on the machine counts too."""
SETTINGS = {
    "HRMA_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "HRMA_UPLOADS_BUCKET": "uploads",
    "HRMA_RESULTS_BUCKET": "results",
    **{
        f"HRMA_{name}_QUEUE_URL": "queue"
        for name in ("SOLVE", "SOLVE_RETRY", "BATCH", "UPLOADS", "DEAD_LETTER", "STUDY")
    },
    "HRMA_BATCH_STATE_MACHINE_ARN": "arn",
    "HRMA_STUDY_STATE_MACHINE_ARN": "arn",
    "HRMA_TOKEN_PUBLIC_KEY": "key",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
}
CASE = {
    "motor_type": "liquid",
    "propellant": {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0},
    "chamber_pressure": 7e6,
    "nozzle": {"area_ratio": 40.0},
}
SOLVERS = ("SolveQueue", "SolveRetryQueue", "Precompute", "BatchQueue", "StudyQueue")


def unpack(stage: Path, folder: Path) -> dict[str, tuple[str, str]]:
    """The handler and the PYTHONPATH of every function of the package, with its archives unpacked."""
    resources = json.loads((stage / "template.json").read_text(encoding="utf-8"))["Resources"]
    archives.unpack(stage / ARCHIVE, folder / "task")
    for name, one in resources.items():
        if one["Type"] == LAYER:
            archives.unpack(stage / one["Properties"]["ContentUri"], folder / name)
    functions = {}
    for name, one in resources.items():
        if one["Type"] == FUNCTION:
            functions[name] = start_of(one["Properties"], stage, folder)
    return functions


def start_of(function: dict, stage: Path, folder: Path) -> tuple[str, str]:
    """The handler of one function, and where its interpreter looks for modules."""
    if function.get("PackageType") == "Image":
        return function["ImageConfig"]["Command"][0], str(stage / "image")
    layers = [folder / layer["Ref"] / "python" for layer in function.get("Layers", [])]
    return function["Handler"], os.pathsep.join(map(str, [folder / "task", *layers]))


class Took(NamedTuple):
    """Seconds of one process: by the clock, and of the processor."""

    wall: float
    processor: float


def run(code: str, path: str) -> Took:
    """What a new interpreter takes that runs `code`."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [INTERPRETER, "-S", "-B", "-c", code],
        env={**SETTINGS, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "HOME": tempfile.gettempdir()},
    )
    _, status, usage = os.wait4(process.pid, 0)
    took = Took(time.perf_counter() - start, usage.ru_utime + usage.ru_stime)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, code)
    return took


def programs(name: str, handler: str) -> dict[str, str]:
    """What is timed of a function: its import, and that with its services and, for solvers, a first case."""
    started = f"import importlib; importlib.import_module({handler.rpartition('.')[0]!r})"
    if name == "Authorize":
        return {"start": started, "connected": f"{started}; from chalicelib.adapters import identity"}
    connected = f"{started}; from chalicelib import bootstrap; bootstrap.services()"
    if name in SOLVERS:
        connected += f"; import engine; engine.analyze({CASE!r})"
    return {"start": started, "connected": connected}


def measure(functions: dict[str, tuple[str, str]], runs: int) -> dict[str, dict[str, Took]]:
    """The median of every function and program; the first round only warms the file cache."""
    timed: dict[str, dict[str, list[Took]]] = {}
    for turn in range(runs + 1):
        for name, (handler, path) in functions.items():
            for what, code in programs(name, handler).items():
                took = run(code, path)
                if turn:
                    timed.setdefault(name, {}).setdefault(what, []).append(took)
    return {name: {what: median(took) for what, took in one.items()} for name, one in timed.items()}


def median(many: list[Took]) -> Took:
    """The median by the clock and that of the processor, each for itself."""
    return Took(*(statistics.median(column) for column in zip(*many, strict=True)))


def main() -> None:
    """Print a table; exit with an error where a function takes more processor time than its limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=7, help="timed rounds after one warm-up (default 7)")
    parser.add_argument("--package", type=Path, help="a packaged stage; without it the stage dev is packaged")
    arguments = parser.parse_args()
    stage = arguments.package or PACKAGES / "dev"
    if arguments.package is None:
        package("dev", "x86_64", stage)
    with tempfile.TemporaryDirectory() as folder:
        medians = measure(unpack(stage, Path(folder)), arguments.runs)
    empty = median([run("", "") for _ in range(arguments.runs)])
    print(f"medians of {arguments.runs}, ms; an empty interpreter takes {empty.wall * 1e3:.0f}")
    print(f"{'':20s} {'start':>20s} {'connected':>20s}")
    print(f"{'function':20s} {'clock  processor':>20s} {'clock  processor':>20s}")
    for name, one in sorted(medians.items(), key=lambda item: item[1]["start"].processor):
        print(
            f"{name:20s} "
            + " ".join(f"{took.wall * 1e3:9.0f} {took.processor * 1e3:10.0f}" for took in one.values())
        )
    for (name, what), limit in LIMITS.items():
        if medians[name][what].processor > limit:
            sys.exit(f"{name} is above its limit of {limit * 1e3:.0f} ms ({what})")


if __name__ == "__main__":
    main()
