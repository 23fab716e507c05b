"""The measurements: rounds in which ours and the peers take turns, so that a slow minute falls on all of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.rocket.pairs import OTHER, UNRELATED, Pair
from benchmarks.rocket.peers import CEA, NAMES, ROCKETCEA, Peers, Timing
from benchmarks.rocket.processes import worker
from benchmarks.rocket.sampling import Points, orders, sample, sweep, unrelated

OUR_WORKER = "benchmarks.rocket.our_worker"
SMALL = 500
SINGLES = 60
SEED = 20260715

Say = Callable[[str], None]


@dataclass(frozen=True)
class Settings:
    """How much is measured: cases of a sweep, rounds, points that RocketCEA and the wheel get, the clock."""

    cases: int = 10_000
    rounds: int = 3
    rocketcea_sample: int = 400
    cea_sample: int = 200
    clock: str = "wall"


@dataclass
class PairTimes:
    """The timings of one pair's rounds; ours by kind, the peers' for their samples."""

    pair: Pair
    ours: dict[str, list[Timing]] = field(default_factory=dict)
    peers: dict[str, list[Timing]] = field(default_factory=dict)
    peer_cases: dict[str, int] = field(default_factory=dict)
    rocketcea_start: list[Timing] = field(default_factory=list)
    order: str = ""
    failures: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, kind: str, timings: list[Timing]) -> None:
        """Timings of ours of one kind."""
        self.ours.setdefault(kind, []).extend(timings)


def our_sweep(
    calls: list[list[Points]], is_data_loaded: bool, places: list[int] | None = None
) -> dict[str, Any]:
    """A fresh process of ours that makes `calls`; values of the first call at `places` of each of its groups."""
    request = {
        "task": "sweep",
        "calls": [[points.request() for points in call] for call in calls],
        "is_data_loaded": is_data_loaded,
        "other": sweep(OTHER, 4, SEED).request(),
        "sample": places or [],
    }
    with worker(OUR_WORKER) as running:
        return running.ask(request)


def describe(points: Points, place: int) -> str:
    """One point in words."""
    pressure, ratio = points.chamber_pressure[place], points.mixture_ratio[place]
    return f"{pressure / 1e6:.4g} MPa, mixture ratio {ratio:.5g}, area ratio {points.area_ratio[place]:.4g}"


def measure_pair(pair: Pair, settings: Settings, peers: Peers, say: Say) -> PairTimes:
    """Cold sweeps of all the cases and of 500, warm ones of 500, single warm cases, and the peers in between."""
    times = PairTimes(pair)
    points = sweep(pair, settings.cases, SEED)
    small = min(SMALL, settings.cases)
    few = [points.take(np.arange(small)), sweep(pair, small, SEED + 1), sweep(pair, small, SEED + 2)]
    singles = [sweep(pair, 1, SEED + 3 + number) for number in range(SINGLES)]
    asked = _peer_samples(points, settings, peers)
    if ROCKETCEA in asked:
        times.order = peers.best_order(asked[ROCKETCEA], settings.clock)
        asked[ROCKETCEA] = asked[ROCKETCEA].take(orders(asked[ROCKETCEA])[times.order])
    kept = sample(len(points), settings.cea_sample, SEED)
    for number in range(settings.rounds):
        say(f"{pair.name}: round {number + 1} of {settings.rounds}")
        answer = our_sweep([[points]], is_data_loaded=True, places=kept.tolist())
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
        times.failures[NAMES[peer]] = [
            f"{describe(points, place)}: it answered zero"
            for place, values in enumerate(answer["values"])
            if not min(values) > 0.0
        ]


@dataclass
class MixedTimes:
    """The timings of the unrelated points; the peers' are of all their samples together."""

    ours: list[Timing] = field(default_factory=list)
    with_data: list[Timing] = field(default_factory=list)
    specifications: list[Timing] = field(default_factory=list)
    specification_cases: int = 0
    peers: dict[str, list[Timing]] = field(default_factory=dict)
    peer_cases: dict[str, int] = field(default_factory=dict)
    failures: dict[str, list[str]] = field(default_factory=dict)


def measure_unrelated(settings: Settings, peers: Peers, say: Say) -> MixedTimes:
    """`cases` points over twenty pairs at area ratios of their own; RocketCEA gets them pair by pair."""
    times = MixedTimes()
    groups = unrelated(UNRELATED, settings.cases, SEED)
    asked = {
        ROCKETCEA: [_sorted(_part(group, 2 * settings.rocketcea_sample)) for group in groups],
        CEA: [_part(group, settings.cea_sample) for group in groups],
    }
    for number in range(settings.rounds):
        say(f"unrelated points: round {number + 1} of {settings.rounds}")
        answer = our_sweep([groups], is_data_loaded=True)
        times.ours += answer["timings"]
        for peer in peers.running:
            timed = _mixed_peer(peer, asked[peer], peers, [len(group) for group in groups])
            times.peers.setdefault(peer, []).append(timed)
            times.peer_cases[peer] = sum(len(group) for group in asked[peer])
        times.with_data += our_sweep([groups], is_data_loaded=False)["timings"]
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
    times.specifications += answer["timings"]
    times.specification_cases = answer["cases"]
    if answer["unsolved"]:
        times.failures["ours, as specifications"] = [f"{answer['unsolved']} of {answer['cases']} cases"]


def _part(group: Points, size: int) -> Points:
    return group.take(sample(len(group), max(1, size // len(UNRELATED)), SEED))


def _sorted(group: Points) -> Points:
    return group.take(np.argsort(group.mixture_ratio))


def _mixed_peer(peer: str, groups: list[Points], peers: Peers, sizes: list[int]) -> Timing:
    """Seconds that all points would take the peer: each pair's cases at its time per case, and the starts."""
    if peer == CEA:
        timings, starts = peers.time_cea(groups), []
    else:
        answers = peers.rocketcea_answers(groups)
        timings, starts = [answer["timing"] for answer in answers], [answer["start"] for answer in answers]
    total = {}
    for clock in ("wall", "cpu"):
        total[clock] = sum(start[clock] for start in starts) + sum(
            timing[clock] / len(group) * size
            for timing, group, size in zip(timings, groups, sizes, strict=True)
        )
    return total


def measure_sizes(pair: Pair, sizes: list[int], say: Say) -> list[dict[str, Any]]:
    """Cost by batch size: one fresh process a size, a cold call and three warm ones of other points."""
    measured = []
    for size in sizes:
        say(f"{pair.name}: batches of {size}")
        calls = [[sweep(pair, size, SEED + number)] for number in range(4)]
        cold, *warm = our_sweep(calls, is_data_loaded=True)["timings"]
        measured.append({"cases": size, "cold": cold, "warm": warm})
    return measured
