"""What the use cases of studies need from the database, as a Protocol; part of `ports.UnitOfWork`."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from chalicelib.domain.study import ClaimedTask, DroppedTask, NewStudy, Study, TaskPieces, TaskState


class StudyRepository(Protocol):
    """The studies and their tasks."""

    def lock_quota(self, project: str) -> None:
        """Holds the project's quota until the transaction ends, so that two studies never share what is left."""
        ...

    def seconds_used(self, project: str, *, hours: float) -> float:
        """The computing of the project's studies of the last `hours`, as estimated; cancelled: as far as they got."""
        ...

    def add(self, study: NewStudy) -> None: ...

    def get(self, study_id: UUID) -> Study | None: ...

    def planned(self, study_id: UUID, tasks: Sequence[TaskPieces], engine_version: str) -> bool:
        """Keeps the plan and sets the study running; False where it was planned before or has ended."""
        ...

    def open_tasks(self, study_id: UUID) -> list[int]:
        """The tasks that are not done, in order."""
        ...

    def launched(self, study_id: UUID, launch: int) -> bool:
        """Counts the launch, once."""
        ...

    def claim_task(
        self, study_id: UUID, task: int, *, task_token: str, lease_owner: UUID, lease_seconds: float
    ) -> ClaimedTask | None:
        """The task under a lease; None where it is over or somebody solves it. Keeps the newest token."""
        ...

    def task_state(self, study_id: UUID, task: int) -> TaskState: ...

    def progress(self, claim: ClaimedTask, *, pieces: int, cases: int, lease_seconds: float) -> bool:
        """Keeps how far a task is and extends its lease; False where to stop: lease lost, study ended."""
        ...

    def finish_task(self, claim: ClaimedTask) -> bool:
        """Marks a task done; False where the lease was lost or the study has ended."""
        ...

    def release_task(self, claim: ClaimedTask, error: Mapping[str, Any] | None) -> None:
        """Gives the task back, so that the next attempt may begin at once; keeps why this one broke.

        An attempt without an error, such as one that was told to stop, is not counted.
        """
        ...

    def finish(
        self, study_id: UUID, *, summary: Mapping[str, Any] | None, error: Mapping[str, Any] | None
    ) -> bool:
        """Ends the study, failed where there is an error; answers False where it had ended before."""
        ...

    def cancel(self, study_id: UUID, project: str) -> Study | None:
        """Cancels a study that has not ended; answers the study as it is now, None where there is no such."""
        ...

    def delete(self, study_id: UUID, project: str) -> Study | None:
        """Hides a study, cancelling it where it has not ended; None where there is no such."""
        ...

    def revive(self, study_id: UUID) -> None:
        """Puts a study that a dead letter failed back to where it was, with all its attempts."""
        ...

    def drop_expired(self, *, attempts: int, limit: int) -> list[DroppedTask]:
        """Frees tasks whose lease ran out; those that used up their attempts are given up."""
        ...

    def stale(self, *, seconds: float, limit: int) -> list[tuple[UUID, str]]:
        """Studies with something to do on which nobody works, with correlation ids; their clock starts anew."""
        ...

    def stale_finishes(self, *, seconds: float, limit: int) -> list[tuple[UUID, str]]:
        """Studies all of whose tasks are done and which nobody finishes; their clock starts anew."""
        ...
