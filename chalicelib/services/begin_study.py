"""Begin a study, or go on with one: cut it into tasks, and solve it here or have a workflow do so."""

import logging
import math
from uuid import UUID

from chalicelib.adapters.ports import ObjectStore, Queue, UnitOfWorkFactory, WorkflowLauncher
from chalicelib.domain.errors import InvalidRequestError, NotFoundError
from chalicelib.domain.study import Route, Study, StudyLimits, StudyPace, StudyStatus, TaskPieces
from chalicelib.services.check_study import check_study
from chalicelib.services.estimate_duration import estimate_duration
from chalicelib.services.retrying import retried
from chalicelib.services.run_study_task import run_study_task
from chalicelib.services.study_pieces import cases_of, group_pieces

logger = logging.getLogger(__name__)


def begin_study(
    study_id: UUID,
    *,
    unit_of_work: UnitOfWorkFactory,
    object_store: ObjectStore,
    workflows: WorkflowLauncher,
    queue: Queue,
    results_bucket: str,
    study_limits: StudyLimits,
    study_pace: StudyPace,
) -> None:
    """Plans the study where that is not done, and sees to it that somebody works on it.

    A short study is solved here. For a long one a workflow is started, unless one goes on already. The
    message may come twice, and the process may die anywhere: a second call goes on where the first one
    stopped. A study that has ended is left alone.

    Raises NotFoundError for an unknown study; what breaks in the outside world is raised too, so that
    the message is delivered again.
    """
    study = _load(study_id, unit_of_work)
    if study.status == StudyStatus.QUEUED:
        _plan(study, unit_of_work, study_limits)
        study = _load(study_id, unit_of_work)
    if study.status != StudyStatus.RUNNING:
        logger.info("study %s is %s already", study_id, study.status)
        return
    tasks = _open_tasks(study_id, unit_of_work)
    if study.route == Route.TASKS and tasks:
        _launch(study, tasks, unit_of_work, workflows)
        return
    for task in tasks:
        run_study_task(
            study_id,
            task,
            "",
            unit_of_work=unit_of_work,
            object_store=object_store,
            workflows=workflows,
            queue=queue,
            results_bucket=results_bucket,
            study_pace=study_pace,
        )


@retried
def _load(study_id: UUID, unit_of_work: UnitOfWorkFactory) -> Study:
    with unit_of_work() as work:
        study = work.studies.get(study_id)
    if study is None:
        raise NotFoundError(f"there is no study {study_id}")
    return study


@retried
def _open_tasks(study_id: UUID, unit_of_work: UnitOfWorkFactory) -> list[int]:
    with unit_of_work() as work:
        return work.studies.open_tasks(study_id)


def _plan(study: Study, unit_of_work: UnitOfWorkFactory, limits: StudyLimits) -> None:
    """Cuts the study; one that this engine refuses, though it was accepted, has failed."""
    from engine import __version__

    try:
        tasks = _cut(study, limits)
    except InvalidRequestError as error:
        _refuse(study.id, error, unit_of_work)
        return
    _keep(study.id, tasks, __version__, unit_of_work)


def _cut(study: Study, limits: StudyLimits) -> list[TaskPieces]:
    from engine.studies.running import pieces

    found = pieces(check_study(study.document))
    if study.route == Route.FUNCTION:
        return group_pieces(found, 1)
    cases = sum(cases_of(piece) for piece in found)
    seconds = estimate_duration(cases, study.document, case_seconds=limits.case_seconds)
    return group_pieces(found, max(1, min(limits.most_tasks, math.ceil(seconds / limits.task_seconds))))


@retried
def _keep(study_id: UUID, tasks: list[TaskPieces], version: str, unit_of_work: UnitOfWorkFactory) -> None:
    with unit_of_work() as work:
        work.studies.planned(study_id, tasks, version)


@retried
def _refuse(study_id: UUID, error: InvalidRequestError, unit_of_work: UnitOfWorkFactory) -> None:
    with unit_of_work() as work:
        work.studies.finish(study_id, summary=None, error={"code": error.code, "message": error.detail})


def _launch(
    study: Study, tasks: list[int], unit_of_work: UnitOfWorkFactory, workflows: WorkflowLauncher
) -> None:
    """Starts the next workflow. A process that dies before it is counted starts the same one again: nothing."""
    if study.launches and workflows.study_runs(study.id, study.launches - 1):
        return
    workflows.start_study(study.id, study.launches, tasks, study.correlation_id)
    with unit_of_work() as work:
        work.studies.launched(study.id, study.launches)
