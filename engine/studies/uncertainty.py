"""What uncertain inputs make of the outputs: moments, percentiles, histograms, convergence, correlations.

Sources: JCGM 101:2008 (propagation of distributions by Monte Carlo); confidence of a percentile by order statistics,
David and Nagaraja, Order Statistics, 3rd ed., section 7.1; of a standard deviation by the fourth moment, Kenney and
Keeping, Mathematics of Statistics 2, section 7.11.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from engine.studies.designs import Columns
from engine.studies.kinds import UncertaintyStudy
from engine.thermo.nasa_polynomials import Array

CONFIDENCE = 0.95
FEWEST_BINS, MOST_BINS = 10, 60
SAME = 1e-12
"""Of an output's size: a spread below it is rounding."""
FIRST_CHECK, CHECKS = 16, 12
"""Of the convergence: the least number of samples, and how many numbers up to all of them."""


def summary(study: UncertaintyStudy, columns: Columns, outputs: Array) -> dict[str, Any]:
    """`outputs`, each with its statistics; `correlations` with the inputs."""
    numbers = [column.dtype != object for column in columns]
    inputs = [column for column, is_number in zip(columns, numbers, strict=True) if is_number]
    names = [variable.path for variable, is_number in zip(study.variables, numbers, strict=True) if is_number]
    correlated = _Correlated(inputs)
    found = {}
    for place, path in enumerate(study.outputs):
        values = outputs[:, place]
        known = np.asarray(np.isfinite(values))
        correlations = dict(zip(names, correlated.with_output(values[known], known), strict=True))
        found[path] = {**_statistics(study, values[known]), "correlations": correlations}
    return {
        "sampling": study.sampling,
        "seed": study.seed,
        "confidence": CONFIDENCE,
        "inputs": {name: _moments(column) for name, column in zip(names, inputs, strict=True)},
        "outputs": found,
        "warnings": _warnings(study),
    }


def _statistics(study: UncertaintyStudy, values: Array) -> dict[str, Any]:
    if len(values) < 2:
        return {"cases": len(values)}
    ordered = np.sort(values)
    return {
        **_moments(values),
        "minimum": ordered[0],
        "maximum": ordered[-1],
        "percentiles": {f"{percent:g}": _percentile(ordered, percent) for percent in study.percentiles},
        "histogram": _histogram(ordered),
        "convergence": _convergence(study, values),
    }


def _moments(values: Array) -> dict[str, Any]:
    """Mean and standard deviation, each with its interval of confidence, as of independent samples."""
    values = np.asarray(values, dtype=np.float64)
    count, mean = len(values), float(np.mean(values))
    deviation = float(np.std(values, ddof=1))
    reach = float(special.ndtri(0.5 + 0.5 * CONFIDENCE))
    fourth = float(np.mean((values - mean) ** 4))
    variance_error = np.sqrt(max(0.0, (fourth - deviation**4 * (count - 3) / (count - 1)) / count))
    of_mean = reach * deviation / np.sqrt(count)
    of_deviation = reach * variance_error / (2.0 * deviation) if deviation else 0.0
    return {
        "cases": count,
        "mean": mean,
        "mean_interval": [mean - of_mean, mean + of_mean],
        "standard_deviation": deviation,
        "standard_deviation_interval": [max(0.0, deviation - of_deviation), deviation + of_deviation],
    }


def _percentile(ordered: Array, percent: float) -> dict[str, Any]:
    """The value, and the interval between two of the samples; an end is None where samples are too few for it."""
    count, share = len(ordered), percent / 100.0
    low, high = (stats.binom.ppf(0.5 + 0.5 * end * CONFIDENCE, count, share) for end in (-1, 1))
    below, above = int(low) - 1, int(high)
    return {
        "value": np.quantile(ordered, share),
        "interval": [
            ordered[below] if below >= 0 else None,
            ordered[above] if above < count else None,
        ],
    }


def _histogram(ordered: Array) -> dict[str, Any]:
    """Bins of equal width by the rule of Freedman and Diaconis (1981), but neither few nor many."""
    spread = float(np.subtract(*np.quantile(ordered, [0.75, 0.25])))
    width = 2.0 * spread / len(ordered) ** (1.0 / 3.0)
    extent = float(ordered[-1] - ordered[0])
    wanted = extent / width if width > 0.0 else 1.0
    varies = extent > SAME * max(abs(ordered[0]), abs(ordered[-1]))
    bins = int(np.clip(np.ceil(wanted), FEWEST_BINS, MOST_BINS)) if varies else 1
    counts, edges = np.histogram(ordered, bins=bins)
    return {"edges": edges, "counts": counts}


def _convergence(study: UncertaintyStudy, values: Array) -> dict[str, Any]:
    """Mean, standard deviation and percentiles of the first so many samples."""
    checks = np.unique(np.geomspace(min(FIRST_CHECK, len(values)), len(values), CHECKS).round().astype(int))
    shares = np.array(study.percentiles) / 100.0
    percentiles = np.array([np.quantile(values[:count], shares) for count in checks])
    return {
        "cases": checks,
        "mean": [np.mean(values[:count]) for count in checks],
        "standard_deviation": [np.std(values[:count], ddof=1) for count in checks],
        "percentiles": {
            f"{percent:g}": percentiles[:, place] for place, percent in enumerate(study.percentiles)
        },
    }


class _Correlated:
    """Inputs whose correlations with outputs are wanted; they are ranked once for all outputs of the same cases."""

    def __init__(self, inputs: Columns) -> None:
        self._inputs = inputs
        self._known: NDArray[np.bool_] | None = None
        self._ranks: list[Array] = []

    def with_output(self, values: Array, known: NDArray[np.bool_]) -> Iterator[dict[str, Any]]:
        """Of the numbers (Pearson) and of their ranks (Spearman); None where one of the two does not move."""
        if self._known is None or not np.array_equal(known, self._known):
            self._known = known
            self._ranks = [stats.rankdata(column[known]) for column in self._inputs]
        ranks = stats.rankdata(values)
        for column, rank in zip(self._inputs, self._ranks, strict=True):
            yield {"linear": _pearson(column[known], values), "rank": _pearson(rank, ranks)}


def _pearson(first: Array, second: Array) -> float | None:
    if len(first) < 3 or np.ptp(first) == 0.0 or np.ptp(second) == 0.0:
        return None
    return float(np.corrcoef(first, second)[0, 1])


def _warnings(study: UncertaintyStudy) -> list[dict[str, str]]:
    count = study.samples
    if study.sampling != "sobol" or count & (count - 1) == 0:
        return []
    below = 1 << (count.bit_length() - 1)
    message = (
        f"{count} samples of a Sobol sequence are no power of two, and less even than {below} or {2 * below}"
    )
    return [{"code": "samples_not_power_of_two", "message": message}]
