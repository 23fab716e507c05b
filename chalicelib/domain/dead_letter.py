"""A message that nothing could be done with, kept so that people can look at it and feed it back."""

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple
from urllib.parse import unquote_plus
from uuid import UUID

QueueName = Literal["solve", "batch", "uploads", "study"]
QUEUE_OF_TYPE: dict[str, QueueName] = {
    "solve_requested": "solve",
    "shard_requested": "batch",
    "batch_finish_requested": "batch",
    "batch_draw_requested": "batch",
    "study_requested": "study",
    "study_finish_requested": "study",
}


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One dead letter as it is stored; `queue` is where its body belongs, None where that is not known."""

    id: UUID
    message_id: str
    queue: QueueName | None
    body: str
    attributes: dict[str, Any]
    reason: str


class Subject(NamedTuple):
    """What a message is about: an analysis, a batch, a study, or an uploaded object; as far as it says so."""

    analysis_id: UUID | None = None
    batch_id: UUID | None = None
    shard: int | None = None
    task_token: str | None = None
    upload: tuple[str, str] | None = None
    study_id: UUID | None = None


def queue_for(body: str) -> QueueName | None:
    """The queue whose consumer understands `body`; None for what is not one of our messages."""
    message = _parse(body)
    if "Records" in message:
        return "uploads"
    return QUEUE_OF_TYPE.get(str(message.get("type")))


def subject_of(body: str) -> Subject:
    """What `body` is about, read so leniently that a message of another version tells it too."""
    message = _parse(body)
    upload = None
    with suppress(KeyError, IndexError, TypeError):
        described = message["Records"][0]["s3"]
        upload = str(described["bucket"]["name"]), unquote_plus(str(described["object"]["key"]))
    shard, token = message.get("shard"), message.get("task_token")
    return Subject(
        analysis_id=_uuid(message.get("analysis_id")),
        batch_id=_uuid(message.get("batch_id")),
        shard=shard if isinstance(shard, int) else None,
        task_token=token if isinstance(token, str) else None,
        upload=upload,
        study_id=_uuid(message.get("study_id")),
    )


def _parse(body: str) -> dict[str, Any]:
    with suppress(ValueError):
        message = json.loads(body)
        if isinstance(message, dict):
            return message
    return {}


def _uuid(text: object) -> UUID | None:
    with suppress(ValueError):
        return UUID(str(text))
    return None
