import math

import numpy as np
import pytest
from rich.console import Console

from benchmarks.rocket.accuracy import Accuracy, joined, required
from benchmarks.rocket.markdown import page
from benchmarks.rocket.pairs import MAIN, UNRELATED
from benchmarks.rocket.peers import CEA, ROCKETCEA
from benchmarks.rocket.rounds import MixedTimes, PairTimes, Settings, describe
from benchmarks.rocket.sampling import sample, sweep, unrelated
from benchmarks.rocket.statistics import plain
from benchmarks.rocket.table import (
    MIXED,
    SPECIFICATIONS,
    Row,
    accuracy_table,
    cost_table,
    failure_lines,
    mixed_rows,
    pair_rows,
)

SETTINGS = Settings(cases=1_000)


def rounds(*seconds: float) -> list[dict[str, float]]:
    return [{"wall": each, "cpu": each / 2.0} for each in seconds]


def pair_times(**peers: list[dict[str, float]]) -> PairTimes:
    points = sweep(MAIN[1], 1_000, seed=1)
    times = PairTimes(MAIN[1], points, sample(1_000, 10, seed=1))
    times.add("cold", rounds(0.010, 0.012, 0.011))
    times.add("cold with data", rounds(0.022))
    times.add("small cold", rounds(0.050))
    times.add("small cold with data", rounds(0.100))
    times.add("small warm", rounds(0.005, 0.005))
    times.add("single warm", rounds(0.0005, 0.001, 0.002))
    for peer, timings in peers.items():
        times.peers[peer], times.peer_cases[peer] = timings, 100
    return times


def rendered(table: object) -> str:
    console = Console(width=220, record=True, file=None, quiet=False)
    with console.capture() as captured:
        console.print(table)
    return captured.get()


def test_a_pair_has_four_rows_beside_rocketcea_and_one_beside_the_wheel() -> None:
    times = pair_times(rocketcea=rounds(0.022), cea=rounds(0.150))
    rows = list(pair_rows(times, SETTINGS, 2e-6))
    assert [(row.peer, row.cases, row.state, row.required) for row in rows] == [
        ("RocketCEA", 1_000, "cold", 20.0),
        ("RocketCEA", 500, "cold", 5.0),
        ("RocketCEA", 500, "warm", 20.0),
        ("RocketCEA", 1, "warm", 0.2),
        ("NASA cea", 1_000, "cold", 100.0),
    ]
    assert [row.ratio for row in rows] == pytest.approx([20.0, 2.2, 22.0, 0.22, 1500.0 / 11.0])
    assert rows[0].ratio_with_data == pytest.approx(10.0)
    assert rows[2].ratio_with_data is None
    assert [row.is_met for row in rows] == [True, False, True, True, True]


def test_hydrogen_and_the_composite_have_requirements_of_their_own() -> None:
    by_name = {pair.name: (pair.over_rocketcea, pair.over_cea) for pair in MAIN}
    assert by_name["LOX/LH2"] == (15.0, 15.0)
    assert by_name["AP/HTPB/Al"] == (15.0, 100.0)
    assert {by_name[name] for name in by_name if name not in ("LOX/LH2", "AP/HTPB/Al")} == {(20.0, 100.0)}


def test_processor_time_can_be_compared_instead() -> None:
    times = pair_times(rocketcea=rounds(0.022))
    settings = Settings(cases=1_000, clock="cpu")
    (row, *_) = pair_rows(times, settings, None)
    assert row.ours.median == pytest.approx(5.5e-6)


def test_a_pair_without_peers_has_no_rows() -> None:
    assert list(pair_rows(pair_times(), SETTINGS, None)) == []


def test_the_unrelated_points_are_required_beside_rocketcea_only() -> None:
    times = MixedTimes(groups=unrelated(UNRELATED, 1_000, seed=1))
    for kind, seconds in (("cold", 0.1), ("cold with data", 0.2), ("specifications", 0.4)):
        times.add(kind, rounds(seconds))
    times.peers = {ROCKETCEA: rounds(0.5), CEA: rounds(2.0)}
    rows = list(mixed_rows(times, SETTINGS, 1e-6))
    assert [(row.what, row.peer, row.required) for row in rows] == [
        (MIXED, "RocketCEA", 5.0),
        (SPECIFICATIONS, "RocketCEA", 5.0),
        (MIXED, "NASA cea", 0.0),
    ]
    assert [row.ratio for row in rows] == pytest.approx([5.0, 1.25, 20.0])


