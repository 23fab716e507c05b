"""All that was asked of the motors in an optimisation, in its order, to be told again after an interruption."""

import time
from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.studies.evaluation import Evaluator, block_size
from engine.studies.failures import Failures
from engine.studies.kinds import OptimizationStudy
from engine.studies.optimization.slopes import Slopes
from engine.studies.pieces import Keep
from engine.studies.storage import Arrays, kept, pack
from engine.thermo.nasa_polynomials import Array

PAUSE, LONGEST_PAUSE = 0.5, 5.0
"""s between two calls of `keep`."""
SHARE = 10.0
"""Of the time that such a call takes, for which the search goes on before the next one."""

Known = deque[tuple[Array, Array]]
"""What was asked, and what was answered."""


class StoppedError(Exception):
    """`keep` answered False."""


class Journal:
    """Answers for points of the unit cube of the variables: known ones from what was kept, the others solved.

    `points` (N, D) and `outputs` (N, M) are all cases so far. A call is one round, solved in blocks.
    """

    def __init__(
        self,
        study: OptimizationStudy,
        identity: dict[str, Any],
        state: bytes | None,
        keep: Keep,
        evaluate: Evaluator,
        slopes: Slopes | None,
    ) -> None:
        self._low = np.array([variable.minimum for variable in study.variables])
        self._high = np.array([variable.maximum for variable in study.variables])
        self._identity, self._keep, self._evaluate, self._slopes = identity, keep, evaluate, slopes
        self._most, self._kept_at = identity["last"] + 1, time.monotonic()
        self._size, self._round = block_size(study), 0
        self._asked: list[tuple[Array, Array]] = []
        self._rounds: list[int] = []
        self._sloped: list[tuple[Array, Array]] = []
        self.failures = Failures()
        self._known, self._known_slopes, self._known_failures = _read(kept(state, identity))
        self._pause = PAUSE
        self.cases = 0

    def values(self, points: Array) -> Array:
        """The outputs (N, M) at `points` (N, D), NaN where there is no answer; raises StoppedError."""
        cuts = range(self._size, len(points), self._size)
        answer = np.concatenate([self._block(block) for block in np.split(points, cuts)])
        self._round += 1
        return answer

    def _block(self, points: Array) -> Array:
        answer = _next(self._known, points)
        is_new = answer is None
        if answer is None:
            self._known.clear()
            answers = self._evaluate(self.columns(points))
            answer = answers.outputs.copy()
            answer[list(answers.errors)] = np.nan
            self.failures.add(self.cases, answers.errors)
        else:
            self._recall(len(points))
        self._asked.append((points.copy(), answer))
        self._rounds.append(self._round)
        self.cases += len(points)
        if is_new:
            self._rest()
        return answer

    def slopes(self, point: Array) -> Array | None:
        """The derivatives (M, D) of the outputs in the unit cube at `point` (D,), where there are exact ones."""
        if self._slopes is None:
            return None
        answer = _next(self._known_slopes, point)
        if answer is None:
            self._known_slopes.clear()
            answer = self._slopes(self._low + point * (self._high - self._low)) * (self._high - self._low)
        self._sloped.append((point.copy(), answer))
        return answer

    def columns(self, points: Array) -> list[NDArray[np.float64]]:
        """The values of each variable, (N,) each, at points of the unit cube."""
        return list((self._low + points * (self._high - self._low)).T)

    @property
    def points(self) -> Array:
        """(N, D): all points so far."""
        return np.concatenate([points for points, _ in self._asked])

    @property
    def outputs(self) -> Array:
        """(N, M): their outputs."""
        return np.concatenate([outputs for _, outputs in self._asked])

    def packed(self, **more: Any) -> bytes:
        """The journal as bytes, with `more` in its header."""
        dimensions, outputs = len(self._low), self._asked[0][1].shape[1]
        sizes = [len(points) for points, _ in self._asked]
        arrays: Arrays = {
            "points": self.points,
            "outputs": self.outputs,
            "rounds": np.repeat(self._rounds, sizes),
            "blocks": np.repeat(np.arange(len(sizes)), sizes),
            "sloped": np.array([point for point, _ in self._sloped]).reshape(-1, dimensions),
            "slopes": np.array([slope for _, slope in self._sloped]).reshape(-1, outputs, dimensions),
            **self.failures.arrays(),
        }
        return pack({**self._identity, **self.failures.header(), **more}, arrays)

    def _recall(self, cases: int) -> None:
        """Takes over the failed ones of the next so many cases that were kept."""
        known = self._known_failures
        while (place := len(self.failures.rows)) < len(known.rows) and known.rows[place] < self.cases + cases:
            message = known.messages[place] if place < len(known.messages) else None
            self.failures.put(known.rows[place], known.codes[known.kinds[place]], message)

    def _rest(self) -> None:
        begun = time.monotonic()
        if begun - self._kept_at < self._pause:
            return
        if not self._keep(self.packed(), min(self.cases, self._most)):
            raise StoppedError
        self._kept_at = time.monotonic()
        # a journal of a million cases takes its time to be written
        self._pause = min(max(PAUSE, SHARE * (self._kept_at - begun)), LONGEST_PAUSE)


def _next(known: Known, wanted: Array) -> Array | None:
    """The next known answer, if it is to this question; after any other one nothing that is known is of use."""
    if known and np.array_equal(known[0][0], wanted):
        return known.popleft()[1]
    return None


def _read(
    found: tuple[dict[str, Any], Arrays] | None,
) -> tuple[Known, Known, Failures]:
    if found is None:
        return deque(), deque(), Failures()
    header, arrays = found
    ends = np.flatnonzero(np.diff(arrays["blocks"])) + 1
    asked = zip(np.split(arrays["points"], ends), np.split(arrays["outputs"], ends), strict=True)
    sloped = zip(arrays["sloped"], arrays["slopes"], strict=True)
    return deque(asked), deque(sloped), Failures.of(header, arrays)
