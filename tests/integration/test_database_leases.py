"""Who may solve an analysis, on a real PostgreSQL."""

import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib.adapters.database.unit_of_work import Database
from chalicelib.domain.analysis import NewAnalysis, Outcome
from chalicelib.views.get_analysis import get_analysis
from runtime.embedded.stack import Stack
from tests.integration.databases import migrated_database

SPEC: dict[str, Any] = {
    "motor_type": "liquid",
    "propellant": {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0},
}
RESULT = {"thrust": 1000.0, "specific_impulse": 300.0, "specific_impulse_vacuum": 350.0, "c_star": 1800.0}


@pytest.fixture
def database(stack: Stack) -> Iterator[Database]:
    with migrated_database(stack.environment["HRMA_DATABASE_URL"]) as database:
        yield database


def add(database: Database, count: int = 1, **spec: Any) -> list[UUID]:
    ids = [uuid4() for _ in range(count)]
    with database.unit_of_work() as work:
        for analysis_id in ids:
            work.analyses.add(NewAnalysis(analysis_id, "apollo", "ada", "liquid", SPEC | spec, "c-1"))
    return ids


def claim(database: Database, ids: list[UUID], seconds: float = 60.0) -> tuple[UUID, list[UUID]]:
    owner = uuid4()
    with database.unit_of_work() as work:
        claimed = work.analyses.claim(ids, lease_owner=owner, lease_seconds=seconds)
    return owner, [analysis.id for analysis in claimed]


def record(database: Database, outcomes: list[Outcome], owner: UUID) -> frozenset[UUID]:
    with database.unit_of_work() as work:
        return work.analyses.record(outcomes, lease_owner=owner)


def status(database: Database, analysis_id: UUID) -> str:
    return str(get_analysis(analysis_id, project="apollo", reader=database.reader)["status"])


def test_a_claimed_analysis_is_not_claimed_again(database: Database) -> None:
    ids = add(database, 3)
    assert sorted(claim(database, ids)[1]) == sorted(ids)
    assert claim(database, ids)[1] == []


def test_a_claim_whose_answer_was_lost_can_be_repeated_by_its_owner(database: Database) -> None:
    ids = add(database, 2)
    owner, _ = claim(database, ids)
    with database.unit_of_work() as work:
        again = work.analyses.claim(ids, lease_owner=owner, lease_seconds=60)
    assert sorted(analysis.id for analysis in again) == sorted(ids)


def test_workers_that_claim_at_once_share_the_analyses_without_overlap(database: Database) -> None:
    ids = add(database, 40)
    found: list[UUID] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        for first in range(0, 40, 10):
            found.extend(claim(database, ids[first : first + 10])[1])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(ids)


def test_a_row_that_another_claim_holds_is_skipped_and_not_waited_for(database: Database) -> None:
    first, second = add(database, 2)
    with database.unit_of_work() as work:
        work.analyses.claim([first], lease_owner=uuid4(), lease_seconds=60)
        assert claim(database, [first, second])[1] == [second]


def test_an_expired_lease_may_be_claimed_and_the_first_owner_can_no_longer_write(database: Database) -> None:
    (analysis_id,) = add(database)
    zombie, _ = claim(database, [analysis_id], seconds=0.05)
    time.sleep(0.1)
    owner, claimed = claim(database, [analysis_id])
    assert claimed == [analysis_id]
    assert record(database, [Outcome(analysis_id, RESULT | {"thrust": 1.0})], zombie) == frozenset()
    assert record(database, [Outcome(analysis_id, RESULT)], owner) == {analysis_id}
    assert record(database, [Outcome(analysis_id, RESULT | {"thrust": 1.0})], zombie) == frozenset()
    found = get_analysis(analysis_id, project="apollo", reader=database.reader)
    assert (found["status"], found["attempts"], found["result"]["thrust"]) == ("succeeded", 2, 1000.0)


def test_recording_again_by_the_same_owner_is_taken_for_done_and_counts_once(database: Database) -> None:
    (analysis_id,) = add(database)
    owner, _ = claim(database, [analysis_id])
    outcome = Outcome(analysis_id, RESULT)
    assert record(database, [outcome], owner) == record(database, [outcome], owner) == {analysis_id}
    with psycopg.connect(database._url) as connection:
        assert connection.execute("SELECT count(*) FROM analysis_results").fetchone() == (1,)
        assert connection.execute("SELECT analyses FROM propellant_combinations").fetchone() == (1,)


def test_what_broke_goes_back_to_queued_and_keeps_its_error_for_the_end(database: Database) -> None:
    (analysis_id,) = add(database)
    owner, _ = claim(database, [analysis_id])
    with database.unit_of_work() as work:
        work.analyses.release({analysis_id: {"code": "internal_error", "message": "boom"}}, lease_owner=owner)
    assert status(database, analysis_id) == "queued"
    with database.unit_of_work() as work:
        assert work.analyses.fail(analysis_id, {"code": "dead_letter", "message": "given up"})
    found = get_analysis(analysis_id, project="apollo", reader=database.reader)
    assert found["error"] == {"code": "dead_letter", "message": "given up", "cause": "boom"}


