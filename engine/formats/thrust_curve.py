"""A thrust curve as files of rocketry hold it, and what every reader of such files expects of one."""

import heapq
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any

from pydantic import Field

from engine.fields import Model

MOST_POINTS = 32
"""That the oldest readers of `.eng` files have room for."""
PLACES = 4
"""Of a number in a file: times in s and thrusts in N."""
STEP = 10.0**-PLACES
Numbers = Annotated[tuple[float, ...], Field(min_length=2)]


class ThrustCurve(Model):
    """A motor's thrust over time, s and N, with what a file says of the motor: SI, 0 where it says nothing.

    `delays` are those of the ejection charge, as written (`P` is a plugged motor). `propellant_left` in kg has a value
    for every time where the file follows the mass.
    """

    name: str = Field(min_length=1, max_length=200)
    manufacturer: str = "unknown"
    diameter: float = 0.0
    length: float = 0.0
    delays: str = "P"
    propellant_mass: float = 0.0
    total_mass: float = 0.0
    throat_diameter: float = 0.0
    exit_diameter: float = 0.0
    time: Numbers
    thrust: Numbers
    propellant_left: tuple[float, ...] = ()

    @property
    def total_impulse(self) -> float:
        """N s, straight between the points."""
        return math.fsum(
            0.5 * (first + second) * (later - sooner)
            for (sooner, later), (first, second) in zip(
                pairwise(self.time), pairwise(self.thrust), strict=True
            )
        )

    @property
    def burn_time(self) -> float:
        """s, from the first point to the last."""
        return self.time[-1] - self.time[0]


def curve_of(result: Any, *, name: str = "", manufacturer: str = "HRMA", **details: float) -> ThrustCurve:
    """The curve of a solved motor with a history; `details` are other fields of the curve, such as `diameter`.

    Raises ValueError where the result has no history.
    """
    given = result if isinstance(result, Mapping) else result.model_dump()
    history = given.get("history") or {}
    if "time" not in history or "thrust" not in history:
        raise ValueError("the result has no history of thrust; export a solid or hybrid motor")
    mass = float(given.get("propellant_mass") or 0.0)
    masses = {"propellant_mass": mass, "total_mass": mass, **details}
    return ThrustCurve(
        name=name or given.get("designation") or "motor",
        manufacturer=manufacturer,
        time=tuple(map(float, history["time"])),
        thrust=tuple(map(float, history["thrust"])),
        **masses,
    )


def sizes_of(spec: Mapping[str, Any]) -> dict[str, float]:
    """Diameter and length of the grains, throat and exit of a specification, as far as it has them."""
    grains = spec.get("grains") or [grain for grain in [spec.get("grain")] if grain]
    nozzle = spec.get("nozzle") or {}
    throat, ratio = nozzle.get("throat_diameter"), nozzle.get("area_ratio")
    found = {
        "diameter": max((_size(grain, "diameter", "outer_diameter") for grain in grains), default=0.0),
        "length": math.fsum(_size(grain, "length") for grain in grains),
        "throat_diameter": throat,
        "exit_diameter": nozzle.get("exit_diameter") or (throat and ratio and throat * math.sqrt(ratio)),
    }
    return {name: float(value) for name, value in found.items() if value}


def _size(grain: Mapping[str, Any], *names: str) -> float:
    return float(next((grain[name] for name in names if grain.get(name)), 0.0))


def acceptable(curve: ThrustCurve, most_points: int | None = None) -> ThrustCurve:
    """The curve as every reader takes it: times that rise strictly from above 0, as far as a file has places, no thrust
    below 0, and exactly 0 at the end; with at most so many points, those that bend it most.
    """
    points = _rising(list(zip(curve.time, curve.thrust, strict=True)))
    if most_points is not None and len(points) > most_points:
        points = _thinned(points, most_points)
    time, thrust = zip(*points, strict=True)
    left = _mass_left(time, thrust, curve.propellant_mass)
    return curve.model_copy(update={"time": time, "thrust": thrust, "propellant_left": left})


def _rising(given: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for time, thrust in given:
        at, force = round(time, PLACES), round(max(thrust, 0.0), PLACES)
        # readers begin at 0 s and 0 N by themselves
        if at <= 0.0:
            if force == 0.0:
                continue
            at = STEP
        if points and at <= points[-1][0]:
            # a step of the curve: its end counts
            points[-1] = (points[-1][0], force)
            continue
        points.append((at, force))
    while len(points) > 1 and points[-1][1] == points[-2][1] == 0.0:
        points.pop()
    if not points or points[-1][1] != 0.0:
        after = points[-1][0] if points else 0.0
        points.append((round(after + STEP, PLACES), 0.0))
    return points


def _thinned(points: list[tuple[float, float]], most: int) -> list[tuple[float, float]]:
    """Ends first, then again and again the point farthest from the lines so far."""
    scale = max(thrust for _, thrust in points) or 1.0
    kept = {0, len(points) - 1}
    heap = [_farthest(points, 0, len(points) - 1, scale)]
    while heap and len(kept) < most:
        _, place, first, last = heapq.heappop(heap)
        if place < 0:
            continue
        kept.add(place)
        for part in ((first, place), (place, last)):
            heapq.heappush(heap, _farthest(points, *part, scale))
    return [points[place] for place in sorted(kept)]


def _farthest(
    points: list[tuple[float, float]], first: int, last: int, scale: float
) -> tuple[float, int, int, int]:
    (t0, f0), (t1, f1) = points[first], points[last]
    away, found = 0.0, -1
    for place in range(first + 1, last):
        time, thrust = points[place]
        # weighed by how long the line is, so that impulse counts
        error = abs(thrust - f0 - (f1 - f0) * (time - t0) / (t1 - t0)) / scale * (t1 - t0)
        if error > away:
            away, found = error, place
    return -away, found, first, last


def _mass_left(time: Sequence[float], thrust: Sequence[float], mass: float) -> tuple[float, ...]:
    """Of the propellant, used up in proportion to the impulse."""
    gained, sooner, before = [0.0], 0.0, 0.0
    for at, force in zip(time, thrust, strict=True):
        gained.append(gained[-1] + 0.5 * (force + before) * (at - sooner))
        sooner, before = at, force
    whole = gained[-1] or 1.0
    return tuple(mass * (1.0 - share / whole) for share in gained[1:])
