"""Studies and their tasks in memory, keeping the promises of `study_ports`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from chalicelib.domain.study import (
    ClaimedTask,
    DroppedTask,
    NewStudy,
    Study,
    StudyStatus,
    TaskPieces,
    TaskState,
)


@dataclass
class StoredTask:
    pieces: TaskPieces
    pieces_done: int = 0
    cases_done: int = 0
    attempts: int = 0
    token: str = ""
    owner: UUID | None = None
    lease_is_over: bool = False
    done: bool = False
    error: dict[str, Any] | None = None


@dataclass
class StoredStudy:
    new: NewStudy
    status: StudyStatus = StudyStatus.QUEUED
    tasks: list[StoredTask] = field(default_factory=list)
    launches: int = 0
    summary: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    deleted: bool = False
    is_stale: bool = False


class FakeStudies:
    """`on_progress` is called at each beat, to change the world in the midst of a task."""

    def __init__(self) -> None:
        self.rows: dict[UUID, StoredStudy] = {}
        self.used = 0.0
        self.on_progress: Callable[[int], None] = lambda _cases: None

    def expire(self) -> None:
        for row in self.rows.values():
            for task in row.tasks:
                task.lease_is_over = True

    def lock_quota(self, project: str) -> None:
        pass

    def seconds_used(self, project: str, *, hours: float) -> float:
        mine = [row.new for row in self.rows.values() if row.new.project == project]
        return self.used + sum(new.computing_seconds for new in mine)

    def add(self, study: NewStudy) -> None:
        self.rows.setdefault(study.id, StoredStudy(study))

    def get(self, study_id: UUID) -> Study | None:
        row = self.rows.get(study_id)
        return row and self._shown(row)

    def _shown(self, row: StoredStudy) -> Study:
        new = row.new
        return Study(
            new.id,
            new.project,
            new.document,
            new.route,
            row.status,
            new.correlation_id,
            len(row.tasks),
            row.launches,
        )

    def planned(self, study_id: UUID, tasks: Sequence[TaskPieces], engine_version: str) -> bool:
        row = self.rows[study_id]
        if row.status != StudyStatus.QUEUED:
            return False
        row.status, row.tasks = StudyStatus.RUNNING, [StoredTask(task) for task in tasks]
        return True

    def open_tasks(self, study_id: UUID) -> list[int]:
        return [number for number, task in enumerate(self.rows[study_id].tasks) if not task.done]

    def launched(self, study_id: UUID, launch: int) -> bool:
        row = self.rows[study_id]
        counted = row.launches == launch
        row.launches += counted
        return counted

    def claim_task(
        self, study_id: UUID, task: int, *, task_token: str, lease_owner: UUID, lease_seconds: float
    ) -> ClaimedTask | None:
        row, stored = self.rows[study_id], self.rows[study_id].tasks[task]
        stored.token = task_token or stored.token
        taken = stored.owner is not None and not stored.lease_is_over
        if stored.done or taken or row.status != StudyStatus.RUNNING:
            return None
        stored.owner, stored.lease_is_over = lease_owner, False
        stored.attempts += 1
        first, last, _ = stored.pieces
        return ClaimedTask(study_id, task, lease_owner, first, last, stored.pieces_done, stored.attempts)

    def task_state(self, study_id: UUID, task: int) -> TaskState:
        row = self.rows[study_id]
        return TaskState(row.tasks[task].done or row.status.is_final, row.status)

    def _owned(self, claim: ClaimedTask) -> StoredTask | None:
        row = self.rows[claim.study_id]
        task = row.tasks[claim.task]
        ours = task.owner == claim.lease_owner and not task.done and row.status == StudyStatus.RUNNING
        return task if ours else None

    def progress(self, claim: ClaimedTask, *, pieces: int, cases: int, lease_seconds: float) -> bool:
        self.on_progress(cases)
        task = self._owned(claim)
        if task is not None:
            task.pieces_done, task.cases_done = pieces, cases
        return task is not None

    def finish_task(self, claim: ClaimedTask) -> bool:
        task = self._owned(claim)
        if task is not None:
            task.done, task.cases_done = True, task.pieces.cases
        return task is not None

    def release_task(self, claim: ClaimedTask, error: Mapping[str, Any] | None) -> None:
        if task := self._owned(claim):
            task.owner = None
            task.error = dict(error) if error else task.error
            task.attempts -= error is None
            self.rows[claim.study_id].is_stale = True

    def finish(
        self, study_id: UUID, *, summary: Mapping[str, Any] | None, error: Mapping[str, Any] | None
    ) -> bool:
        row = self.rows.get(study_id)
        if row is None or row.status.is_final:
            return False
        row.status = StudyStatus.SUCCEEDED if error is None else StudyStatus.FAILED
        row.summary = None if summary is None else dict(summary)
        row.error = None if error is None else dict(error)
        return True

    def cancel(self, study_id: UUID, project: str) -> Study | None:
        row = self.rows.get(study_id)
        if row is None or row.new.project != project or row.deleted:
            return None
        if not row.status.is_final:
            row.status = StudyStatus.CANCELLED
        return self._shown(row)

    def delete(self, study_id: UUID, project: str) -> Study | None:
        study = self.cancel(study_id, project)
        if study is not None:
            self.rows[study_id].deleted = True
        return study

    def revive(self, study_id: UUID) -> None:
        row = self.rows[study_id]
        if row.error and row.error["code"] == "dead_letter":
            row.status = StudyStatus.RUNNING if row.tasks else StudyStatus.QUEUED
            row.error = None

    def drop_expired(self, *, attempts: int, limit: int) -> list[DroppedTask]:
        dropped = []
        for study_id, row in self.rows.items():
            for number, task in enumerate(row.tasks):
                if task.owner and task.lease_is_over and not task.done and row.status == StudyStatus.RUNNING:
                    gave_up = task.attempts >= attempts
                    dropped.append(DroppedTask(study_id, number, task.token, gave_up))
                    task.owner, row.is_stale = None, True
        for lost in dropped:
            if lost.gave_up:
                error = {"code": "attempts_exhausted", "message": "no attempt came to an end"}
                self.finish(lost.study_id, summary=None, error=error)
        return dropped[:limit]

    def stale(self, *, seconds: float, limit: int) -> list[tuple[UUID, str]]:
        stale = [
            row
            for row in self.rows.values()
            if row.is_stale and not row.status.is_final and not all(task.done for task in row.tasks)
        ]
        for row in stale:
            row.is_stale = False
        return [(row.new.id, row.new.correlation_id) for row in stale][:limit]

    def stale_finishes(self, *, seconds: float, limit: int) -> list[tuple[UUID, str]]:
        return [
            (row.new.id, row.new.correlation_id)
            for row in self.rows.values()
            if row.is_stale
            and row.status == StudyStatus.RUNNING
            and row.tasks
            and all(t.done for t in row.tasks)
        ]

    def change(self, study_id: UUID, **changes: Any) -> None:
        """Changes what was accepted, such as the route."""
        self.rows[study_id].new = replace(self.rows[study_id].new, **changes)
