"""A Monte Carlo study of a liquid engine: seconds of 100,000 samples, in this process and through the service.

Seven inputs of a LOX/RP-1 engine are uncertain: what its makers and its test stand know them to. In process it is
`engine.studies` on one thread; through the service it goes the way of every study, on the embedded stack with two
workers, from the request to the answer, which must be the same to the last digit.
"""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.rocket.processes import ONE_THREAD

os.environ.update(ONE_THREAD)

import httpx

from benchmarks.rocket import commands
from benchmarks.rocket.statistics import verdict
from benchmarks.service.conditions import conditions
from benchmarks.service.processor import family_seconds
from benchmarks.service.stack import own_stack

EXAMPLE = """examples:
  python -m benchmarks.monte_carlo
  python -m benchmarks.monte_carlo --samples 1000000 --in-process
"""
SAMPLES, QUICK_SAMPLES, WARMING = 100_000, 10_000, 256
REQUIRED = 30.0
"""Seconds for the samples of SAMPLES."""
POLL_SECONDS, LONGEST_SECONDS = 0.2, 1_800.0
ENDED = ("succeeded", "failed", "cancelled")
OUTPUTS = ("thrust", "specific_impulse", "specific_impulse_vacuum", "c_star", "chamber_temperature")
BASE: dict[str, Any] = {
    "motor_type": "liquid",
    "propellant": {"fuel": "RP-1", "oxidizer": "LOX", "mixture_ratio": 2.36},
    "chamber_pressure": 9.7e6,
    "nozzle": {"area_ratio": 16.0, "throat_diameter": 0.23},
    "ambient_pressure": 101_325.0,
    "efficiency": {"c_star": 0.97, "nozzle": 0.985},
}
SPREADS = {
    "propellant.mixture_ratio": (2.36, 0.03),
    "propellant.oxidizer_temperature": (90.0, 1.0),
    "chamber_pressure": (9.7e6, 1e5),
    "nozzle.area_ratio": (16.0, 0.1),
    "nozzle.throat_diameter": (0.23, 5e-4),
    "efficiency.c_star": (0.97, 0.005),
    "efficiency.nozzle": (0.985, 0.003),
}
"""Mean and standard deviation of each normal distribution."""


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = commands.parser("benchmarks.monte_carlo", __doc__, EXAMPLE)
    add = parser.add_argument
    add("--samples", type=int, help=f"motors that are drawn (default {SAMPLES})")
    add("--quick", action="store_true", help=f"{QUICK_SAMPLES} samples: a look, not a measurement")
    add("--in-process", action="store_true", help="leave the service out")
    add("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    parsed = parser.parse_args(given)
    parsed.samples = parsed.samples or (QUICK_SAMPLES if parsed.quick else SAMPLES)
    if parsed.samples < 2:
        parser.error("--samples is 2 or more")
    return parsed


def main() -> None:
    """Measure, print, and keep the figures where asked to."""
    given = arguments()
    measured = {"in process": in_process(given.samples)}
    if not given.in_process:
        with (
            own_stack() as stack,
            httpx.Client(
                base_url=stack.url,
                headers={"Authorization": f"Bearer {stack.token}"},
                timeout=60.0,
                trust_env=False,
            ) as client,
        ):
            measured["service"] = through_service(client, given.samples)
    sys.stdout.write(f"{report(measured, given.samples)}  {conditions()}\n")
    if given.json:
        commands.write(given.json, {"samples": given.samples, **measured})


def document(samples: int, seed: int = 1) -> dict[str, Any]:
    """The study."""
    variables = [
        {"path": path, "distribution": "normal", "mean": mean, "standard_deviation": deviation}
        for path, (mean, deviation) in SPREADS.items()
    ]
    return {
        "type": "uncertainty",
        "base": BASE,
        "variables": variables,
        "samples": samples,
        "outputs": list(OUTPUTS),
        "seed": seed,
    }


def in_process(samples: int) -> dict[str, Any]:
    """The study in this process, which has solved a small one before."""
    from engine.studies.running import run_study

    run_study(document(WARMING, seed=2))
    wall, processor = time.perf_counter(), family_seconds()
    summary = run_study(document(samples)).summary
    return figures(time.perf_counter() - wall, family_seconds() - processor, summary)


def through_service(client: httpx.Client, samples: int) -> dict[str, Any]:
    """The study by HTTP, on a stack that has solved a small one before."""
    answered(client, document(WARMING, seed=2))
    wall, processor = time.perf_counter(), family_seconds()
    study = answered(client, document(samples))
    found = figures(time.perf_counter() - wall, family_seconds() - processor, study["result"])
    return {**found, "estimate": study["estimate"]}


def answered(client: httpx.Client, study: dict[str, Any]) -> dict[str, Any]:
    """The study once it has succeeded; ends the program where it does not."""
    accepted = client.post("/v1/studies", json=study)
    if not accepted.is_success:
        sys.exit(f"the service refused the study: {accepted.text}")
    deadline = time.perf_counter() + LONGEST_SECONDS
    while time.perf_counter() < deadline:
        found: dict[str, Any] = client.get(f"/v1/studies/{accepted.json()['id']}").json()
        if found["status"] in ENDED:
            break
        time.sleep(POLL_SECONDS)
    if found["status"] != "succeeded":
        sys.exit(
            f"the study is {found['status']} after {LONGEST_SECONDS:g} s at the most: {found.get('error')}"
        )
    return found


def figures(seconds: float, processor_seconds: float, summary: dict[str, Any]) -> dict[str, Any]:
    """What was measured, and the answer that it is compared by."""
    outputs = {
        name: [summary["outputs"][name][key] for key in ("cases", "mean", "standard_deviation")]
        for name in OUTPUTS
    }
    return {"seconds": seconds, "processor_seconds": processor_seconds, "outputs": outputs}


def report(measured: dict[str, dict[str, Any]], samples: int) -> str:
    """The figures as a text."""
    lines = [f"{samples:,} samples of a LOX/RP-1 engine, {len(SPREADS)} uncertain inputs"]
    for name, found in measured.items():
        is_met = verdict(found["seconds"] <= REQUIRED * samples / SAMPLES)
        lines.append(
            f"  {name}: {found['seconds']:.1f} s, {samples / found['seconds']:,.0f} samples/s, processor "
            f"{found['processor_seconds']:.1f} s; {REQUIRED:g} s for {SAMPLES:,} asked for: {is_met}"
        )
    first = measured["in process"]["outputs"]
    for name, (cases, mean, deviation) in first.items():
        lines.append(f"  {name}: {mean:.6g} +- {deviation:.3g} of {cases:,} solved")
    if "service" in measured:
        lines.append(f"  the same answer from both: {verdict(measured['service']['outputs'] == first)}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
