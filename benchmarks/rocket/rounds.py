"""The measurements: rounds in which ours and the peers take turns, so that a slow minute falls on all of them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.rocket.pairs import OTHER, UNRELATED, Pair
from benchmarks.rocket.peers import CEA, NAMES, ROCKETCEA, Peers, Timing
from benchmarks.rocket.processes import worker
from benchmarks.rocket.progress import Say
from benchmarks.rocket.sampling import Points, orders, sample, sweep, unrelated
from benchmarks.rocket.statistics import CLOCKS

OUR_WORKER = "benchmarks.rocket.our_worker"
SMALL = 500
WARM = 6
"""Warm calls of 500 cases in each process; the first two still pay for finer fits."""
SINGLES = 60
SEED = 20260715

Places = NDArray[np.intp]


@dataclass(frozen=True)
class Settings:
    """How much is measured: cases of a sweep, rounds, points that RocketCEA and the wheel get, the clock."""

    cases: int = 10_000
    rounds: int = 3
    rocketcea_sample: int = 400
    cea_sample: int = 200
    clock: str = "wall"


class _Times:
    ours: dict[str, list[Timing]]

    def add(self, kind: str, timings: list[Timing]) -> None:
        """Timings of ours of one kind."""
        self.ours.setdefault(kind, []).extend(timings)


@dataclass
class PairTimes(_Times):
    """The timings of one pair's rounds; ours by kind, the peers' for their samples."""

    pair: Pair
    points: Points
    places: Places
    ours: dict[str, list[Timing]] = field(default_factory=dict)
    peers: dict[str, list[Timing]] = field(default_factory=dict)
    peer_cases: dict[str, int] = field(default_factory=dict)
    rocketcea_start: list[Timing] = field(default_factory=list)
    order: str = ""
    failures: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, list[float]] = field(default_factory=dict)
    """Ours of the cold sweep at `places`, the wheel's sample of its `points`."""


def our_sweep(
    calls: list[list[Points]], is_data_loaded: bool, places: list[Places] | None = None
) -> dict[str, Any]:
    """A fresh process of ours that makes `calls`; values of the first call at `places`, for each of its groups."""
    request = {
        "task": "sweep",
        "calls": [[points.request() for points in call] for call in calls],
        "is_data_loaded": is_data_loaded,
        "other": sweep(OTHER, 4, SEED).request(),
        "sample": [kept.tolist() for kept in places or []],
    }
    with worker(OUR_WORKER) as running:
        return running.ask(request)


def describe(points: Points, place: int) -> str:
    """One point in words."""
    pressure, ratio = points.chamber_pressure[place], points.mixture_ratio[place]
    return f"{pressure / 1e6:.4g} MPa, mixture ratio {ratio:.5g}, area ratio {points.area_ratio[place]:.4g}"


def measure_pair(pair: Pair, settings: Settings, peers: Peers, say: Say) -> PairTimes:
    """Cold sweeps of all the cases and of 500, warm ones of 500, single warm cases, and the peers in between."""
    points = sweep(pair, settings.cases, SEED)
    times = PairTimes(pair, points, sample(len(points), settings.cea_sample, SEED))
    small = min(SMALL, settings.cases)
    few = [points.take(np.arange(small))]
    few += [sweep(pair, small, SEED + 1 + number) for number in range(WARM)]
    singles = [sweep(pair, 1, SEED + 1 + WARM + number) for number in range(SINGLES)]
    asked = _peer_samples(points, settings, peers)
    if ROCKETCEA in asked:
        times.order = peers.best_order(asked[ROCKETCEA], settings.clock)
        asked[ROCKETCEA] = asked[ROCKETCEA].take(orders(asked[ROCKETCEA])[times.order])
    for number in range(settings.rounds):
        say(f"{pair.name}: round {number + 1} of {settings.rounds}")
        answer = our_sweep([[points]], is_data_loaded=True, places=[times.places])
        times.add("cold", answer["timings"])
        _time_peers(times, asked, peers)
        times.add("cold with data", our_sweep([[points]], is_data_loaded=False)["timings"])
        times.add("small cold with data", our_sweep([[few[0]]], is_data_loaded=False)["timings"])
        calls = [[group] for group in (*few, *singles)]
        timings = our_sweep(calls, is_data_loaded=True)["timings"]
        times.add("small cold", timings[:1])
        times.add("small warm", timings[1 : len(few)])
        times.add("single warm", timings[len(few) :])
    times.values = answer["values"][0]
    times.failures["ours"] = [
        f"{describe(points, failure['place'])}: {failure['reason']}" for failure in answer["failures"]
    ]
    return times


def _peer_samples(points: Points, settings: Settings, peers: Peers) -> dict[str, Points]:
    sizes = {ROCKETCEA: settings.rocketcea_sample, CEA: settings.cea_sample}
    return {peer: points.take(sample(len(points), sizes[peer], SEED)) for peer in peers.running}


