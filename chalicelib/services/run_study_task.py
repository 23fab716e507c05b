"""Solve one task of a study, piece by piece, from where the last attempt was."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from chalicelib.adapters.ports import ObjectStore, Queue, UnitOfWorkFactory, WorkflowLauncher
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.messages import StudyFinishRequested, encode
from chalicelib.domain.study import ClaimedTask, Study, StudyPace, StudyStatus, TaskEnd
from chalicelib.domain.study_keys import StudyKeys
from chalicelib.services.relay_outbox import relay_own
from chalicelib.services.retrying import retried
from chalicelib.services.study_keeping import Keeper
from chalicelib.services.study_pieces import cases_of
from engine.errors import AnalysisError

logger = logging.getLogger(__name__)

CANCELLED, FAILED, LOST = "StudyCancelled", "StudyFailed", "WorkerLost"
"""What the state machine's rules go by: only a lost worker is tried again."""


def run_study_task(
    study_id: UUID,
    task: int,
    task_token: str,
    *,
    unit_of_work: UnitOfWorkFactory,
    object_store: ObjectStore,
    workflows: WorkflowLauncher,
    queue: Queue,
    results_bucket: str,
    study_pace: StudyPace,
    stopping: Callable[[], bool] = lambda: False,
) -> TaskEnd:
    """Solves the task under a lease and tells the workflow, where one waits (`task_token` is not "").

    The parts and checkpoints lie under keys of their own, so that a second attempt changes nothing. Where
    nobody waits, the last task of a study asks for its end. `stopping` is asked between blocks.

    Raises NotFoundError for an unknown study, and what breaks unforeseen while attempts are left.
    """
    study, claim = _claim(study_id, task, task_token, unit_of_work, study_pace)
    if claim is None:
        return _look(study_id, task, task_token, unit_of_work, workflows)
    keeper = Keeper(
        claim,
        task_token,
        unit_of_work=unit_of_work,
        object_store=object_store,
        workflows=workflows,
        bucket=results_bucket,
        pace=study_pace,
        stopping=stopping,
    )
    try:
        with keeper:
            solved = _solve(study, claim, keeper)
    except AnalysisError as error:
        _fail(study_id, {"code": error.code, "message": str(error)}, task_token, unit_of_work, workflows)
        return TaskEnd.OVER
    except Exception as error:
        if _broke(claim, error, task_token, unit_of_work, workflows, study_pace):
            return TaskEnd.OVER
        raise
    if solved and (message_ids := _finish(study, claim, task_token, unit_of_work)) is not None:
        relay_own(message_ids, unit_of_work=unit_of_work, queue=queue)
        if task_token:
            workflows.report_success(task_token)
        return TaskEnd.OVER
    return _leave(claim, task_token, unit_of_work, workflows)


@retried
def _claim(
    study_id: UUID, task: int, task_token: str, unit_of_work: UnitOfWorkFactory, pace: StudyPace
) -> tuple[Study, ClaimedTask | None]:
    with unit_of_work() as work:
        study = work.studies.get(study_id)
        if study is None:
            raise NotFoundError(f"there is no study {study_id}")
        claim = work.studies.claim_task(
            study_id, task, task_token=task_token, lease_owner=uuid4(), lease_seconds=pace.lease_seconds
        )
    return study, claim


def _look(
    study_id: UUID, task: int, token: str, unit_of_work: UnitOfWorkFactory, workflows: WorkflowLauncher
) -> TaskEnd:
    """What is to be done about a task that could not be claimed."""
    with unit_of_work() as work:
        state = work.studies.task_state(study_id, task)
    if not state.over:
        return TaskEnd.BUSY
    if token and state.status in (StudyStatus.RUNNING, StudyStatus.SUCCEEDED):
        workflows.report_success(token)
    elif token:
        error = CANCELLED if state.status == StudyStatus.CANCELLED else FAILED
        workflows.report_failure(token, error=error, reason=f"the study is {state.status}")
    return TaskEnd.OVER


