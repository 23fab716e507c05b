"""Every environment variable that the service reads, typed, in one place."""

import json
import os
from functools import lru_cache
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

PREFIX = "HRMA_"


class Environment(BaseModel):
    """A model whose fields are the environment variables `HRMA_<NAME>`, or those that its aliases name.

    pydantic-settings does the same and more; loading it takes as long as all of the API beside it.
    """

    model_config = ConfigDict(frozen=True)

    @classmethod
    def read(cls) -> Self:
        """What the environment says now; raises pydantic's ValidationError naming what is missing or wrong."""
        found: dict[str, Any] = {}
        for name, field in cls.model_fields.items():
            alias = field.validation_alias
            keys = alias.choices if isinstance(alias, AliasChoices) else [f"{PREFIX}{name.upper()}"]
            present = next((str(key) for key in keys if key in os.environ), None)
            if present is not None:
                found[present if alias else name] = os.environ[present]
        return cls.model_validate(found)


def _from_json(given: object) -> object:
    return json.loads(given) if isinstance(given, str) else given


class Deployment(Environment):
    """What is needed to import the app, before anything is connected; each has a default."""

    stage: str = "local"
    log_level: str = "INFO"
    metrics: bool = False
    """Whether metrics are written in CloudWatch's embedded format."""
    traces: bool = False
    """Whether what a function does is traced by X-Ray; outside Lambda nothing is."""
    body_limit: int = 1_000_000
    """The longest body that a request may have, in bytes."""


class Settings(Deployment):
    """Each field is the environment variable `HRMA_<NAME>`; a missing one is an error that names it."""

    database_url: SecretStr
    database_pool_size: int = 8
    database_iam: bool = False
    """Whether the database is entered by IAM tokens; its URL then has a user and no password."""

    uploads_bucket: str
    results_bucket: str
    solve_queue_url: str
    solve_retry_queue_url: str
    batch_queue_url: str
    uploads_queue_url: str
    dead_letter_queue_url: str
    batch_state_machine_arn: str = ""
    study_queue_url: str
    study_state_machine_arn: str = ""

    token_public_key: str
    token_issuer: str = "hrma"  # noqa: S105
    token_audience: str = "hrma-api"  # noqa: S105

    lease_seconds: float = 60.0
    """How long a solver owns an analysis it has claimed; the timeout of the solving function, or more."""
    solve_attempts: int = 3
    """How many claims an analysis gets before the sweeper gives up on it."""
    resend_seconds: float = 120.0
    """A queued analysis whose last message is older than this is sent again by the sweeper."""
    idempotency_hours: float = 72.0
    upload_seconds: float = 3600.0
    """How long a presigned address is good."""
    batch_file_bytes: int = 10_000_000_000
    batch_rows: int = 20_000_000
    batch_shard_rows: int = 10_000
    """How many rows of a batch one function solves at most."""
    batch_shard_seconds: float = 4.0
    """How long those rows may take by what is known of their kind: a shard is done within seconds."""
    batch_block_rows: int = 10_000
    """How many rows of a shard one call of the engine solves."""
    study_case_seconds: Annotated[dict[str, float], BeforeValidator(_from_json)] = {
        "liquid": 1.0e-4,
        "liquid frozen": 1.5e-4,
        "liquid finite_area": 9.0e-4,
        "liquid optimization": 1.2e-3,
        "hybrid": 4.0e-3,
        "hybrid optimization": 2.0e-2,
        "solid": 2.0e-3,
        "other": 5.0e-2,
    }
    """Seconds of one core that a case takes, by motor type and kind; measured, see docs/operations.md."""
    study_function_seconds: float = 60.0
    """A study of up to so much computing is solved in the function that takes its message."""
    study_task_seconds: float = 300.0
    """How much computing one task of a long study gets, about."""
    study_tasks: int = 40
    """The most tasks of one study."""
    study_cases: int = 2_000_000
    """The most cases of one study."""
    study_quota_seconds: float = 100_000.0
    """How much computing the studies of one project may take in 24 hours."""
    study_lease_seconds: float = 60.0
    """A worker of a study that was silent for so long is taken for lost."""
    study_silence_seconds: float = 900.0
    """A worker that solves one block for so long hangs, and says no more that it lives."""
    study_heartbeat_seconds: float = 2.0
    """How often it says that it lives, and looks whether the study was cancelled."""
    study_checkpoint_seconds: float = 20.0
    study_attempts: int = 5
    """How many attempts a task of a study gets."""
    price_function_gigabyte_second: float = 0.0000166667
    price_function_request: float = 0.0000002
    price_task_cpu_hour: float = 0.04048
    price_task_gigabyte_hour: float = 0.004445
    price_transition: float = 0.000025
    """Dollars that AWS lists for us-east-1, x86: Lambda, Fargate, Step Functions; estimates are made of them."""
    workflows: Literal["step_functions", "kubernetes"] = "step_functions"
    """What starts the tasks of studies and the shards of batches."""
    kubernetes_namespace: str = "hrma"
    kubernetes_image: str = ""
    kubernetes_service_account: str = "hrma-task"
    kubernetes_environment: str = "hrma"
    """The ConfigMap and the Secret, both of this name, that hold a task's HRMA_ variables."""
    kubernetes_parallelism: int = 20
    """How many pods of one job run at a time."""
    kubernetes_config: str | None = None
    """A kubeconfig file; unset inside a cluster."""
    cache_url: SecretStr | None = None
    """Valkey or Redis that keeps answers, rediss:// for TLS; PostgreSQL keeps them where this is unset."""
    cache_iam: str = ""
    """The replication group of ElastiCache that is entered by IAM tokens; empty where the URL says it all."""
    cache_seconds: float = 30 * 86400.0
    """How long an answer is kept; 0 turns the cache off."""
    cache_timeout_seconds: float = 0.25
    """How long the server at `cache_url` may take to connect, and to answer."""
    cache_memory_bytes: int = 32_000_000
    """What each process keeps of the answers it used last."""
    cache_database_bytes: int = 1_000_000_000
    """What PostgreSQL keeps; the sweeper removes the answers not used for longest."""
    precompute_seconds: float = 40.0
    """How long one run of the pre-computation begins new blocks; the next run goes on."""
    rocketcea_python: str | None = None
    """The interpreter that has RocketCEA, run in its own process; unset where it is not installed."""

    @model_validator(mode="after")
    def _workflows_are_somewhere(self) -> "Settings":
        if self.workflows == "step_functions":
            for name in ("batch_state_machine_arn", "study_state_machine_arn"):
                if not getattr(self, name):
                    raise ValueError(f"{name} is missing; Step Functions starts the workflows")
        elif not self.kubernetes_image:
            raise ValueError("kubernetes_image is missing; pods are made of it")
        return self

    @field_validator("cache_url")
    @classmethod
    def _unset_where_empty(cls, url: SecretStr | None) -> SecretStr | None:
        # a template can not leave a variable out
        return url if url is not None and url.get_secret_value() else None


