"""The benchmark itself, on few cases: it measures what it says, and its comparison is with the same mixture."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.rocket import peers

ROOT = Path(__file__).resolve().parents[2]


def test_a_small_sweep_times_every_peer_and_agrees_with_nasa(tmp_path: Path) -> None:
    file = tmp_path / "sweep.json"
    options = ["--cases", "20", "--rounds", "1", "--pair", "LOX/LH2", "--without-unrelated"]
    small = ["--sample", "5", "--cea-sample", "5", "--json", str(file)]
    subprocess.run(
        [sys.executable, "-m", "benchmarks.rocket_sweep", *options, *small],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    measured = json.loads(file.read_text())
    installed = [peers.NAMES[peer] for peer in (peers.ROCKETCEA, peers.CEA) if peers.is_installed(peer)]
    rows = measured["rows"]
    assert list(dict.fromkeys(row["peer"] for row in rows)) == installed
    assert all(row["ours"]["median"] > 0.0 < row["theirs"]["median"] for row in rows)
    assert not any(measured["failures"]["LOX/LH2"].values())
    deviations = measured["deviations"]["LOX/LH2"]
    assert len(deviations) == 17
    assert max(abs(value) for values in deviations.values() for value in values) < 1e-4
    assert max(abs(value) for value in deviations["chamber_temperature"]) < 1e-6


def test_a_slice_of_the_memory_benchmark_states_a_plausible_peak(tmp_path: Path) -> None:
    file = tmp_path / "memory.json"
    options = ["--cases", "60", "--slice", "40", "--pair", "LOX/LH2", "--json", str(file)]
    subprocess.run(
        [sys.executable, "-m", "benchmarks.rocket_memory", *options],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    measured = json.loads(file.read_text())
    assert (measured["cases"], measured["slice"], measured["unsolved"]) == (60, 40, 0)
    assert 10e6 < measured["before"] <= measured["peak"] < 1e9
    assert 400.0 < measured["best_impulse"] < 480.0
