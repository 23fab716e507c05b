"""A study from its message to its tables, over outside systems in memory."""

import io
import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import ConflictError, NotFoundError
from chalicelib.domain.messages import StudyFinishRequested, StudyRequested, decode
from chalicelib.domain.study import NewStudy, Route, StudyLimits, StudyPace, StudyStatus, TaskEnd
from chalicelib.services.begin_study import begin_study
from chalicelib.services.cancel_study import cancel_study
from chalicelib.services.delete_study import delete_study
from chalicelib.services.finish_study import finish_study
from chalicelib.services.reap_studies import reap_studies
from chalicelib.services.record_dead_letter import record_dead_letter
from chalicelib.services.replay_dead_letter import replay_dead_letter
from chalicelib.services.run_study_task import run_study_task
from chalicelib.services.study_pieces import group_pieces
from engine.errors import AnalysisError
from tests.unit.chalicelib.fake_engine_studies import FakeEngine, FakePiece
from tests.unit.chalicelib.fake_studies import StoredStudy, StoredTask
from tests.unit.chalicelib.fakes import FakeDatabase, FakeObjectStore, FakeQueue, FakeWorkflows

LIMITS = StudyLimits({"liquid": 0.5, "other": 1.0}, 10.0, 4.0, 40, 1000, 1000.0)
EAGER = StudyPace(
    lease_seconds=60, silence_seconds=900, heartbeat_seconds=0, checkpoint_seconds=0, attempts=3
)
CASES = 10
SUM = float(sum(case * case for case in range(CASES)))