@lru_cache(maxsize=1)
def deployment() -> Deployment:
    """The stage and how it speaks; reads the environment once."""
    return Deployment.read()


@lru_cache(maxsize=1)
def load() -> Settings:
    """The settings of this process; raises pydantic's ValidationError naming what is missing."""
    return Settings.read()


class Migration(Environment):
    """Whose tables are migrated, and who makes their owner on a new cluster."""

    database_url: SecretStr
    database_iam: bool = False
    database_administrator_secret: str = ""
    """ARN of the secret with the first user's name and password; empty where the owner is there already."""


class Release(Environment):
    """The versions that a release is tried with."""

    release_api: str
    release_solver: str


def migration() -> Migration:
    """How the database is migrated; raises pydantic's ValidationError naming what is missing."""
    return Migration.read()


def release() -> Release:
    """What is released; raises pydantic's ValidationError naming what is missing."""
    return Release.read()


class StudyTask(Environment):
    """Which task of which study a program is to solve; the token is Step Functions', "" where none waits."""

    study_id: UUID
    study_task: int = Field(ge=0, validation_alias=AliasChoices("HRMA_STUDY_TASK", "JOB_COMPLETION_INDEX"))
    task_token: str = ""
    correlation_id: str = "study"


class ShardTask(Environment):
    """Which shard of which batch a program is to solve."""

    batch_id: UUID
    shard: int = Field(ge=0, validation_alias=AliasChoices("HRMA_SHARD", "JOB_COMPLETION_INDEX"))
    correlation_id: str = "batch"


def study_task() -> StudyTask:
    """What the environment tells a program of `chalicelib.tasks.study`; raises pydantic's ValidationError."""
    return StudyTask.read()


def shard_task() -> ShardTask:
    """What the environment tells a program of `chalicelib.tasks.shard`; raises pydantic's ValidationError."""
    return ShardTask.read()
