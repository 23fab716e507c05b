import os
import subprocess
import sys
from typing import Any

import httpx
import pytest

from benchmarks import monte_carlo
from benchmarks.service import uploads
from benchmarks.service.points import drawn
from benchmarks.service.processor import Spent, family, family_seconds, read


def test_a_line_of_proc_is_read_past_the_name() -> None:
    fields = ["S", "41", *["0"] * 9, "100", "50", "25", "25", *["0"] * 20]
    spent = read(f"42 (odd) (name) {' '.join(fields)}")
    assert spent == Spent(41, 200 / os.sysconf("SC_CLK_TCK"))


def test_a_family_is_everything_below() -> None:
    parents = {1: 0, 2: 1, 3: 1, 4: 3, 5: 9}
    processes = {number: Spent(parent, 0.0) for number, parent in parents.items()}
    assert sorted(family(1, processes)) == [1, 2, 3, 4]
    assert list(family(5, processes)) == [5]


def test_what_a_child_used_is_counted_after_its_end() -> None:
    before = family_seconds()
    subprocess.run([sys.executable, "-c", "sum(range(3_000_000))"], check=True)
    assert family_seconds() > before


def test_only_processes_of_the_command_are_counted() -> None:
    assert family_seconds("no such command anywhere") == 0.0


def test_points_become_a_file_that_keeps_every_digit() -> None:
    points = drawn(3, 1)
    header, *lines = uploads.csv_file(points).decode().splitlines()
    assert header == uploads.HEADER
    fuel, oxidizer, ratio, pressure, area = lines[0].split(",")
    assert (fuel, oxidizer) == (points.pair.fuel, points.pair.oxidizer)
    assert (float(ratio), float(pressure), float(area)) == (
        points.mixture_ratio[0],
        points.chamber_pressure[0],
        points.area_ratio[0],
    )


def test_results_are_put_into_the_order_of_the_file() -> None:
    rows = [{"line": "10", "c_star": ""}, {"line": "9", "c_star": "1800.5"}]
    found = uploads.columns_of(rows, ["c_star"])
    assert found[0, 0] == 1800.5
    assert found[1, 0] != found[1, 0]


def summary(mean: float = 1.0) -> dict[str, Any]:
    statistics = {"cases": 10, "mean": mean, "standard_deviation": 0.1, "percentiles": {}}
    return {"outputs": dict.fromkeys(monte_carlo.OUTPUTS, statistics)}


def test_the_report_tells_whether_both_answer_the_same() -> None:
    measured = {"in process": monte_carlo.figures(20.0, 19.0, summary())}
    measured["service"] = monte_carlo.figures(40.0, 50.0, summary())
    text = monte_carlo.report(measured, 100_000)
    assert "in process: 20.0 s, 5,000 samples/s, processor 19.0 s; 30 s for 100,000 asked for: yes" in text
    assert "service: 40.0 s, 2,500 samples/s, processor 50.0 s; 30 s for 100,000 asked for: no" in text
    assert "the same answer from both: yes" in text
    measured["service"] = monte_carlo.figures(40.0, 50.0, summary(mean=1.0 + 1e-15))
    assert "the same answer from both: no" in monte_carlo.report(measured, 100_000)


def test_the_requirement_is_in_proportion_to_the_samples() -> None:
    measured = {"in process": monte_carlo.figures(4.0, 4.0, summary())}
    assert "asked for: no" in monte_carlo.report(measured, 10_000)


def client(status: str, monkeypatch: pytest.MonkeyPatch) -> httpx.Client:
    monkeypatch.setattr(monte_carlo.time, "sleep", lambda _seconds: None)
    states = iter(["queued", "running", status])

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(202, json={"id": "7"})
        assert request.url.path == "/v1/studies/7"
        return httpx.Response(200, json={"status": next(states), "error": {"code": "out_of_luck"}})

    return httpx.Client(base_url="http://stack", transport=httpx.MockTransport(answer))


def test_a_study_is_followed_until_it_has_succeeded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert monte_carlo.answered(client("succeeded", monkeypatch), {})["status"] == "succeeded"


def test_a_study_that_fails_ends_the_measurement_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match="out_of_luck"):
        monte_carlo.answered(client("failed", monkeypatch), {})


def test_the_study_varies_only_what_the_engine_has() -> None:
    study = monte_carlo.document(1_000)
    for variable in study["variables"]:
        *folders, name = variable["path"].split(".")
        place: Any = monte_carlo.BASE
        for folder in folders:
            place = place[folder]
        assert place.get(name, variable["mean"]) == variable["mean"]