def _solve(study: Study, claim: ClaimedTask, keeper: Keeper) -> bool:
    """Whether all pieces of the task are solved; False where to stop before."""
    from engine.studies.models import parse_study
    from engine.studies.running import pieces, run_piece

    checked = parse_study(study.document)
    mine = list(pieces(checked))[claim.first_piece : claim.last_piece + 1]
    keys = StudyKeys(study.project, study.id)
    cases = sum(cases_of(piece) for piece in mine[: claim.pieces_done])
    keeper.begin(cases)
    for done, piece in enumerate(mine[claim.pieces_done :], start=claim.pieces_done):
        key = keys.state(piece.index)

        def keep(state: bytes, solved: int, done: int = done, cases: int = cases, key: str = key) -> bool:
            return keeper.keep(key, state, pieces=done, cases=cases + solved)

        part = run_piece(checked, piece, state=keeper.state(key), keep=keep)
        if part is None:
            return False
        cases += cases_of(piece)
        goes_on = keeper.keep_part(keys.part(piece.index), part, pieces=done + 1, cases=cases)
        if not goes_on and done + 1 < len(mine):
            return False
    return True


@retried
def _finish(
    study: Study, claim: ClaimedTask, task_token: str, unit_of_work: UnitOfWorkFactory
) -> list[int] | None:
    """Marks the task done; answers the messages to send, None where the task is no longer ours."""
    with unit_of_work() as work:
        if not work.studies.finish_task(claim):
            return None
        if task_token or work.studies.open_tasks(study.id):
            return []
        message = StudyFinishRequested(correlation_id=study.correlation_id, study_id=study.id)
        return work.outbox.add("study", [encode(message)])


def _leave(
    claim: ClaimedTask, token: str, unit_of_work: UnitOfWorkFactory, workflows: WorkflowLauncher
) -> TaskEnd:
    """Gives back a task that was not solved to its end, and says why."""
    _release(claim, None, unit_of_work)
    with unit_of_work() as work:
        state = work.studies.task_state(claim.study_id, claim.task)
    if state.over:
        return _look(claim.study_id, claim.task, token, unit_of_work, workflows)
    if token:
        workflows.report_failure(token, error=LOST, reason="the worker was told to stop")
    return TaskEnd.STOPPED


def _broke(
    claim: ClaimedTask,
    error: Exception,
    token: str,
    unit_of_work: UnitOfWorkFactory,
    workflows: WorkflowLauncher,
    pace: StudyPace,
) -> bool:
    """Whether that was the last attempt, and the study has failed; else the task waits for the next one."""
    described = {"code": "internal_error", "message": f"{type(error).__name__}: {error}"[:500]}
    if claim.attempts >= pace.attempts:
        logger.exception("task %d of study %s broke for the last time", claim.task, claim.study_id)
        message = f"none of {claim.attempts} attempts to solve task {claim.task} came to an end"
        failure = {"code": "attempts_exhausted", "message": message, "cause": described["message"]}
        _fail(claim.study_id, failure, token, unit_of_work, workflows)
        return True
    _release(claim, described, unit_of_work)
    if token:
        workflows.report_failure(token, error=LOST, reason=described["message"])
    return False


@retried
def _release(claim: ClaimedTask, error: dict[str, Any] | None, unit_of_work: UnitOfWorkFactory) -> None:
    with unit_of_work() as work:
        work.studies.release_task(claim, error)


def _fail(
    study_id: UUID,
    error: dict[str, Any],
    token: str,
    unit_of_work: UnitOfWorkFactory,
    workflows: WorkflowLauncher,
) -> None:
    _end(study_id, error, unit_of_work)
    if token:
        workflows.report_failure(token, error=FAILED, reason=error["message"])


@retried
def _end(study_id: UUID, error: dict[str, Any], unit_of_work: UnitOfWorkFactory) -> None:
    with unit_of_work() as work:
        work.studies.finish(study_id, summary=None, error=error)
