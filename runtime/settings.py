"""Every environment variable that the local runtime reads, and the environment that its processes get."""

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class RuntimeSettings(BaseSettings):
    """Each field is the environment variable of its alias; all of them have defaults."""

    # with populate_by_name, fields are read by their own names too: unprefixed, `home` would be the user's HOME
    model_config = SettingsConfigDict(env_prefix="HRMA_", frozen=True, populate_by_name=True)

    port: int = Field(default=8000, alias="PORT", ge=1, le=65535)
    aws_port: int = Field(default=4566, alias="AWS_PORT", ge=1, le=65535)
    home: Path = Field(default=ROOT / ".hrma", alias="HRMA_HOME")
    aws_endpoint_url: str | None = Field(default=None, alias="AWS_ENDPOINT_URL")
    """An AWS endpoint of the user's own; when it is set, none is started."""
    stage: str = Field(default="local", alias="HRMA_STAGE")
    solver_processes: int = Field(default=2, alias="HRMA_SOLVER_PROCESSES", ge=1, le=64)
    task_processes: int = Field(default=2, alias="HRMA_TASK_PROCESSES", ge=1, le=64)
    """How many tasks of long studies run at a time."""
    study_cluster: str = Field(default="", alias="HRMA_STUDY_CLUSTER")
    """The cluster whose tasks the runner runs; `up` says which."""
    stack_parameters: dict[str, str] = Field(default_factory=dict, alias="HRMA_STACK_PARAMETERS")
    """Parameters of `.chalice/resources/` as a JSON object, such as shorter visibility timeouts."""
    postgres_programs: Path | None = Field(default=None, alias="HRMA_POSTGRES_PROGRAMS")
    """A folder with `postgres` and `initdb` of another version than the embedded one."""

    @property
    def port_is_chosen(self) -> bool:
        """Whether the user named the port of the API."""
        return "port" in self.model_fields_set

    @property
    def aws_port_is_chosen(self) -> bool:
        """Whether the user named the port of the AWS endpoint."""
        return "aws_port" in self.model_fields_set


@lru_cache(maxsize=1)
def load() -> RuntimeSettings:
    """The settings of this process; raises pydantic's ValidationError naming what is wrong."""
    return RuntimeSettings()


def child_environment(additions: Mapping[str, str], *, without: tuple[str, ...] = ()) -> dict[str, str]:
    """This process's environment with `additions`, for a child."""
    inherited = {name: value for name, value in os.environ.items() if name not in without}
    return {**inherited, **additions}


def own_variables() -> dict[str, str]:
    """The variables of this process."""
    return dict(os.environ)


def adopt(additions: Mapping[str, str]) -> None:
    """Puts a running stack's variables into this process's own environment."""
    os.environ.update(additions)


def aws_variables(defaults: Mapping[str, str]) -> dict[str, str]:
    """The user's own variables of AWS clients, with `defaults` for what is not set."""
    chosen = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    return {**defaults, **chosen}
