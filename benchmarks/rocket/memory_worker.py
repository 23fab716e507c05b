"""A sweep in a process of its own, slice after slice; every answer states what the process has held at most so far."""

import resource
from typing import Any

import numpy as np

from benchmarks.rocket.pairs import chosen
from benchmarks.rocket.processes import answer_requests, timed
from benchmarks.rocket.sampling import Points, sweep

BYTES_PER_KIB = 1024


def peak() -> int:
    """Bytes of memory that this process has held resident at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_KIB


def solved(points: Points) -> dict[str, Any]:
    """One slice, of which only numbers remain: the unsolved, and the best impulse."""
    from engine.arrays.rocket import rocket_performance

    answer = rocket_performance(
        fuel=points.pair.fuel,
        oxidizer=points.pair.oxidizer,
        mixture_ratio=points.mixture_ratio,
        chamber_pressure=points.chamber_pressure,
        area_ratio=points.area_ratio,
    )
    return {
        "unsolved": int(np.count_nonzero(answer.status)),
        "best_impulse": float(np.nanmax(answer.specific_impulse_vacuum)),
    }


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """One slice, with the seconds it took and the peak until now."""
    (pair,) = chosen([request["pair"]])
    timing, answer = timed(
        lambda: solved(sweep(pair, request["cases"], request["seed"])) if request["cases"] else {}
    )
    return {**answer, "seconds": timing["wall"], "peak": peak()}


def main() -> None:
    """Answer {"pair", "cases", "seed"} until the input ends; of no cases, the memory before the first."""
    import engine.arrays.rocket  # noqa: F401 - code is what a process holds before it solves

    answer_requests(answer_to)


if __name__ == "__main__":
    main()