@dataclass
class World:
    """Everything that a study meets."""

    database: FakeDatabase
    store: FakeObjectStore
    queue: FakeQueue
    workflows: FakeWorkflows
    engine: FakeEngine
    pace: StudyPace = EAGER
    id: UUID = field(default_factory=uuid4)
    between: int = 0
    after: int = 0

    def add(self, route: Route = Route.FUNCTION, **document: Any) -> None:
        whole = {"type": "sweep", "base": {"motor_type": "liquid"}, "cases": CASES, **document}
        self.database.studies.add(
            NewStudy(self.id, "apollo", "ada", "sweep", "liquid", whole, CASES, {}, 6.0, route, "c-1")
        )

    def begin(self) -> None:
        self._call(begin_study, self.id, study_limits=LIMITS)

    def run(self, task: int = 0, token: str = "", stopping: Callable[[], bool] = lambda: False) -> TaskEnd:
        end: TaskEnd = self._call(run_study_task, self.id, task, token, stopping=stopping)
        return end

    def _call(self, use_case: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        return use_case(
            *arguments,
            unit_of_work=self.database.unit_of_work,
            object_store=self.store,
            workflows=self.workflows,
            queue=self.queue,
            results_bucket="results",
            study_pace=self.pace,
            **more,
        )

    def finish(self, token: str | None = None, error: str | None = None) -> None:
        finish_study(
            self.id,
            token,
            error,
            unit_of_work=self.database.unit_of_work,
            object_store=self.store,
            workflows=self.workflows,
            results_bucket="results",
        )

    def reap(self) -> dict[str, int]:
        return reap_studies(
            unit_of_work=self.database.unit_of_work,
            queue=self.queue,
            workflows=self.workflows,
            study_pace=self.pace,
            resend_seconds=60,
        )

    @property
    def row(self) -> StoredStudy:
        return self.database.studies.rows[self.id]

    @property
    def task(self) -> StoredTask:
        return self.row.tasks[0]

    @property
    def messages(self) -> list[Any]:
        return [decode(body) for _, body in self.queue.sent]


@pytest.fixture
def world(
    database: FakeDatabase,
    store: FakeObjectStore,
    queue: FakeQueue,
    workflows: FakeWorkflows,
    engine_studies: FakeEngine,
) -> World:
    return World(database, store, queue, workflows, engine_studies)


def test_a_short_study_is_solved_in_place_and_asks_for_its_end(world: World) -> None:
    world.add()
    world.begin()
    assert (world.task.done, world.task.cases_done, world.workflows.launches) == (True, CASES, [])
    assert world.messages == [StudyFinishRequested(correlation_id="c-1", study_id=world.id)]
    world.finish()
    assert (world.row.status, world.row.summary) == (StudyStatus.SUCCEEDED, {"sum": SUM, "cases": CASES})
    table = world.store.objects["results", f"apollo/{world.id}/cases.csv"]
    assert table.split()[:3] == [b'"square"', b"0", b"1"]


def test_both_tables_hold_the_same_cases(world: World) -> None:
    from pyarrow import parquet

    world.add()
    world.begin()
    world.finish()
    content = world.store.objects["results", f"apollo/{world.id}/cases.parquet"]
    assert parquet.read_table(io.BytesIO(content))["square"].to_pylist() == [n * n for n in range(CASES)]


def test_a_message_that_comes_twice_changes_nothing(world: World) -> None:
    world.add()
    world.begin()
    world.begin()
    world.finish()
    before = dict(world.store.objects)
    world.begin()
    world.finish()
    assert world.store.objects == before
    assert world.engine.blocks == [0, 2, 4, 6, 8]


def test_a_long_study_is_cut_and_given_to_a_workflow(world: World) -> None:
    world.add(Route.TASKS)
    world.begin()
    assert [task.pieces for task in world.row.tasks] == [(0, 1, 8), (2, 2, 2)]
    assert world.workflows.launches == [(world.id, 0, [0, 1])]
    assert world.row.launches == 1


def test_a_workflow_that_goes_on_is_not_started_again_and_one_that_is_lost_is(world: World) -> None:
    world.add(Route.TASKS)
    world.begin()
    world.begin()
    assert len(world.workflows.launches) == 1
    assert world.run(0, "t") == TaskEnd.OVER
    world.workflows.running.clear()
    world.begin()
    assert world.workflows.launches[1:] == [(world.id, 1, [1])]


def test_a_workflow_that_can_not_be_started_is_started_by_the_next_delivery(world: World) -> None:
    world.add(Route.TASKS)
    world.workflows.broken = True
    with pytest.raises(ConnectionError):
        world.begin()
    world.workflows.broken = False
    world.begin()
    assert world.workflows.launches == [(world.id, 0, [0, 1])]


def test_tasks_answer_their_tokens_and_leave_the_end_to_the_workflow(world: World) -> None:
    world.add(Route.TASKS)
    world.begin()
    assert [world.run(0, "a"), world.run(1, "b")] == [TaskEnd.OVER] * 2
    assert world.workflows.succeeded == ["a", "b"]
    assert world.workflows.beats.count("a") >= 4
    assert world.messages == []
    world.finish("end")
    assert world.workflows.succeeded[-1] == "end"
    assert world.row.status == StudyStatus.SUCCEEDED


def test_where_nobody_waits_the_last_task_asks_for_the_end(world: World) -> None:
    world.add(Route.TASKS)
    world.begin()
    world.run(1)
    assert world.messages == []
    world.run(0)
    assert [type(message) for message in world.messages] == [StudyFinishRequested]


def test_a_worker_that_died_leaves_a_checkpoint_that_the_next_one_begins_at(world: World) -> None:
    world.add(piece_cases=10)

    def die(first: int) -> None:
        if first == 6:
            raise KeyboardInterrupt

    world.engine.on_block = die
    with pytest.raises(KeyboardInterrupt):
        world.begin()
    assert (world.task.done, world.task.cases_done) == (False, 6)
    assert world.run() == TaskEnd.BUSY
    world.engine.on_block = lambda _first: None
    world.database.studies.expire()
    assert world.run() == TaskEnd.OVER
    assert world.engine.blocks == [0, 2, 4, 6, 8]
    world.finish()
    assert world.row.summary == {"sum": SUM, "cases": CASES}


def test_pieces_that_are_done_are_not_solved_again(world: World) -> None:
    world.add()

    def break_once(first: int) -> None:
        if first == 8 and world.task.attempts == 1:
            raise RuntimeError("the memory is full")

    world.engine.on_block = break_once
    with pytest.raises(RuntimeError):
        world.begin()
    assert world.task.error == {"code": "internal_error", "message": "RuntimeError: the memory is full"}
    world.begin()
    assert world.engine.blocks == [0, 2, 4, 6, 8]
    assert world.task.done


def test_a_worker_that_is_told_to_stop_writes_a_checkpoint_and_is_no_failed_attempt(world: World) -> None:
    world.pace = StudyPace(60, 900, 1000, 1000, 1)
    world.add(Route.TASKS, piece_cases=10)
    world.begin()
    assert world.run(0, "a", stopping=lambda: len(world.engine.blocks) == 3) == TaskEnd.STOPPED
    assert world.workflows.failed == [("a", "WorkerLost")]
    assert (world.task.attempts, world.task.owner) == (0, None)
    assert world.run(0, "b") == TaskEnd.OVER
    assert world.engine.blocks == [0, 2, 4, 6, 8]


def test_what_keeps_breaking_fails_after_its_attempts_and_the_workflow_does_not_try_again(
    world: World,
) -> None:
    world.add(Route.TASKS)
    world.begin()

    def break_always(first: int) -> None:
        raise RuntimeError("no")

    world.engine.on_block = break_always
    for token in ("a", "b"):
        with pytest.raises(RuntimeError):
            world.run(0, token)
    assert world.run(0, "c") == TaskEnd.OVER
    assert [error for _, error in world.workflows.failed] == ["WorkerLost", "WorkerLost", "StudyFailed"]
    assert world.row.error is not None
    assert world.row.error["code"] == "attempts_exhausted"
    assert world.row.error["cause"] == "RuntimeError: no"


def test_what_the_engine_refuses_for_good_is_not_tried_again(world: World) -> None:
    world.add()

    def refuse(first: int) -> None:
        raise AnalysisError("no case has an answer", code="no_answer")

    world.engine.on_block = refuse
    world.begin()
    assert world.row.status == StudyStatus.FAILED
    assert world.row.error == {"code": "no_answer", "message": "no case has an answer"}


def test_a_study_that_a_newer_engine_refuses_has_failed(world: World) -> None:
    world.add()
    world.database.studies.change(world.id, document={"type": "sweep", "base": {}})
    world.begin()
    assert world.row.status == StudyStatus.FAILED


def test_a_cancelled_study_stops_at_the_next_beat_and_its_workflow_ends(world: World) -> None:
    world.add(Route.TASKS)
    world.begin()

    def cancel(cases: int) -> None:
        if cases >= 2:
            world.database.studies.on_progress = lambda _cases: None
            cancelled = cancel_study(
                world.id,
                project="apollo",
                unit_of_work=world.database.unit_of_work,
                workflows=world.workflows,
            )
            assert cancelled == StudyStatus.CANCELLED

    world.database.studies.on_progress = cancel
    assert world.run(0, "a") == TaskEnd.OVER
    assert world.engine.blocks == [0]
    assert world.workflows.stopped == [(world.id, 0)]
    assert world.workflows.failed == [("a", "StudyCancelled")]
    assert world.run(1, "b") == TaskEnd.OVER
    assert world.engine.blocks == [0]


def test_cancelling_says_what_can_not_be(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.add(Route.TASKS)
    world.begin()

    def cancel(project: str = "apollo") -> StudyStatus:
        return cancel_study(
            world.id, project=project, unit_of_work=world.database.unit_of_work, workflows=world.workflows
        )

    with pytest.raises(NotFoundError):
        cancel("soyuz")
    world.workflows.broken = True
    with caplog.at_level(logging.ERROR):
        assert cancel() == cancel() == StudyStatus.CANCELLED
    world.row.status = StudyStatus.SUCCEEDED
    with pytest.raises(ConflictError, match="succeeded already"):
        cancel()


def test_a_deleted_study_is_cancelled_and_gone(world: World) -> None:
    world.add(Route.TASKS)
    world.begin()

    def delete() -> None:
        delete_study(
            world.id, project="apollo", unit_of_work=world.database.unit_of_work, workflows=world.workflows
        )

    delete()
    assert (world.row.status, world.workflows.stopped) == (StudyStatus.CANCELLED, [(world.id, 0)])
    with pytest.raises(NotFoundError):
        delete()


def test_a_worker_whose_lease_was_taken_leaves_the_task_to_the_other(world: World) -> None:
    world.add(Route.TASKS)
    world.begin()

    def take(cases: int) -> None:
        if cases == 2:
            world.task.owner = uuid4()

    world.database.studies.on_progress = take
    assert world.run(0, "a") == TaskEnd.STOPPED
    assert world.task.owner is not None
    assert not world.task.done


def test_a_database_that_is_away_for_a_moment_does_not_end_the_work(world: World) -> None:
    world.add()

    def go_away(first: int) -> None:
        world.database.failures = 1 if first == 2 else 0

    world.engine.on_block = go_away
    world.begin()
    assert world.task.done
    assert world.engine.blocks == [0, 2, 4, 6, 8]


def test_a_workflow_that_is_away_does_not_end_the_work(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_token: str) -> None:
        raise ConnectionError("the workflows are away")

    monkeypatch.setattr(world.workflows, "heartbeat", away)
    world.add(Route.TASKS)
    world.begin()
    assert world.run(0, "a") == TaskEnd.OVER
    assert world.workflows.succeeded == ["a"]


def test_a_long_block_does_not_cost_the_lease_and_a_block_that_hangs_does(world: World) -> None:
    world.add(Route.TASKS)
    world.begin()
    beats: list[int] = []
    world.database.studies.on_progress = beats.append
    world.pace = StudyPace(0.03, 0.3, 1000, 1000, 3)

    def take_long(first: int) -> None:
        if first == 2:
            time.sleep(0.2)
            world.between = len(beats)
            time.sleep(0.5)
            world.after = len(beats)
            time.sleep(0.1)
            assert len(beats) == world.after

    world.engine.on_block = take_long
    assert world.run(0, "a") == TaskEnd.OVER
    assert 3 < world.between < world.after
    assert set(beats[1 : world.after]) == {2}


def test_the_sweeper_tells_the_workflow_of_a_lost_worker_and_asks_to_go_on(world: World) -> None:
    world.add(Route.TASKS)
    world.begin()
    world.database.studies.claim_task(world.id, 0, task_token="a", lease_owner=uuid4(), lease_seconds=1)
    assert set(world.reap().values()) == {0}
    world.database.studies.expire()
    assert world.reap() == {"tasks_dropped": 1, "studies_resent": 1}
    assert world.workflows.failed == [("a", "WorkerLost")]
    assert world.messages == [StudyRequested(correlation_id="c-1", study_id=world.id)]


def test_the_sweeper_fails_a_study_after_the_attempts_of_a_task(world: World) -> None:
    world.add(Route.TASKS)
    world.begin()
    for token in "abc":
        world.database.studies.claim_task(world.id, 1, task_token=token, lease_owner=uuid4(), lease_seconds=1)
        world.database.studies.expire()
        world.reap()
    assert world.workflows.failed == [("a", "WorkerLost"), ("b", "WorkerLost"), ("c", "StudyFailed")]
    assert world.row.status == StudyStatus.FAILED


def test_a_finish_that_nobody_asked_for_is_asked_for_by_the_sweeper(world: World) -> None:
    world.add()
    world.begin()
    world.queue.sent.clear()
    world.row.is_stale = True
    assert world.reap()["studies_resent"] == 1
    assert world.messages == [StudyFinishRequested(correlation_id="c-1", study_id=world.id)]


def test_an_end_that_is_asked_for_too_early_is_left_alone(world: World) -> None:
    world.add(Route.TASKS)
    world.begin()
    world.run(0)
    world.finish()
    assert (world.row.status, world.row.summary) == (StudyStatus.RUNNING, None)


def test_a_workflow_that_gave_up_fails_the_study(world: World) -> None:
    world.add(Route.TASKS)
    world.begin()
    world.finish(error='{"Error": "ECS.AmazonECSException"}')
    assert world.row.error == {"code": "workflow_failed", "message": '{"Error": "ECS.AmazonECSException"}'}


def test_parts_that_can_not_be_merged_fail_the_study(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AnalysisError("a part is of another version", code="study_part_unreadable")

    world.add()
    world.begin()
    monkeypatch.setattr(sys.modules["engine.studies.running"], "merge", refuse)
    world.finish()
    assert world.row.error == {"code": "study_part_unreadable", "message": "a part is of another version"}


def test_a_dead_letter_fails_its_study_and_feeding_it_back_revives_it(world: World) -> None:
    world.add()
    body = StudyRequested(correlation_id="c-1", study_id=world.id).model_dump_json()
    letter = record_dead_letter(
        "m-1", body, {}, unit_of_work=world.database.unit_of_work, workflows=world.workflows
    )
    assert world.row.status == StudyStatus.FAILED
    replay_dead_letter(letter, unit_of_work=world.database.unit_of_work, queue=world.queue)
    assert world.row.status == StudyStatus.QUEUED
    assert world.messages == [StudyRequested(correlation_id="c-1", study_id=world.id)]


@pytest.mark.parametrize("use_case", ["begin", "run", "finish"])
def test_an_unknown_study_is_said_so(world: World, use_case: str) -> None:
    with pytest.raises(NotFoundError):
        getattr(world, use_case)()


@given(sizes=st.lists(st.integers(1, 50), min_size=1, max_size=60), tasks=st.integers(1, 20))
def test_tasks_hold_all_pieces_once_and_in_order(sizes: list[int], tasks: int) -> None:
    ends = [sum(sizes[: n + 1]) for n in range(len(sizes))]
    pieces = [
        FakePiece(n, end - size, end - 1) for n, (size, end) in enumerate(zip(sizes, ends, strict=True))
    ]
    groups = group_pieces(pieces, tasks)
    held = [n for group in groups for n in range(group.first_piece, group.last_piece + 1)]
    assert held == list(range(len(pieces)))
    assert 1 <= len(groups) <= tasks
    assert [group.cases for group in groups] == [
        sum(sizes[group.first_piece : group.last_piece + 1]) for group in groups
    ]
    assert max(group.cases for group in groups) <= ends[-1] / tasks + max(sizes)
