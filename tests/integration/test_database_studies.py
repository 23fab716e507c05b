"""Studies and their tasks on a real PostgreSQL."""

import time
from collections.abc import Iterator
from threading import Barrier, Thread
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib.adapters.database.unit_of_work import Database
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.study import ClaimedTask, NewStudy, Route, StudyStatus, TaskPieces, TaskState
from chalicelib.views.get_study import get_study
from chalicelib.views.list_studies import list_studies
from runtime.embedded.stack import Stack
from tests.integration.databases import migrated_database, url_of

ESTIMATE = {"cases": 10, "seconds": 1.0}


@pytest.fixture
def database(stack: Stack) -> Iterator[Database]:
    with migrated_database(stack.environment["HRMA_DATABASE_URL"]) as database:
        yield database


def add(database: Database, *, planned: bool = True, project: str = "apollo", type: str = "sweep") -> UUID:
    study_id = uuid4()
    document = {"type": type, "base": {}}
    with database.unit_of_work() as work:
        work.studies.add(
            NewStudy(
                study_id, project, "ada", type, "liquid", document, 10, ESTIMATE, 40.0, Route.TASKS, "c-1"
            )
        )
        if planned:
            assert work.studies.planned(study_id, [TaskPieces(0, 1, 6), TaskPieces(2, 2, 4)], "0.1.0")
    return study_id


def claim(
    database: Database, study_id: UUID, task: int = 0, token: str = "", seconds: float = 60
) -> ClaimedTask | None:
    with database.unit_of_work() as work:
        return work.studies.claim_task(
            study_id, task, task_token=token, lease_owner=uuid4(), lease_seconds=seconds
        )


def claimed(database: Database, study_id: UUID, task: int = 0, **options: Any) -> ClaimedTask:
    found = claim(database, study_id, task, **options)
    assert found is not None
    return found


def progress(database: Database, claim: ClaimedTask, cases: int, pieces: int = 0) -> bool:
    with database.unit_of_work() as work:
        return work.studies.progress(claim, pieces=pieces, cases=cases, lease_seconds=60)


def finish(database: Database, claim: ClaimedTask) -> bool:
    with database.unit_of_work() as work:
        return work.studies.finish_task(claim)


def shown(database: Database, study_id: UUID) -> dict[str, Any]:
    return get_study(study_id, project="apollo", reader=database.reader)


def end(database: Database, study_id: UUID, **outcome: Any) -> bool:
    with database.unit_of_work() as work:
        return work.studies.finish(study_id, **{"summary": None, "error": None, **outcome})


def test_a_plan_is_kept_once(database: Database) -> None:
    study_id = add(database)
    with database.unit_of_work() as work:
        assert not work.studies.planned(study_id, [TaskPieces(0, 9, 10)], "0.2.0")
        study = work.studies.get(study_id)
        assert work.studies.open_tasks(study_id) == [0, 1]
    assert study is not None
    assert (study.status, study.tasks, study.launches) == (StudyStatus.RUNNING, 2, 0)


def test_a_task_has_one_owner_until_its_lease_ends(database: Database) -> None:
    study_id = add(database)
    first = claimed(database, study_id, seconds=0.05)
    assert (first.first_piece, first.last_piece, first.pieces_done, first.attempts) == (0, 1, 0, 1)
    assert claim(database, study_id) is None
    time.sleep(0.1)
    second = claimed(database, study_id)
    assert second.attempts == 2
    assert not progress(database, first, 3)
    assert not finish(database, first)
    assert progress(database, second, 3)


def test_progress_is_kept_and_shown_with_its_rate(database: Database) -> None:
    study_id = add(database)
    task = claimed(database, study_id)
    assert progress(database, task, 5, pieces=1)
    found = shown(database, study_id)["progress"]
    assert (found["cases_done"], found["cases"], found["fraction"]) == (5, 10, 0.5)
    assert (found["pieces_done"], found["pieces"], found["tasks_done"], found["tasks"]) == (1, 3, 0, 2)
    assert found["seconds_left"] == pytest.approx(5 / found["rate"], rel=0.1, abs=0.1)
    with database.unit_of_work() as work:
        work.studies.release_task(task, {"code": "internal_error", "message": "broke"})
    assert claimed(database, study_id).pieces_done == 1