def _time_peers(times: PairTimes, asked: dict[str, Points], peers: Peers) -> None:
    for peer, points in asked.items():
        times.peer_cases[peer] = len(points)
        if peer == CEA:
            times.peers.setdefault(peer, []).extend(peers.time_cea([points]))
            continue
        (answer,) = peers.rocketcea_answers([points])
        times.peers.setdefault(peer, []).append(answer["timing"])
        times.rocketcea_start.append(answer["start"])
        times.failures[NAMES[peer]] = _zeros(points, answer)


@dataclass
class MixedTimes(_Times):
    """The timings of the unrelated points; ours by kind, the peers' as if they had solved all of them."""

    order: str = "by pair, then by mixture ratio"
    ours: dict[str, list[Timing]] = field(default_factory=dict)
    peers: dict[str, list[Timing]] = field(default_factory=dict)
    peer_cases: dict[str, int] = field(default_factory=dict)
    failures: dict[str, list[str]] = field(default_factory=dict)
    groups: list[Points] = field(default_factory=list)
    places: list[Places] = field(default_factory=list)
    values: list[dict[str, list[float]]] = field(default_factory=list)
    """Ours of each group of the cold call at its `places`, the wheel's sample."""


def measure_unrelated(settings: Settings, peers: Peers, say: Say) -> MixedTimes:
    """`cases` points over twenty pairs at area ratios of their own; RocketCEA gets them pair by pair."""
    groups = unrelated(UNRELATED, settings.cases, SEED)
    times = MixedTimes(groups=groups, places=[_part(group, settings.cea_sample) for group in groups])
    asked = {
        ROCKETCEA: [_sorted(group.take(_part(group, 2 * settings.rocketcea_sample))) for group in groups],
        CEA: [group.take(kept) for group, kept in zip(groups, times.places, strict=True)],
    }
    for number in range(settings.rounds):
        say(f"unrelated points: round {number + 1} of {settings.rounds}")
        answer = our_sweep([groups], is_data_loaded=True, places=times.places)
        times.add("cold", answer["timings"])
        for peer in peers.running:
            _time_mixed(times, peer, asked[peer], peers)
        times.add("cold with data", our_sweep([groups], is_data_loaded=False)["timings"])
    times.values = answer["values"]
    times.failures["ours"] = [
        f"{groups[failure['group']].pair.name}, {describe(groups[failure['group']], failure['place'])}: "
        + failure["reason"]
        for failure in answer["failures"]
    ]
    say("unrelated points as specifications")
    _time_specifications(times, groups)
    return times


def _time_specifications(times: MixedTimes, groups: list[Points]) -> None:
    request = {
        "task": "specifications",
        "groups": [points.request() for points in groups],
        "seed": SEED,
    }
    with worker(OUR_WORKER) as running:
        answer = running.ask(request)
    times.add("specifications", answer["timings"])
    if answer["unsolved"]:
        times.failures["ours, as specifications"] = [f"{answer['unsolved']} of {answer['cases']} cases"]


def _part(group: Points, size: int) -> Places:
    return sample(len(group), max(1, size // len(UNRELATED)), SEED)


def _sorted(group: Points) -> Points:
    return group.take(orders(group)["by mixture ratio"])


def _time_mixed(times: MixedTimes, peer: str, asked: list[Points], peers: Peers) -> None:
    """Each pair's cases at the peer's time per case in its sample, and RocketCEA's start for each pair."""
    if peer == CEA:
        timings, starts = peers.time_cea(asked), []
    else:
        answers = peers.rocketcea_answers(asked)
        timings, starts = [answer["timing"] for answer in answers], [answer["start"] for answer in answers]
        times.failures[NAMES[peer]] = [
            f"{points.pair.name}, {failure}"
            for points, answer in zip(asked, answers, strict=True)
            for failure in _zeros(points, answer)
        ]
    total = {
        clock: sum(start[clock] for start in starts)
        + sum(
            timing[clock] / len(points) * len(group)
            for timing, points, group in zip(timings, asked, times.groups, strict=True)
        )
        for clock in CLOCKS
    }
    times.peers.setdefault(peer, []).append(total)
    times.peer_cases[peer] = sum(len(group) for group in times.groups)


def _zeros(points: Points, answer: dict[str, Any]) -> list[str]:
    return [
        f"{describe(points, place)}: it answered zero"
        for place, values in enumerate(answer["values"])
        if not min(values) > 0.0
    ]


def measure_sizes(pair: Pair, sizes: list[int], say: Say) -> list[dict[str, Any]]:
    """Cost by batch size: one fresh process a size, a cold call and three warm ones of other points."""
    measured = []
    say(f"{pair.name}: cost by batch size")
    for size in sizes:
        calls = [[sweep(pair, size, SEED + number)] for number in range(4)]
        cold, *warm = our_sweep(calls, is_data_loaded=True)["timings"]
        measured.append({"cases": size, "cold": cold, "warm": warm})
    return measured
