"""Whole burns of solid motors: seconds of one, of a batch of variants, and of a Monte Carlo study.

    python -m benchmarks.solid [--quick] [--json FILE]

The motors are those of tests/acceptance/solid_motors. openMotor is on no package index, so that it cannot be run here
side by side; what it took on a machine of this class stands beside our figures, per kind of grain.
"""

import argparse
import copy
import json
import random
import time
from pathlib import Path
from typing import Any

import engine
from tests.acceptance.openmotor import MOTORS, spec_of

OPENMOTOR_SECONDS = {"closed form": (0.013, 0.070), "on a grid": (0.9, 2.4)}
"""Of one motor, from the fastest to the slowest of its regression motors."""
ON_A_GRID = ("star", "moon")
VARIED = ("length", "core_diameter")
OUTPUTS = ["total_impulse", "thrust", "burn_time", "chamber_pressure_peak", "specific_impulse"]


def variants(spec: dict[str, Any], count: int) -> list[Any]:
    """Motors with throats, lengths, cores and burn rates within 5 %, checked already."""
    chance = random.Random(1)  # noqa: S311
    found = []
    for _ in range(count):
        made = copy.deepcopy(spec)
        made["nozzle"]["throat_diameter"] *= chance.uniform(0.95, 1.05)
        made["propellant"]["burn_rates"][0]["coefficient"] *= chance.uniform(0.95, 1.05)
        for name in VARIED:
            factor = chance.uniform(0.95, 1.05)
            for grain in made["grains"]:
                if name in grain:
                    grain[name] *= factor
        found.append(engine.parse_spec(made))
    return found


def best(task: Any, repeats: int) -> float:
    """s, the shortest of some runs after one that does not count."""
    task()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return min(times)


def study(samples: int) -> dict[str, Any]:
    """The spread of a motor with four grains."""
    spec = spec_of("o3100")
    rate = spec["propellant"]["burn_rates"][0]["coefficient"]
    throat = spec["nozzle"]["throat_diameter"]
    return {
        "type": "uncertainty",
        "base": spec,
        "variables": [
            {
                "path": "propellant.burn_rates.0.coefficient",
                "distribution": "normal",
                "mean": rate,
                "standard_deviation": 0.03 * rate,
            },
            {
                "path": "nozzle.throat_diameter",
                "distribution": "normal",
                "mean": throat,
                "standard_deviation": 0.005 * throat,
            },
        ],
        "outputs": ["total_impulse", "chamber_pressure_peak"],
        "samples": samples,
        "seed": 1,
    }


def measure(*, quick: bool) -> dict[str, Any]:
    """Seconds by motor, and of the study."""
    count, repeats = (100, 3) if quick else (1000, 10)
    motors = {}
    for name in MOTORS:
        spec = spec_of(name)
        many = variants(spec, count)
        motors[name] = {
            "one": best(lambda spec=spec: engine.analyze(spec), repeats),
            "of_many_answers": best(lambda many=many: engine.analyze_many(many), 2) / count,
            "of_many_numbers": best(lambda many=many: engine.tabulate(many, OUTPUTS), 3) / count,
        }
    samples = 1000 if quick else 10_000
    start = time.perf_counter()
    engine.run_study(study(samples))
    return {"motors": motors, "samples": samples, "study": time.perf_counter() - start}


def main() -> None:
    """Measure and print; figures go into a file where one is named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="100 variants and 1,000 samples")
    parser.add_argument("--json", type=Path, help="where the figures go")
    given = parser.parse_args()
    found = measure(quick=given.quick)
    print("milliseconds a motor       one    many, answers    many, numbers    openMotor, one")
    for name, seconds in found["motors"].items():
        low, high = OPENMOTOR_SECONDS["on a grid" if name in ON_A_GRID else "closed form"]
        ours = "".join(f"{1e3 * value:17.2f}" for value in seconds.values())
        print(f"{name:13}{ours}    {1e3 * low:.0f} to {1e3 * high:.0f}")
    print(f"Monte Carlo of {found['samples']:,} samples over o3100: {found['study']:.1f} s in one process")
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