def test_of_two_tasks_that_end_at_once_one_sees_that_it_was_the_last(database: Database) -> None:
    for _ in range(5):
        study_id = add(database)
        tasks = [claimed(database, study_id, number) for number in range(2)]
        together, left = Barrier(2), []

        def work_on(task: ClaimedTask, together: Barrier = together, left: list[int] = left) -> None:
            together.wait()
            with database.unit_of_work() as work:
                assert work.studies.finish_task(task)
                left.append(len(work.studies.open_tasks(task.study_id)))

        workers = [Thread(target=work_on, args=(task,)) for task in tasks]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert sorted(left) == [0, 1]


def test_an_attempt_that_was_told_to_stop_is_not_counted(database: Database) -> None:
    study_id = add(database)
    with database.unit_of_work() as work:
        work.studies.release_task(claimed(database, study_id), None)
    again = claimed(database, study_id)
    assert again.attempts == 1
    with database.unit_of_work() as work:
        work.studies.release_task(again, {"code": "x", "message": "broke"})
    assert claimed(database, study_id).attempts == 2


def test_a_lost_worker_frees_its_task_and_the_study_waits_to_go_on(database: Database) -> None:
    study_id = add(database)
    claimed(database, study_id, token="t-0", seconds=0)
    claimed(database, study_id, 1, token="t-1", seconds=60)
    with database.unit_of_work() as work:
        dropped = work.studies.drop_expired(attempts=3, limit=10)
        assert [(one.task, one.task_token, one.gave_up) for one in dropped] == [(0, "t-0", False)]
        assert work.studies.drop_expired(attempts=3, limit=10) == []
        assert work.studies.stale(seconds=60, limit=10) == []
    assert claim(database, study_id, 1) is None
    with psycopg.connect(url_of(database), autocommit=True) as connection:
        connection.execute("UPDATE study_tasks SET lease_expires_at = now() WHERE task = 1")
    with database.unit_of_work() as work:
        assert len(work.studies.drop_expired(attempts=3, limit=10)) == 1
        assert work.studies.stale(seconds=60, limit=10) == [(study_id, "c-1")]
        assert work.studies.stale(seconds=60, limit=10) == []


def test_after_its_attempts_a_task_fails_the_study_with_what_broke_last(database: Database) -> None:
    study_id = add(database)
    for attempt in range(2):
        task = claimed(database, study_id, token=f"t-{attempt}", seconds=0)
        with database.unit_of_work() as work:
            if attempt == 0:
                work.studies.release_task(task, {"code": "internal_error", "message": "the memory is full"})
            else:
                (dropped,) = work.studies.drop_expired(attempts=2, limit=10)
                assert dropped.gave_up
    study = shown(database, study_id)
    assert (study["status"], study["error"]["code"]) == ("failed", "attempts_exhausted")
    assert study["error"]["cause"] == "the memory is full"


def test_a_study_that_waits_too_long_is_stale_and_each_sending_doubles_the_wait(database: Database) -> None:
    study_id = add(database, planned=False)

    def stale(seconds: float) -> list[tuple[UUID, str]]:
        with database.unit_of_work() as work:
            return work.studies.stale(seconds=seconds, limit=10)

    assert stale(60) == []
    time.sleep(0.4)
    assert stale(0.3) == [(study_id, "c-1")]
    time.sleep(0.4)
    assert stale(0.3) == []
    time.sleep(0.3)
    assert stale(0.3) == [(study_id, "c-1")]


def test_an_end_that_nobody_made_is_stale(database: Database) -> None:
    study_id = add(database)
    for number in range(2):
        assert finish(database, claimed(database, study_id, number))
    with database.unit_of_work() as work:
        assert work.studies.stale(seconds=0, limit=10) == []
        assert work.studies.stale_finishes(seconds=60, limit=10) == []
    time.sleep(0.1)
    with database.unit_of_work() as work:
        assert work.studies.stale_finishes(seconds=0.05, limit=10) == [(study_id, "c-1")]


def test_a_study_ends_once(database: Database) -> None:
    study_id = add(database)
    task = claimed(database, study_id)
    assert end(database, study_id, summary={"best": 450.0})
    assert not end(database, study_id, error={"code": "x", "message": "late"})
    assert not progress(database, task, 5)
    assert not finish(database, task)
    study = shown(database, study_id)
    assert (study["status"], study["result"]) == ("succeeded", {"best": 450.0})
    assert "error" not in study
    assert study["tables"]["parquet"].endswith("?format=parquet")


