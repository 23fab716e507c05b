"""What static tests say of a motor: fields of its specification, fitted to measured curves, with their uncertainty.

Least squares (Levenberg and Marquardt) over all curves of all tests together, each over the peak of its measurement,
with slopes by central differences whose motors are solved in one call. Curves are compared by their means over windows
of a share of the test: first wide ones, along which a far start finds its way, then narrow ones, in which the cliff
where a grain burns out is still a slope. Coefficient and exponent of one burn rate are fitted as the rate at the
pressure of the tests and the exponent.

Residuals are neither independent, where the model is not quite the motor, nor alike: they are largest at the end of the
burn. The errors are those of Newey and West (Econometrica 55, 1987), which count with both, though not with what coarse
sampling does to the end of a burn: at 100 points a second, in trials with 1 % of noise and a known truth, errors of a
burn rate's coefficient and exponent were up to 3 times those that came out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import optimize, stats

from engine.errors import AnalysisError, Problem, SpecError
from engine.studies.answering import answers
from engine.studies.places import Filler
from engine.studies.static_tests import StaticTest, finely, mean_pressure, require_curves
from engine.thermo.nasa_polynomials import Array

STEP = 1e-2
"""Of a parameter over its value, on both sides: as far as the end of a burn moves from one point to the next."""
FAILED = 10.0
"""The residual of a motor that has no answer: worse than any that has."""
LEVEL = 0.95
WINDOWS = (0.25, 0.04)
"""Half of a window, of the time of a test."""
AT_MOMENTS = 1e-6
LAGS = 4
"""Beyond a window, of residuals that are alike."""
COEFFICIENT, EXPONENT = ".coefficient", ".exponent"


@dataclass(frozen=True)
class Fit:
    """The P fitted parameters by their paths: `values`, `standard_errors` and 95 % `intervals` (P, 2), `correlation`
    (P, P); `delays` (T,) s by which the tests began to burn after their clocks; `explained`, the share of the
    measurements' variance; `specs` as fitted; `residuals`, computed less measured, of each of the
    `tests` and curves.
    """

    parameters: tuple[str, ...]
    values: Array
    standard_errors: Array
    intervals: Array
    correlation: Array
    delays: Array
    explained: float
    specs: list[dict[str, Any]]
    residuals: list[dict[str, Array]] = field(repr=False)
    tests: tuple[StaticTest, ...] = field(repr=False)


def fit_tests(tests: Sequence[StaticTest], parameters: Sequence[str], *, fit_delays: bool = True) -> Fit:
    """Fields at the dotted paths `parameters`, which all tests have in common, fitted to what was measured.

    It begins at the values of the first test's specification, such as `propellant.burn_rates.0.coefficient`,
    `propellant.burn_rates.0.exponent`, `nozzle.efficiency` or `efficiency.c_star`. With `fit_delays` each test's
    ignition may be later or earlier than its clock says.

    Raises SpecError for tests without curves and parameters without a number to begin at, and AnalysisError where the
    motors have no answer as they are given.
    """
    problem = _Problem(tests, parameters, fit_delays)
    start = np.concatenate([np.ones(len(parameters)), np.zeros(len(tests) * fit_delays)])
    problem.requireanswers(start)
    for problem.window in WINDOWS:
        found = optimize.least_squares(
            problem.of_point, start, jac=problem.slopes, x_scale="jac", method="lm"
        )
        start = found.x
    return problem.fitted(found.x, found.fun, np.asarray(found.jac))


class _Problem:
    def __init__(self, tests: Sequence[StaticTest], parameters: Sequence[str], fit_delays: bool) -> None:
        require_curves(tests, parameters)
        self.window = WINDOWS[0]
        places = {path: place for place, path in enumerate(parameters)}
        self._rates = [
            (place, places[other])
            for path, place in places.items()
            if path.endswith(COEFFICIENT) and (other := path.removesuffix(COEFFICIENT) + EXPONENT) in places
        ]
        self._pressure = mean_pressure(tests)
        self._tests, self._parameters, self._fit_delays = tests, tuple(parameters), fit_delays
        self._begin = np.array([_number_at(tests[0].spec, path) for path in parameters])
        try:
            self._fillers = [Filler(finely(test), parameters) for test in tests]
        except LookupError as error:
            raise SpecError([Problem("parameters", str(error))]) from None

    def _values(self, at: Array) -> Array:
        """The parameters at a point: its numbers are shares of where they begin."""
        values = at[: len(self._begin)] * self._begin
        for coefficient, exponent in self._rates:
            values[coefficient] *= self._pressure ** (self._begin[exponent] - values[exponent])
        return np.asarray(values)

    def _turned(self, at: Array) -> Array:
        """(P, P): slopes of the parameters along the numbers of a point."""
        values = self._values(at)
        slopes = np.diag(values / at[: len(self._begin)])
        for coefficient, exponent in self._rates:
            slopes[coefficient, exponent] = (
                -values[coefficient] * np.log(self._pressure) * self._begin[exponent]
            )
        return slopes

    def _specs(self, at: Array) -> list[dict[str, Any]]:
        values = self._values(at).tolist()
        return [filler.filled(values) for filler in self._fillers]

    def _delays(self, at: Array) -> Array:
        return at[len(self._begin) :] if self._fit_delays else np.zeros(len(self._tests))

    def requireanswers(self, at: Array) -> None:
        """Raises the first error of the motors."""
        for answer in answers(self._specs(at)):
            if isinstance(answer, AnalysisError):
                raise answer

    def of_point(self, at: Array) -> Array:
        """(R,) of one point (P,)."""
        return np.asarray(self.residuals(at[None])[0])

    def residuals(self, at: Array) -> Array:
        """(K, R) of K points (K, P): computed less measured over the measured peak, all curves one after the other."""
        specs = [spec for point in at for spec in self._specs(point)]
        solved = iter(answers(specs))
        return np.array([self._of_point(point, [next(solved) for _ in self._tests]) for point in at])

    def _of_point(self, point: Array, answers: list[Any]) -> Array:
        delays = self._delays(point)
        parts = [self._of_test(*each) for each in zip(self._tests, answers, delays, strict=True)]
        return np.concatenate([part for found in parts for part in found.values()])

    def _of_test(self, test: StaticTest, answer: Any, delay: float) -> dict[str, Array]:
        if isinstance(answer, AnalysisError):
            return {name: np.full(len(measured), FAILED) for name, measured in test.curves.items()}
        moments = np.asarray(test.time, dtype=float) - delay
        own = np.array(answer.history["time"], dtype=float)
        reach = self.window * (moments[-1] - moments[0])
        return {
            name: (
                _means(own, np.array(answer.history[name], dtype=float), moments, reach)
                - _means(moments, measured, moments, reach)
            )
            / measured.max()
            for name, measured in test.curves.items()
        }

    def slopes(self, at: Array) -> Array:
        """(R, P) by central differences."""
        steps = np.diag(np.full(len(at), STEP))
        count = len(self._begin)
        # a delay has no size of its own: a thousandth of the burn
        for place, test in enumerate(self._tests if self._fit_delays else ()):
            steps[count + place, count + place] = STEP * (max(test.time) - min(test.time))
        both = self.residuals(np.concatenate([at + steps, at - steps]))
        return np.asarray((both[: len(at)] - both[len(at) :]).T / (2.0 * np.diag(steps)))

    def fitted(self, at: Array, residuals: Array, slopes: Array) -> Fit:
        """The answer at the best point."""
        freedom = max(len(residuals) - len(at), 1)
        lags = int(2.0 * WINDOWS[-1] * max(len(test.time) for test in self._tests)) + LAGS
        covariance = _covariance(residuals, slopes, lags) * len(residuals) / freedom
        count, turned = len(self._begin), self._turned(at)
        covariance = turned @ covariance[:count, :count] @ turned.T
        errors, values = np.sqrt(np.diag(covariance)), self._values(at)
        reach = stats.t.ppf(0.5 + LEVEL / 2.0, freedom) * errors
        whole = np.concatenate([c / c.max() for test in self._tests for c in test.curves.values()])
        specs = self._specs(at)
        self.window = AT_MOMENTS
        found = zip(self._tests, answers(specs), self._delays(at), strict=True)
        left = [self._of_test(*each) for each in found]
        return Fit(
            self._parameters,
            values,
            errors,
            np.stack([values - reach, values + reach], axis=1),
            covariance / np.maximum(np.outer(errors, errors), np.finfo(float).tiny),
            self._delays(at),
            1.0 - float(np.sum(residuals**2) / np.sum((whole - whole.mean()) ** 2)),
            specs,
            [
                {name: values * test.curves[name].max() for name, values in part.items()}
                for test, part in zip(self._tests, left, strict=True)
            ],
            tuple(self._tests),
        )


def _means(time: Array, values: Array, at: Array, reach: float) -> Array:
    """Of a curve over windows around moments, as far as the moments go; outside of the curve there is nothing."""
    summed = np.append(0.0, np.cumsum(0.5 * (values[1:] + values[:-1]) * np.diff(time)))
    begin, end = np.maximum(at - reach, at[0]), np.minimum(at + reach, at[-1])
    return np.asarray((np.interp(end, time, summed) - np.interp(begin, time, summed)) / (end - begin))


def _covariance(residuals: Array, slopes: Array, lags: int) -> Array:
    """(P, P), from residuals (R,) of which so many neighbours may be alike, and whose sizes may differ."""
    inverse = np.linalg.pinv(slopes.T @ slopes)
    pulls = slopes * residuals[:, None]
    pulled = pulls.T @ pulls
    for lag in range(1, min(lags + 1, len(residuals))):
        shifted = pulls[lag:].T @ pulls[:-lag]
        pulled += (1.0 - lag / (lags + 1.0)) * (shifted + shifted.T)
    return np.asarray(inverse @ pulled @ inverse)


def _number_at(spec: Mapping[str, Any], path: str) -> float:
    node: Any = spec
    try:
        for name in path.split("."):
            node = node[int(name)] if isinstance(node, list | tuple) else node[name]
    except (LookupError, TypeError, ValueError):
        node = None
    if isinstance(node, bool) or not isinstance(node, int | float) or node == 0.0:
        message = f"{path!r} has no number to begin at in the first test's specification; give one, not 0"
        raise SpecError([Problem("parameters", message, path)])
    return float(node)
