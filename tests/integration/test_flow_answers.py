"""What people get from the flow when nothing breaks: answers, comparisons with NASA CEA, and what was learnt."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.domain.errors import RequestInProgressError
from runtime.embedded.stack import Stack
from tests.integration.flow import ENGINE, Flow, flow_on


@pytest.fixture
def flow(stack: Stack) -> Iterator[Flow]:
    with flow_on(stack, {}) as flow:
        yield flow


def test_an_analysis_is_answered_with_its_whole_result(flow: Flow) -> None:
    analysis_id = flow.submit(thrust=1e6)
    assert flow.analysis(analysis_id)["status"] == "queued"
    flow.poll_until(lambda: flow.analysis(analysis_id)["status"] == "succeeded", "solve_queue")
    result = flow.analysis(analysis_id)["result"]
    assert result["thrust"] == pytest.approx(1e6)
    assert result["c_star"] == pytest.approx(2300, rel=0.02)
    assert result["stations"]["throat"]["mach"] == pytest.approx(1.0)
    assert result["composition"]["chamber"]["H2O"] > 0.5
    assert "validation" not in result
    row = flow.services.list_analyses(project=flow.project)["items"][0]
    assert (row["thrust"], row["c_star"]) == (result["thrust"], result["c_star"])


def test_a_validation_tells_the_deviations_and_is_kept_for_the_analysis_it_checks(flow: Flow) -> None:
    original = flow.submit()
    flow.poll_until(lambda: flow.analysis(original)["status"] == "succeeded", "solve_queue")
    submission = flow.services.request_validation(
        principal=flow.principal, correlation_id="flow", analysis_id=original
    )
    checking = submission.analysis_id
    flow.poll_until(lambda: flow.analysis(checking)["status"] == "succeeded", "solve_queue", seconds=60)
    report = flow.analysis(checking)["result"]["validation"]
    assert report["converged"]
    assert abs(report["worst_deviation"]) < 0.01
    for analysis_id in (checking, original):
        found = flow.services.get_validation(analysis_id, project=flow.project)
        assert (found["analysis_id"], found["validation"]) == (str(original), report)
    ((worst,),) = flow.query(
        "SELECT worst_deviation FROM validation_results WHERE analysis_id = %(i)s", i=original
    )
    assert worst == report["worst_deviation"]


def test_the_project_learns_which_pairs_it_analysed_and_the_best_of_each(flow: Flow) -> None:
    mixture = ENGINE["propellant"]
    ids = {ratio: flow.submit(propellant={**mixture, "mixture_ratio": ratio}) for ratio in (3.0, 8.0, 14.0)}
    flow.poll_until(
        lambda: {flow.analysis(id_)["status"] for id_ in ids.values()} == {"succeeded"}, "solve_queue"
    )
    listed = flow.services.list_propellants(project=flow.project)
    (pair,) = listed["combinations"]
    impulses = {ratio: flow.analysis(id_)["result"]["specific_impulse_vacuum"] for ratio, id_ in ids.items()}
    best = max(impulses, key=lambda ratio: impulses[ratio])
    assert (pair["fuel"], pair["oxidizer"], pair["analyses"]) == ("LH2", "LOX", 3)
    assert pair["best_specific_impulse_vacuum"] == impulses[best]
    assert pair["best_analysis_id"] == str(ids[best])
    assert pair["best_c_star_mixture_ratio"] == 3.0
    assert {"LH2", "RP-1"} <= {entry["name"] for entry in listed["fuels"]}
    assert "LOX" in {entry["name"] for entry in listed["oxidizers"]}


def test_a_repeated_key_answers_with_the_first_response(flow: Flow) -> None:
    def submit() -> tuple[object, bool]:
        submission = flow.services.submit_analysis(
            ENGINE, principal=flow.principal, correlation_id="flow", idempotency_key="one"
        )
        return submission.analysis_id, submission.replayed

    first, again = submit(), submit()
    assert (first[0], False, True) == (again[0], first[1], again[1])
    assert len(flow.services.list_analyses(project=flow.project)["items"]) == 1


def test_one_key_sent_many_times_at_once_makes_one_analysis(flow: Flow) -> None:
    def submit(_number: int) -> object:
        try:
            return flow.services.submit_analysis(
                ENGINE, principal=flow.principal, correlation_id="flow", idempotency_key="at once"
            ).analysis_id
        except RequestInProgressError:
            return None

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(submit, range(40)))
    assert len(answers - {None}) == 1
    assert len(flow.services.list_analyses(project=flow.project)["items"]) == 1
