"""The cases of the benchmarks of the service."""

import numpy as np

from benchmarks.rocket.pairs import chosen
from benchmarks.rocket.sampling import Points


def drawn(cases: int, seed: int) -> Points:
    """LOX/RP-1 cases with three inputs of their own, in as many digits as RocketCEA keeps."""
    random = np.random.default_rng(seed)
    pressure = random.uniform(2e6, 20e6, cases).round(0)
    ratio, area = random.uniform(2.0, 3.2, cases).round(6), random.uniform(10.0, 80.0, cases).round(4)
    return Points(chosen(["LOX/RP-1"])[0], pressure, ratio, area)
