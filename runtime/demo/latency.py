"""How long one submission takes from request to answer."""

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Latency:
    """Seconds from submit to answer over some submissions, one after another."""

    count: int
    median: float
    percentile_95: float


def measure(analyze: Callable[[dict[str, Any]], object], specs: Iterable[dict[str, Any]]) -> Latency:
    """Submits each specification and waits for its answer before the next."""
    seconds = []
    for spec in specs:
        begun = time.perf_counter()
        analyze(spec)
        seconds.append(time.perf_counter() - begun)
    return summarise(seconds)


def summarise(seconds: list[float]) -> Latency:
    """Median and 95th percentile of at least two measurements."""
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return Latency(len(seconds), statistics.median(seconds), cuts[-1])