def test_the_sweeper_takes_up_expired_leases_and_gives_up_after_the_last_attempt(database: Database) -> None:
    (analysis_id,) = add(database)
    for _ in range(2):
        assert claim(database, [analysis_id], seconds=0.01)[1]
        time.sleep(0.05)
        with database.unit_of_work() as work:
            assert work.analyses.fail_exhausted(attempts=3, stale_seconds=60, limit=10) == []
            assert work.analyses.release_expired(attempts=3, limit=10) == [analysis_id]
            assert work.analyses.stale(seconds=60, limit=10) == [(analysis_id, "c-1")]
            assert work.analyses.stale(seconds=60, limit=10) == []
    assert claim(database, [analysis_id], seconds=0.01)[1]
    time.sleep(0.05)
    with database.unit_of_work() as work:
        assert work.analyses.fail_exhausted(attempts=3, stale_seconds=60, limit=10) == [analysis_id]
    found = get_analysis(analysis_id, project="apollo", reader=database.reader)
    assert (found["status"], found["error"]["code"]) == ("failed", "attempts_exhausted")


def test_a_live_lease_is_left_alone_by_the_sweeper(database: Database) -> None:
    ids = add(database)
    claim(database, ids)
    with database.unit_of_work() as work:
        assert work.analyses.release_expired(attempts=3, limit=10) == []
        assert work.analyses.fail_exhausted(attempts=1, stale_seconds=0, limit=10) == []


def test_the_wait_before_a_message_is_sent_again_doubles(database: Database) -> None:
    (analysis_id,) = add(database)
    sent_again = []
    with psycopg.connect(database._url, autocommit=True) as connection:
        for age in (90, 110, 190, 210):
            connection.execute("UPDATE analyses SET last_sent_at = now() - make_interval(secs => %s)", (age,))
            with database.unit_of_work() as work:
                sent_again.append(bool(work.analyses.stale(seconds=100, limit=10)))
    assert sent_again == [False, True, False, True]
    assert status(database, analysis_id) == "queued"


@pytest.mark.parametrize("ending", ["cancel", "delete"])
def test_a_running_analysis_that_is_cancelled_or_deleted_takes_no_result(
    database: Database, ending: str
) -> None:
    (analysis_id,) = add(database)
    owner, _ = claim(database, [analysis_id])
    with database.unit_of_work() as work:
        assert getattr(work.analyses, ending)(analysis_id, "apollo")
    assert record(database, [Outcome(analysis_id, RESULT)], owner) == frozenset()
    assert claim(database, [analysis_id])[1] == []


def test_another_project_can_neither_cancel_nor_delete_nor_read(database: Database) -> None:
    (analysis_id,) = add(database)
    with database.unit_of_work() as work:
        assert work.analyses.cancel(analysis_id, "gemini") is None
        assert not work.analyses.delete(analysis_id, "gemini")
        assert work.analyses.spec(analysis_id, "gemini") is None
    assert status(database, analysis_id) == "queued"


def test_combinations_keep_the_count_and_the_best_of_every_pair(database: Database) -> None:
    first, second, third = add(database, 3)
    owner, _ = claim(database, [first, second, third])
    record(database, [Outcome(first, RESULT), Outcome(second, RESULT | {"c_star": 2000.0})], owner)
    record(database, [Outcome(third, RESULT | {"specific_impulse_vacuum": 400.0})], owner)
    with psycopg.connect(database._url) as connection:
        rows = connection.execute(
            "SELECT fuel, oxidizer, analyses, best_c_star, best_specific_impulse_vacuum, best_analysis_id "
            "FROM propellant_combinations"
        ).fetchall()
    assert rows == [("LH2", "LOX", 3, 2000.0, 400.0, third)]


@pytest.mark.parametrize(
    "propellant",
    [
        {"monopropellant": "N2H4"},
        {"fuel": [{"name": "N2H4", "mass_fraction": 1.0}] * 32, "oxidizer": "N2O4", "equivalence_ratio": 1.0},
    ],
    ids=["monopropellant", "ingredients"],
)
def test_what_is_no_pair_of_names_is_solved_and_not_remembered(
    database: Database, propellant: dict[str, Any]
) -> None:
    (analysis_id,) = add(database, propellant=propellant)
    owner, _ = claim(database, [analysis_id])
    record(database, [Outcome(analysis_id, RESULT)], owner)
    assert status(database, analysis_id) == "succeeded"
    with psycopg.connect(database._url) as connection:
        assert connection.execute("SELECT count(*) FROM propellant_combinations").fetchone() == (0,)