def test_a_cancelled_study_stops_its_workers(database: Database) -> None:
    study_id = add(database)
    task = claimed(database, study_id)
    with database.unit_of_work() as work:
        assert work.studies.cancel(study_id, "soyuz") is None
        cancelled = work.studies.cancel(study_id, "apollo")
        assert work.studies.task_state(study_id, 0) == TaskState(over=True, status=StudyStatus.CANCELLED)
        assert work.studies.drop_expired(attempts=1, limit=10) == []
    assert cancelled is not None
    assert cancelled.status == StudyStatus.CANCELLED
    assert not progress(database, task, 5)
    assert claim(database, study_id, 1) is None


def test_a_deleted_study_is_seen_by_nobody(database: Database) -> None:
    study_id = add(database)
    with database.unit_of_work() as work:
        assert work.studies.delete(study_id, "apollo") is not None
        assert work.studies.delete(study_id, "apollo") is None
        assert work.studies.cancel(study_id, "apollo") is None
    with pytest.raises(NotFoundError):
        shown(database, study_id)
    assert list_studies(project="apollo", reader=database.reader)["items"] == []


def test_the_quota_counts_what_was_started_and_of_the_rest_what_was_computed(database: Database) -> None:
    add(database)
    add(database, project="soyuz")
    failed = add(database)
    progress(database, claimed(database, failed), 5)
    end(database, failed, error={"code": "x", "message": "broke"})
    with database.unit_of_work() as work:
        work.studies.cancel(add(database, planned=False), "apollo")
        assert work.studies.seconds_used("apollo", hours=24) == pytest.approx(40.0 + 20.0)
        assert work.studies.seconds_used("apollo", hours=0) == 0.0


def test_two_studies_never_share_what_is_left_of_the_quota(database: Database) -> None:
    with database.unit_of_work() as work:
        work.studies.lock_quota("apollo")
        with psycopg.connect(url_of(database)) as other:
            other.execute("SET lock_timeout = '100ms'")
            statement = "SELECT pg_advisory_xact_lock(hashtextextended('study quota' || chr(31) || %s, 0))"
            other.execute(statement, ["soyuz"])
            with pytest.raises(psycopg.errors.LockNotAvailable):
                other.execute(statement, ["apollo"])


def test_a_launch_is_counted_once(database: Database) -> None:
    study_id = add(database)
    with database.unit_of_work() as work:
        assert work.studies.launched(study_id, 0)
        assert not work.studies.launched(study_id, 0)
        study = work.studies.get(study_id)
    assert study is not None
    assert study.launches == 1


def test_what_a_dead_letter_failed_goes_on_where_it_was(database: Database) -> None:
    letter = {"code": "dead_letter", "message": "every attempt broke"}
    begun, queued = add(database), add(database, planned=False)
    claimed(database, begun)
    for study_id in (begun, queued):
        end(database, study_id, error=letter)
        with database.unit_of_work() as work:
            work.studies.revive(study_id)
    assert shown(database, begun)["status"] == "running"
    assert shown(database, queued)["status"] == "queued"
    broken = add(database)
    end(database, broken, error={"code": "attempts_exhausted", "message": "no"})
    with database.unit_of_work() as work:
        work.studies.revive(broken)
    assert shown(database, broken)["status"] == "failed"


def test_the_list_is_filtered_and_paged_newest_first(database: Database) -> None:
    ids = [str(add(database, type=type)) for type in ("sweep", "sweep", "uncertainty", "sweep")]
    end(database, UUID(ids[3]), summary={})
    page = list_studies(project="apollo", reader=database.reader, type="sweep", limit=2)
    assert [one["id"] for one in page["items"]] == [ids[3], ids[1]]
    rest = list_studies(
        project="apollo", reader=database.reader, type="sweep", limit=2, cursor=page["next_cursor"]
    )
    assert ([one["id"] for one in rest["items"]], rest["next_cursor"]) == ([ids[0]], None)
    running = list_studies(project="apollo", reader=database.reader, status="running")
    assert [one["id"] for one in running["items"]] == ids[2::-1]


def test_a_task_of_an_unknown_study_is_over(database: Database) -> None:
    with database.unit_of_work() as work:
        assert work.studies.get(uuid4()) is None
        assert work.studies.task_state(uuid4(), 0).over
