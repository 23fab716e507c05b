"""The messages that travel through the queues, each with a type and a version.

A consumer that meets an unknown type or version refuses the message, so that a newer producer's
messages end in the dead letters, where people can feed them back, and are never half understood.
"""

import json
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from chalicelib.domain.errors import UnknownMessageError


class Message(BaseModel):
    """What all messages share; the correlation id runs from the request to the last log line."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    correlation_id: str


class SolveRequested(Message):
    """One analysis waits to be solved."""

    type: Literal["solve_requested"] = "solve_requested"
    analysis_id: UUID


class ShardRequested(Message):
    """One shard of a batch waits to be solved; the task token tells Step Functions how it went."""

    type: Literal["shard_requested"] = "shard_requested"
    batch_id: UUID
    shard: int = Field(ge=0)
    task_token: str


class BatchFinishRequested(Message):
    """All shards of a batch are done (or the workflow gave up, with `error`): merge and close."""

    type: Literal["batch_finish_requested"] = "batch_finish_requested"
    batch_id: UUID
    task_token: str | None = None
    error: str | None = None


class BatchDrawRequested(Message):
    """A batch has ended with answers, and its pictures are to be drawn."""

    type: Literal["batch_draw_requested"] = "batch_draw_requested"
    batch_id: UUID


class StudyRequested(Message):
    """A study waits to be begun, or to be gone on with."""

    type: Literal["study_requested"] = "study_requested"
    study_id: UUID


class StudyFinishRequested(Message):
    """All tasks of a study are done (or the workflow gave up, with `error`): merge and close."""

    type: Literal["study_finish_requested"] = "study_finish_requested"
    study_id: UUID
    task_token: str | None = None
    error: str | None = None


KnownMessage = (
    SolveRequested
    | ShardRequested
    | BatchFinishRequested
    | BatchDrawRequested
    | StudyRequested
    | StudyFinishRequested
)
_ADAPTER: TypeAdapter[KnownMessage] = TypeAdapter(Annotated[KnownMessage, Field(discriminator="type")])


def encode(message: Message) -> str:
    """The message as the body of a queue message."""
    return message.model_dump_json()


def decode(body: str) -> KnownMessage:
    """The message in the body of a queue message; raises UnknownMessageError if it is not one of ours."""
    try:
        return _ADAPTER.validate_python(json.loads(body), strict=False)
    except (ValueError, ValidationError) as error:
        raise UnknownMessageError(f"not a message this version understands: {error}") from error
