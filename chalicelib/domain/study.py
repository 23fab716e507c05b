"""The life of one study: many cases that answer one question together."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID


class StudyStatus(StrEnum):
    """Where a study is: `queued -> running -> succeeded | failed`, or `cancelled` before it ended."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self in FINAL_STATUSES


FINAL_STATUSES = frozenset({StudyStatus.SUCCEEDED, StudyStatus.FAILED, StudyStatus.CANCELLED})


class Route(StrEnum):
    """Where a study is solved: in the function that took its message, or in tasks that a workflow starts."""

    FUNCTION = "function"
    TASKS = "tasks"


@dataclass(frozen=True, slots=True)
class StudyPrices:
    """What AWS asks for, in dollars: a GB-second and a request of Lambda, a vCPU-hour and a GB-hour of Fargate,
    a state transition of Step Functions.
    """

    function_gigabyte_second: float
    function_request: float
    task_cpu_hour: float
    task_gigabyte_hour: float
    transition: float


@dataclass(frozen=True, slots=True)
class StudyLimits:
    """What a study may cost, and how it is cut.

    Up to `function_seconds` of computing it is solved in a function; above, in at most `most_tasks` tasks of about
    `task_seconds`. A study has at most `cases` cases, and a project's studies of a day take at most `quota_seconds`
    of computing. `case_seconds` is the computing that one case takes, by motor type.
    """

    case_seconds: Mapping[str, float]
    function_seconds: float
    task_seconds: float
    most_tasks: int
    cases: int
    quota_seconds: float


@dataclass(frozen=True, slots=True)
class StudyPace:
    """How often a worker of a study speaks, in seconds, and how many attempts a task gets.

    A worker that was silent for `lease_seconds` is taken for lost; it says nothing any more when a block takes
    longer than `silence_seconds`.
    """

    lease_seconds: float
    silence_seconds: float
    heartbeat_seconds: float
    checkpoint_seconds: float
    attempts: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a study will take: cases, seconds of computing, seconds until it is done, dollars on AWS."""

    cases: int
    computing_seconds: float
    seconds: float
    dollars: float
    route: Route
    tasks: int


@dataclass(frozen=True, slots=True)
class NewStudy:
    """A study as it is accepted."""

    id: UUID
    project: str
    user_id: str
    type: str
    motor_type: str
    document: dict[str, Any]
    cases: int
    estimate: dict[str, Any]
    computing_seconds: float
    route: Route
    correlation_id: str


@dataclass(frozen=True, slots=True)
class Study:
    """A study as the use cases see it; `launches` counts the workflows that were started for it."""

    id: UUID
    project: str
    document: dict[str, Any]
    route: Route
    status: StudyStatus
    correlation_id: str
    tasks: int = 0
    launches: int = 0


class TaskPieces(NamedTuple):
    """What one task of a study has to solve: consecutive pieces, first to last, with all their cases."""

    first_piece: int
    last_piece: int
    cases: int


@dataclass(frozen=True, slots=True)
class ClaimedTask:
    """A task that this process may solve until its lease ends; its first `pieces_done` pieces are kept."""

    study_id: UUID
    task: int
    lease_owner: UUID
    first_piece: int
    last_piece: int
    pieces_done: int
    attempts: int


class DroppedTask(NamedTuple):
    """A task whose worker is lost, and the token that a workflow waits for ("" where none does)."""

    study_id: UUID
    task: int
    task_token: str
    gave_up: bool


class TaskEnd(StrEnum):
    """How a worker left a task."""

    OVER = "over"
    """Nothing is left to do: the task is done, or its study has ended."""
    BUSY = "busy"
    """Somebody else solves it."""
    STOPPED = "stopped"
    """It was told to stop, or lost its lease; another attempt goes on from the checkpoint."""


class TaskState(NamedTuple):
    """Whether a task is over because it is done or its study has ended, and what its study is."""

    over: bool
    status: StudyStatus
