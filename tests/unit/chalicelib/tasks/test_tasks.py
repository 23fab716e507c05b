"""The programs that a workflow starts, over faked services."""

from threading import Event
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest

from chalicelib import bootstrap, settings
from chalicelib.domain.study import TaskEnd
from chalicelib.tasks import shard, study

ID = UUID("8f14e45f-ceea-467f-a8d2-1d3b3c1f2a10")


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    faked = SimpleNamespace(run_study_task=Mock(), run_shard=Mock())
    monkeypatch.setattr(bootstrap, "services", lambda: faked)
    monkeypatch.setattr(study, "BUSY_SECONDS", 0.0)
    return faked


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> settings.StudyTask:
    for name, value in {"HRMA_STUDY_ID": str(ID), "HRMA_STUDY_TASK": "3", "HRMA_TASK_TOKEN": "t"}.items():
        monkeypatch.setenv(name, value)
    return settings.study_task()


@pytest.mark.parametrize(("end", "code"), [(TaskEnd.OVER, 0), (TaskEnd.STOPPED, 75)])
def test_the_exit_code_says_whether_something_is_left_to_do(
    services: SimpleNamespace, task: settings.StudyTask, end: TaskEnd, code: int
) -> None:
    services.run_study_task.return_value = end
    stopping = Event()
    assert study.run(task, stopping) == code
    services.run_study_task.assert_called_once_with(ID, 3, "t", stopping=stopping.is_set)


def test_a_task_that_another_has_is_waited_for(services: SimpleNamespace, task: settings.StudyTask) -> None:
    services.run_study_task.side_effect = [TaskEnd.BUSY, TaskEnd.BUSY, TaskEnd.OVER]
    assert study.run(task, Event()) == 0


def test_a_wait_ends_when_the_program_is_told_to(services: SimpleNamespace, task: settings.StudyTask) -> None:
    stopping = Event()

    def busy(*_: Any, **__: Any) -> TaskEnd:
        stopping.set()
        return TaskEnd.BUSY

    services.run_study_task.side_effect = busy
    assert study.run(task, stopping) == 75


def test_in_a_job_the_index_says_which_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HRMA_STUDY_ID", str(ID))
    monkeypatch.setenv("JOB_COMPLETION_INDEX", "5")
    assert (settings.study_task().study_task, settings.study_task().task_token) == (5, "")


def test_in_a_job_the_index_says_which_shard(
    monkeypatch: pytest.MonkeyPatch, services: SimpleNamespace
) -> None:
    monkeypatch.setenv("HRMA_BATCH_ID", str(ID))
    monkeypatch.setenv("JOB_COMPLETION_INDEX", "2")
    shard.main()
    services.run_shard.assert_called_once_with(ID, 2, "")


def test_a_program_that_is_told_nothing_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HRMA_STUDY_ID", raising=False)
    with pytest.raises(ValueError, match="study_id"):
        settings.study_task()
