"""What the routes take and answer; the words of the document at /openapi.json."""

from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, RootModel, model_validator

from chalicelib.domain.analysis import AnalysisStatus
from chalicelib.domain.batch import BatchStatus


class Taken(BaseModel):
    """A body; an unknown field is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Given(BaseModel):
    """An answer; later versions may add fields."""

    model_config = ConfigDict(frozen=True)


class FieldProblem(Given):
    """What is wrong with one field."""

    field: str = Field(description="Dotted path of the field; empty for the whole.")
    message: str = Field(description="What is wrong, with the value and the remedy.")
    hint: str | None = Field(default=None, description="A likely repair, such as the nearest known name.")


class Problem(Given):
    """Why a request was refused, after RFC 9457."""

    type: str
    title: str
    status: int
    code: str = Field(description="Stable: programs may rely on it.")
    detail: str
    correlation_id: str
    errors: list[FieldProblem] | None = None


class Specification(RootModel[dict[str, Any]]):
    """The specification of a motor; what it may say is checked by the engine's own models."""


class Accepted(Given):
    """Work that is on its way; `Location` says where its answer will be."""

    id: UUID
    status: AnalysisStatus


class Failure(Given):
    """Why an analysis or a batch failed."""

    model_config = ConfigDict(extra="allow", frozen=True)

    code: str
    message: str


class AnalysisSummary(Given):
    """An analysis in a list: where it is, and its headline numbers once it succeeded."""

    model_config = ConfigDict(extra="allow", frozen=True)

    id: UUID
    status: AnalysisStatus
    motor_type: str
    created_at: AwareDatetime
    finished_at: AwareDatetime | None = None


class Analysis(AnalysisSummary):
    """An analysis as it stands: `result` once it succeeded, `error` once it failed."""

    spec: dict[str, Any]
    started_at: AwareDatetime | None = None
    attempts: int = Field(default=0, description="How often a worker has taken it up.")
    cached: bool = Field(
        default=False, description="Whether an earlier analysis of the same gave the answer."
    )
    result: dict[str, Any] | None = None
    error: Failure | None = None


class History(RootModel[dict[str, list[float]]]):
    """Arrays of equal lengths over the burn, by name: time, thrust, chamber_pressure and more."""


class AnalysisPage(Given):
    """Analyses, newest first; `next_cursor` asks for the following page and is null on the last."""

    items: list[AnalysisSummary]
    next_cursor: str | None


class BatchOrder(Taken):
    """A batch to be made: its file is uploaded afterwards, and starts it."""

    filename: str = Field(
        min_length=1,
        max_length=150,
        description="Ends in .csv, .jsonl or .parquet; text also in .csv.gz or .jsonl.gz.",
    )
    constants: dict[str, Any] = Field(
        default_factory=dict,
        max_length=200,
        description="Values by dotted path for rows that have none of their own; '4:8:0.01' makes a grid of cases.",
    )
    force: bool = Field(
        default=False, description="Solve the file also where one of the same content was solved before."
    )


class BatchCreated(Given):
    """A batch that waits for its file: send it by one PUT to `upload_url`, without a token."""

    id: UUID
    status: Literal[BatchStatus.AWAITING_UPLOAD]
    upload_url: str
    upload_seconds: float = Field(description="How long the address is good.")


class Batch(Given):
    """Where a batch is; in the end rows = solved + failed."""

    model_config = ConfigDict(extra="allow", frozen=True)

    id: UUID
    status: BatchStatus
    filename: str
    rows: int = Field(
        description="Rows of the file, the cases of its grids counted; so far, while it is read."
    )
    valid: int = Field(description="Rows that passed the checks, of those looked at so far.")
    solved: int
    failed: int = Field(description="Rows without an answer: refused, or not solvable.")
    duplicates: int = Field(description="Cases that are there several times in a shard, and solved once.")
    progress: float = Field(ge=0, le=1)
    rate: float | None = Field(default=None, description="Rows a second since the file was read.")
    eta: AwareDatetime | None = Field(default=None, description="When all rows will be solved, at that rate.")
    answers_from: UUID | None = Field(
        default=None, description="The earlier batch of the same content whose answers these are."
    )
    created_at: AwareDatetime
    finished_at: AwareDatetime | None = None
    error: Failure | None = None


class BatchPage(Given):
    """Batches, newest first; `next_cursor` asks for the following page and is null on the last."""

    items: list[Batch]
    next_cursor: str | None


class BatchCancelled(Given):
    """A batch that was called off."""

    id: UUID
    status: Literal[BatchStatus.CANCELLED]


class ValidationOrder(Taken):
    """A case to be compared with NASA CEA: an analysis that is there, or a specification."""

    analysis_id: UUID | None = None
    spec: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _one_of_the_two(self) -> "ValidationOrder":
        if (self.analysis_id is None) == (self.spec is None):
            raise ValueError("give either 'analysis_id' or 'spec', and not both")
        return self


class ValidationAnswer(Given):
    """A comparison with NASA CEA: `validation` once it is there, with deviations in percent per quantity."""

    model_config = ConfigDict(extra="allow", frozen=True)

    id: UUID
    status: AnalysisStatus
    analysis_id: UUID | None = None
    validation: dict[str, Any] | None = None
    error: Failure | None = None


class Propellants(Given):
    """What can be burnt: the catalogue, and what the project has learnt about pairs of it."""

    model_config = ConfigDict(extra="allow", frozen=True)

    fuels: list[dict[str, Any]]
    oxidizers: list[dict[str, Any]]
    monopropellants: list[dict[str, Any]]
    ingredients: list[dict[str, Any]]
    combinations: list[dict[str, Any]]


class Alive(Given):
    """The process answers."""

    status: Literal["ok"]


class Ready(Given):
    """The service can take work."""

    status: Literal["ok"]
    database: str
    revision: str


class DeepHealth(Given):
    """Every part that the service depends on, with the seconds it took to answer."""

    status: Literal["ok", "degraded"]
    database: dict[str, Any]
    queues: dict[str, dict[str, Any]]
    buckets: dict[str, dict[str, Any]]
