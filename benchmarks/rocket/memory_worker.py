"""A sweep in a process of its own, slice after slice; every answer states what the process has held at most so far."""

import json
import resource
import sys
import time
from typing import Any

import numpy as np

from benchmarks.rocket.pairs import chosen
from benchmarks.rocket.sampling import Points, sweep

BYTES_PER_KIB = 1024


def peak() -> int:
    """Bytes of memory that this process has held resident at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_KIB


def solved(points: Points) -> dict[str, Any]:
    """One slice, of which only numbers remain: the unsolved, and the best impulse."""
    from engine.arrays import rocket_performance

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


def main() -> None:
    """Answer {"pair", "cases", "seed"} until the input ends; of no cases, the memory before the first."""
    import engine.arrays  # noqa: F401 - code is what a process holds before it solves

    for line in sys.stdin:
        request = json.loads(line)
        start = time.perf_counter()
        (pair,) = chosen([request["pair"]])
        answer = solved(sweep(pair, request["cases"], request["seed"])) if request["cases"] else {}
        answer |= {"seconds": time.perf_counter() - start, "peak": peak()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