def test_the_table_shows_costs_in_microseconds_and_the_verdict() -> None:
    rows: list[Row] = list(pair_rows(pair_times(rocketcea=rounds(0.022)), SETTINGS, 2e-6))
    text = rendered(cost_table(rows, "wall"))
    line = next(line for line in text.splitlines() if "1,000" in line)
    for part in (
        "LOX/RP-1",
        "2.0e-06",
        "cold",
        "11 (10 - 12)",
        "22 (22 - 22)",
        "220 (220 - 220)",
        "20x",
        "yes",
    ):
        assert part in line


def accuracy(name: str, chamber: list[float], throat: list[float]) -> Accuracy:
    found = Accuracy(name, [f"point {place}" for place in range(len(chamber))])
    found.deviations = {"chamber_temperature": np.array(chamber), "throat_temperature": np.array(throat)}
    found.at_reference_pressure = {key: value / 10.0 for key, value in found.deviations.items()}
    return found


def test_the_largest_deviation_of_all_quantities_leaves_failures_out() -> None:
    assert accuracy("a", [1e-7, math.nan], [-3e-6, 1e-6]).largest() == 3e-6
    assert math.isnan(accuracy("a", [math.nan], [math.nan]).largest())


def test_pairs_are_joined_with_their_points_named_by_pair() -> None:
    parts = [accuracy("a", [1e-7], [1e-6]), accuracy("b", [5e-7, 2e-7], [4e-6, 5e-6])]
    parts[1].failures.append("point 9: did not converge")
    whole = joined("both", parts)
    at = whole.worst("throat_temperature")
    assert (at.deviation, whole.points[at.place], at.compared) == (5e-6, "b, point 1", 3)
    assert whole.failures == ["b, point 9: did not converge"]


def test_the_chamber_temperature_has_the_tighter_limit() -> None:
    assert required("chamber_temperature") == 1e-6
    assert required("chamber_gamma") == required("c_star") == 1e-5


def test_the_accuracy_table_names_the_worst_point_and_the_verdict() -> None:
    text = rendered(accuracy_table([accuracy("pair", [1e-7, -2e-6], [1e-6, 2e-6])]))
    chamber, throat = (line for line in text.splitlines() if "temperature" in line)
    for part in ("2.0e-06", "1e-06", " no ", "2.0e-07", "point 1"):
        assert part in chamber
    assert " yes " in throat


def test_unsolved_cases_are_counted_and_the_first_are_named() -> None:
    lines = failure_lines({"ours": [], "NASA cea": [f"case {place}" for place in range(5)]})
    assert lines == ["NASA cea left 5 unsolved: case 0; case 1; case 2; and 2 more"]


def test_a_point_is_described_by_its_inputs() -> None:
    points = sweep(MAIN[0], 1, seed=1)
    pressure = points.chamber_pressure[0] / 1e6
    assert describe(points, 0).startswith(f"{pressure:.4g} MPa, mixture ratio ")
    assert describe(points, 0).endswith("area ratio 40")


def test_the_page_has_a_line_for_every_comparison_and_every_quantity() -> None:
    rows = list(pair_rows(pair_times(rocketcea=rounds(0.022), cea=rounds(0.150)), SETTINGS, 2e-6))
    found = accuracy("LOX/RP-1", [1e-7, math.nan], [1e-6, -2e-5])
    measured = plain(
        {
            "engine_version": "1.2.3",
            "python": "3.11.7",
            "processor": "a processor",
            "settings": vars(SETTINGS),
            "rows": [row.plain() for row in rows],
            "deviations": {"LOX/RP-1": found.deviations},
            "deviations_at_reference_pressure": {"LOX/RP-1": found.at_reference_pressure},
        }
    )
    lines = [line for line in page(measured).splitlines() if line.startswith("| LOX/RP-1")]
    assert len(lines) == len(rows) + 2
    assert lines[0] == "| LOX/RP-1 | 1,000 | cold | 11 | 22 | RocketCEA | 220 | 20 | 20 | yes |"
    assert lines[-2:] == [
        "| LOX/RP-1 | chamber temperature | 1 | 1.0e-07 | 1.0e-08 | 1e-06 | yes |",
        "| LOX/RP-1 | throat temperature | 2 | 2.0e-05 | 2.0e-06 | 1e-05 | no |",
    ]
