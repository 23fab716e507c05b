"""What the peers are asked: the very reactants and points of ours, in each one's own terms."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.rocket.pairs import Pair
from benchmarks.rocket.processes import Worker, foreign_worker, worker
from benchmarks.rocket.sampling import Points, orders
from engine.parsing import parse_propellant
from engine.thermo.catalogue import Propellant
from engine.validation.rocketcea import card, default_interpreter
from engine.validation.rocketcea_worker import PASCAL_PER_PSI

ROCKETCEA, CEA = "rocketcea", "cea"
NAMES = {ROCKETCEA: "RocketCEA", CEA: "NASA cea"}
MISSING = {
    ROCKETCEA: "RocketCEA is not installed here (make setup builds it where gfortran is): not measured.",
    CEA: "NASA's cea wheel is not installed here (make setup brings it): not measured.",
}

Timing = dict[str, float]


def is_installed(peer: str) -> bool:
    """Whether `peer` can be run on this machine."""
    return default_interpreter() is not None if peer == ROCKETCEA else find_spec("cea") is not None


def sides(pair: Pair) -> tuple[Propellant, Propellant]:
    """Fuel and oxidizer."""
    return parse_propellant(pair.fuel, "fuel"), parse_propellant(pair.oxidizer, "oxidizer")


def cea_request(points: Points, with_values: bool) -> dict[str, Any]:
    """The points for the wheel: mass fractions of all reactants, and the enthalpy of the mixture in J/kg."""
    fuel, oxidizer = sides(points.pair)
    share = 1.0 / (1.0 + points.mixture_ratio)
    parts = [(share * fraction, reactant) for fraction, reactant in fuel.components]
    parts += [((1.0 - share) * fraction, reactant) for fraction, reactant in oxidizer.components]
    enthalpy = sum(weights / reactant.molar_mass * reactant.enthalpy for weights, reactant in parts)
    return {
        "reactants": [asdict(reactant) for _, reactant in parts],
        "weights": np.stack([weights for weights, _ in parts], axis=1).tolist(),
        "enthalpy": np.asarray(enthalpy).tolist(),
        "chamber_pressure": points.chamber_pressure.tolist(),
        "area_ratio": points.area_ratio.tolist(),
        "with_values": with_values,
    }


def rocketcea_group(points: Points) -> dict[str, Any]:
    """The points for RocketCEA: its cards, psi."""
    fuel, oxidizer = sides(points.pair)
    columns = (points.chamber_pressure / PASCAL_PER_PSI, points.mixture_ratio, points.area_ratio)
    return {
        "fuel": card("fuel", fuel.components),
        "oxidizer": card("oxid", oxidizer.components),
        "points": np.stack(columns, axis=1).tolist(),
    }


class Peers:
    """The peers that run in this measurement; each is one warm process from first to last."""

    def __init__(self, cea: Worker | None, rocketcea: Worker | None) -> None:
        self._cea, self._rocketcea = cea, rocketcea

    @property
    def running(self) -> list[str]:
        """Their keys, RocketCEA first."""
        return [key for key, one in ((ROCKETCEA, self._rocketcea), (CEA, self._cea)) if one is not None]

    def time_cea(self, groups: list[Points]) -> list[Timing]:
        """What the wheel takes for each group, its solver made before."""
        return [self._asked_cea(points, with_values=False)["timing"] for points in groups]

    def cea_answers(self, points: Points) -> list[dict[str, Any]]:
        """The wheel's values of each point, or {"error": ...}."""
        answers: list[dict[str, Any]] = self._asked_cea(points, with_values=True)["answers"]
        return answers

    def rocketcea_answers(self, groups: list[Points]) -> list[dict[str, Any]]:
        """RocketCEA's times ("start" for reading its data, "timing" for all points) and values of each group."""
        if self._rocketcea is None:
            raise LookupError(MISSING[ROCKETCEA])
        request = {"groups": [rocketcea_group(points) for points in groups]}
        answers: list[dict[str, Any]] = self._rocketcea.ask(request)["groups"]
        return answers

    def best_order(self, points: Points, clock: str) -> str:
        """The order of points in which RocketCEA is fastest; the first try only warms it."""
        self.rocketcea_answers([points])
        times = {
            name: self.rocketcea_answers([points.take(places)])[0]["timing"][clock]
            for name, places in orders(points).items()
        }
        return min(times, key=lambda name: times[name])

    def _asked_cea(self, points: Points, with_values: bool) -> dict[str, Any]:
        if self._cea is None:
            raise LookupError(MISSING[CEA])
        return self._cea.ask(cea_request(points, with_values))


@contextmanager
def peers(wanted: list[str]) -> Iterator[Peers]:
    """The wanted peers as far as they are installed, started; ended afterwards."""
    interpreter = default_interpreter() if ROCKETCEA in wanted else None
    program = Path(__file__).with_name("rocketcea_worker.py")
    has_cea = CEA in wanted and is_installed(CEA)
    with (
        worker("benchmarks.rocket.cea_worker") if has_cea else _nobody() as cea,
        foreign_worker(interpreter, program) if interpreter else _nobody() as rocketcea,
    ):
        yield Peers(cea, rocketcea)


@contextmanager
def _nobody() -> Iterator[None]:
    yield None
