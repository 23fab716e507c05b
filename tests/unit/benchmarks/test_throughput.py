import json
from pathlib import Path

import httpx
import numpy as np
import pytest

from benchmarks import conventional_stack
from benchmarks.peers import client
from benchmarks.peers.environment import UnavailableError, peer_python
from benchmarks.peers.stack import commands
from benchmarks.peers.throughput import OURS, USUAL, Side, agreement, figures, report
from benchmarks.rocket.processes import WorkerError
from benchmarks.service.points import drawn

NAMES = ("c_star", "specific_impulse_vacuum")


def sides(theirs: list[float], ours: list[float]) -> list[Side]:
    return [Side(USUAL, seconds, seconds * 2) for seconds in theirs] + [
        Side(OURS, seconds, seconds) for seconds in ours
    ]


def test_medians_are_compared_and_the_requirement_is_ten_times() -> None:
    measured = figures(sides([30.0, 20.0, 90.0], [3.0, 2.0, 9.0]), 10_000, {"c_star": 2e-6})
    assert measured["ways"][USUAL]["ratio"] == pytest.approx(10.0)
    assert measured["ways"][OURS]["cases_per_second"] == pytest.approx(10_000 / 3.0)
    assert (measured["rounds"], measured["is_met"], measured["agrees"]) == (3, True, True)
    assert not figures(sides([29.9], [3.0]), 10_000, {})["is_met"]


def test_nothing_is_said_of_a_way_that_was_not_measured() -> None:
    sides = [Side("100 cases per task", 5.0, 9.0), Side(OURS, 5.0, 8.0)]
    assert f"beside '{USUAL}': not measured" in report(figures(sides, 10_000, {}))


def test_answers_that_differ_are_no_agreement() -> None:
    assert not figures(sides([30.0], [3.0]), 100, {"c_star": 2e-5})["agrees"]
    theirs = np.array([[1800.0, 340.0], [1790.0, 350.0]])
    assert agreement(theirs * [1 + 3e-6, 1.0], theirs, NAMES) == pytest.approx(
        {"c_star": 3e-6, "specific_impulse_vacuum": 0.0}
    )


@pytest.mark.parametrize("missing", [np.nan, 0.0])
def test_a_case_without_an_answer_is_no_agreement(missing: float) -> None:
    theirs = np.array([[1800.0, 340.0], [1790.0, missing]])
    found = agreement(np.full((2, 2), 1800.0), theirs, NAMES)
    assert np.isfinite(found["c_star"])
    assert found["specific_impulse_vacuum"] == np.inf


def test_too_few_answers_are_an_error() -> None:
    with pytest.raises(ValueError, match="answers"):
        agreement(np.zeros((2, 2)), np.zeros((1, 2)), NAMES)


def test_the_report_shows_every_way_with_its_spread_and_the_verdict() -> None:
    text = report(figures(sides([30.0, 24.0, 36.0], [5.0]), 10_000, {"c_star": 2e-6}))
    usual = next(line for line in text.splitlines() if line.startswith(f"| {USUAL}"))
    assert "30.0 (24.0 - 36.0)" in usual
    assert usual.endswith("| 6.0x | 60.0 | 12.0x |")
    assert f"beside '{USUAL}': no" in text
    assert "c_star 2.0e-06" in text


def test_cases_are_posted_in_order_and_all_of_them() -> None:
    points = drawn(2_500, 1)
    posted = client.requests(points)
    assert [len(part) for part in posted] == [1_000, 1_000, 500]
    assert [case["mixture_ratio"] for part in posted for case in part] == points.mixture_ratio.tolist()
    assert json.loads(json.dumps(posted[0][0]))["chamber_pressure"] == points.chamber_pressure[0]


def stack_that_answers(done: list[int], answers: list[list[float]]) -> httpx.Client:
    states = iter(done)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/answers"):
            return httpx.Response(200, json=answers)
        return httpx.Response(200, json={"cases": 2, "done": next(states, done[-1])})

    return httpx.Client(base_url="http://peer", transport=httpx.MockTransport(answer))


def test_answers_are_fetched_when_all_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "POLL_SECONDS", 0.0)
    found = client.finished(stack_that_answers([0, 1, 2], [[1.0], [2.0]]), "7")
    assert found == [[1.0], [2.0]]


def test_a_stack_whose_workers_died_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "POLL_SECONDS", 0.0)
    monkeypatch.setattr(client, "LONGEST_SECONDS", 0.05)
    with pytest.raises(WorkerError, match="1 of 2 cases"):
        client.finished(stack_that_answers([1], []), "7")


def test_both_sides_get_the_very_numbers() -> None:
    points = drawn(100, 7)
    assert (points.chamber_pressure == np.round(points.chamber_pressure)).all()
    assert (points.mixture_ratio == np.round(points.mixture_ratio, 6)).all()
    assert not np.array_equal(points.mixture_ratio, drawn(100, 8).mixture_ratio)


def test_everything_listens_on_the_loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    class Found:
        stdout = "/opt/valkey-server\n"

    monkeypatch.setattr("benchmarks.peers.stack.subprocess.run", lambda *_, **__: Found())
    lines = commands(Path("/opt/python"), 7001, 7002)
    assert list(lines) == ["redis", "celery", "web"]
    assert lines["redis"][:5] == ["/opt/valkey-server", "--port", "7001", "--bind", "127.0.0.1"]
    assert lines["web"][4:8] == ["--host", "127.0.0.1", "--port", "7002"]
    assert lines["celery"][lines["celery"].index("--concurrency") + 1] == "2"


def test_a_folder_that_is_no_environment_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="give the folder of a virtual environment"):
        peer_python(tmp_path)


def test_without_a_compiler_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from benchmarks.peers import environment

    missing = environment.set_up.Environment("peers", tmp_path / "none", environment.PEERS.requirements)
    monkeypatch.setattr(environment, "PEERS", missing)
    monkeypatch.setattr(environment.set_up, "build_tools_present", lambda: False)
    monkeypatch.setattr(environment.set_up, "build_packages", lambda: ["gfortran"])
    with pytest.raises(UnavailableError, match="apt-get install gfortran"):
        peer_python()


def test_a_hurry_makes_it_smaller_and_says_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert conventional_stack.arguments([]).cases == 10_000
    quick = conventional_stack.arguments(["--quick"])
    assert (quick.cases, quick.rounds) == (2_000, 1)
    with pytest.raises(SystemExit):
        conventional_stack.arguments(["--cases", "-1"])
    assert "1 or more" in capsys.readouterr().err
