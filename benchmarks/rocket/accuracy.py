"""How far our answers are from those of NASA's wheel for the same reactants and points."""

from dataclasses import dataclass, field

import numpy as np

from benchmarks.rocket.peers import Peers
from benchmarks.rocket.processes import worker
from benchmarks.rocket.rounds import OUR_WORKER, Places, describe
from benchmarks.rocket.sampling import Array, Points
from benchmarks.rocket.statistics import Worst, relative, worst

STATIONS = ("chamber", "throat", "exit")
REQUIRED = 1e-5
REQUIRED_OF_CHAMBER_TEMPERATURE = 1e-6
QUANTITIES = ("temperature", "molar_mass", "gamma", "heat_capacity", "viscosity")


@dataclass
class Accuracy:
    """The deviations of one pair: by name of the quantity, each (N,), NaN where one side has no answer."""

    pair: str
    points: list[str]
    deviations: dict[str, Array] = field(default_factory=dict)
    at_reference_pressure: dict[str, Array] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def worst(self, name: str) -> Worst:
        """The worst case of a quantity."""
        return worst(self.deviations[name])

    def largest(self) -> float:
        """The worst of all quantities; NaN where nothing was compared."""
        found = [self.worst(name).deviation for name in self.deviations]
        return max((value for value in found if np.isfinite(value)), default=float("nan"))


def required(name: str) -> float:
    """What a quantity may deviate by."""
    return REQUIRED_OF_CHAMBER_TEMPERATURE if name == "chamber_temperature" else REQUIRED


def measure(points: Points, places: Places, values: dict[str, list[float]], peers: Peers) -> Accuracy:
    """Ours of a timed call (`values`, of the points at `places`), our heat capacities and viscosities, and the wheel's.

    The wheel ends its search for throat and area ratio early. So the stations are compared a second time at
    the wheel's own pressures, where only the equilibrium is left to differ.
    """
    asked = points.take(places)
    answers = peers.cea_answers(asked)
    names = [describe(asked, place) for place in range(len(asked))]
    result = Accuracy(points.pair.name, names)
    result.failures = [
        f"{name}: {answer['error']}" for name, answer in zip(names, answers, strict=True) if "error" in answer
    ]
    reference = {name: _table(answers, name) for name in (*QUANTITIES, "pressure")}
    ours, at_pressure = _our_stations(points, places.tolist(), reference["pressure"])
    for place, station in enumerate(STATIONS):
        for quantity in QUANTITIES:
            name, exact = f"{station}_{quantity}", reference[quantity][:, place]
            value = values.get(name, ours[quantity][:, place])
            result.deviations[name] = relative(value, exact)
            result.at_reference_pressure[name] = relative(at_pressure[quantity][:, place], exact)
    for name in ("c_star", "specific_impulse_vacuum"):
        exact = np.array([answer.get(name, np.nan) for answer in answers])
        result.deviations[name] = relative(values[name], exact)
    return result


def joined(name: str, parts: list[Accuracy]) -> Accuracy:
    """Several pairs as one."""
    whole = Accuracy(name, [f"{part.pair}, {point}" for part in parts for point in part.points])
    whole.failures = [f"{part.pair}, {failure}" for part in parts for failure in part.failures]
    for table in ("deviations", "at_reference_pressure"):
        tables = [getattr(part, table) for part in parts]
        setattr(whole, table, {key: np.concatenate([each[key] for each in tables]) for key in tables[0]})
    return whole


def _table(answers: list[dict[str, list[float]]], name: str) -> Array:
    """(N, 3); NaN where the wheel failed."""
    return np.array([answer.get(name, [np.nan] * len(STATIONS)) for answer in answers], dtype=float)


def _our_stations(
    points: Points, places: list[int], pressure: Array
) -> tuple[dict[str, Array], dict[str, Array]]:
    ratios = pressure[:, :1] / pressure[:, 1:]
    request = {
        "task": "stations",
        "group": points.request(),
        "sample": places,
        "pressure_ratios": np.where(np.isfinite(ratios), ratios, 2.0).tolist(),
    }
    with worker(OUR_WORKER) as running:
        answer = running.ask(request)
    return tuple(
        {name: np.array(values, dtype=float) for name, values in answer[kind].items()}
        for kind in ("by_area", "by_pressure")
    )
