"""What the routes of studies take and answer."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, RootModel

from chalicelib.api.models import Failure, Given
from chalicelib.api.operation import Query
from chalicelib.api.queries import Page, Text, Wait
from chalicelib.domain.study import Route, StudyStatus


class StudyDocument(RootModel[dict[str, Any]]):
    """A study: `type`, `base` (a specification), `variables` (dotted paths of it), and what the type asks for."""


class StudyStart(Wait):
    """How a study is started."""

    estimate: Annotated[
        bool, Field(description="Only say what the study would take, as `POST /v1/studies/estimate` does.")
    ] = False


class StudyFilter(Page):
    """Which studies of the list; all that are given have to hold."""

    status: Annotated[StudyStatus | None, Field(description="Where the study is.")] = None
    type: Annotated[
        Text | None, Field(description="`sweep`, `optimization`, `uncertainty` or `sensitivity`.")
    ] = None


class TableFormat(Query):
    """Which file."""

    format: Annotated[Literal["csv", "parquet"], Field(description="Of the table.")] = "csv"


class Quota(Given):
    """How much the project may compute in 24 hours, and how much of it is used."""

    seconds: float
    used: float


class StudyEstimate(Given):
    """What a study takes."""

    cases: int = Field(description="How many cases are solved, at most.")
    computing_seconds: float = Field(description="Of one core, about.")
    seconds: float = Field(description="Until it is done, about.")
    dollars: float = Field(description="On AWS, at list price.")
    route: Route = Field(
        description="`function`: solved by the worker at once; `tasks`: by tasks side by side."
    )
    tasks: int
    quota: Quota
    allowed: bool = Field(description="Whether the quota has room for it.")


class StudyAccepted(Given):
    """A study that is on its way; `Location` says where its answer will be."""

    id: UUID
    status: StudyStatus
    estimate: StudyEstimate


class StudyProgress(Given):
    """How far a study is."""

    cases_done: int
    cases: int
    fraction: float = Field(ge=0, le=1)
    rate: float | None = Field(description="Cases a second since it was begun.")
    seconds_left: float | None = Field(description="At this rate.")
    pieces_done: int
    pieces: int
    tasks_done: int
    tasks: int


class StudySummary(Given):
    """A study in a list."""

    model_config = ConfigDict(extra="allow", frozen=True)

    id: UUID
    status: StudyStatus
    type: str
    motor_type: str
    cases: int
    created_at: AwareDatetime
    started_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    error: Failure | None = None


class Study(StudySummary):
    """A study as it stands: `result` and `tables` once it succeeded, `error` once it failed."""

    study: dict[str, Any]
    estimate: StudyEstimate
    progress: StudyProgress
    result: dict[str, Any] | None = None
    tables: dict[str, str] | None = Field(default=None, description="Where the table of cases is, by format.")


class StudyPage(Given):
    """Studies, newest first; `next_cursor` asks for the following page and is null on the last."""

    items: list[StudySummary]
    next_cursor: str | None


class StudyCancelled(Given):
    """A study that was called off."""

    id: UUID
    status: Literal[StudyStatus.CANCELLED]
