"""Keep a message that could not be handled, and say so on what it was about."""

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from chalicelib.adapters.ports import UnitOfWork, UnitOfWorkFactory, WorkflowLauncher
from chalicelib.domain.batch import BatchStatus
from chalicelib.domain.dead_letter import DeadLetter, Subject, queue_for, subject_of
from chalicelib.domain.errors import UnknownMessageError
from chalicelib.domain.messages import decode
from chalicelib.services.retrying import retried


def record_dead_letter(
    message_id: str,
    body: str,
    attributes: Mapping[str, Any],
    *,
    unit_of_work: UnitOfWorkFactory,
    workflows: WorkflowLauncher,
) -> UUID:
    """Keeps the message, and marks the analysis, study, shard or batch it was about as failed with the reason.

    A shard is given up, and its workflow told, so that the rest of its batch goes on. `message_id` is
    the queue's: the same message recorded twice is one letter, whose id is answered.

    Raises ServiceUnavailableError where the database does not answer.
    """
    letter = DeadLetter(
        id=uuid5(NAMESPACE_URL, f"dead-letter:{message_id}"),
        message_id=message_id,
        queue=queue_for(body),
        body=body,
        attributes=dict(attributes),
        reason=_reason(body),
    )
    subject = subject_of(body)
    _keep(letter, subject, unit_of_work)
    if subject.task_token:
        workflows.report_failure(subject.task_token, error="DeadLetter", reason=letter.reason)
    return letter.id


@retried
def _keep(letter: DeadLetter, subject: Subject, unit_of_work: UnitOfWorkFactory) -> None:
    with unit_of_work() as work:
        work.dead_letters.add(letter)
        _fail_subject(letter, subject, work)


def _reason(body: str) -> str:
    if queue_for(body) == "uploads":
        return "every attempt to read the uploaded file broke"
    try:
        decode(body)
    except UnknownMessageError as error:
        return error.detail
    return "every attempt to handle the message broke"


def _fail_subject(letter: DeadLetter, subject: Subject, work: UnitOfWork) -> None:
    error = {"code": "dead_letter", "message": letter.reason, "dead_letter_id": str(letter.id)}
    batch_id = subject.batch_id or (work.batches.find_upload(*subject.upload) if subject.upload else None)
    if subject.analysis_id is not None:
        work.analyses.fail(subject.analysis_id, error)
    if subject.study_id is not None:
        work.studies.finish(subject.study_id, summary=None, error=error)
    if batch_id is not None and subject.shard is not None:
        work.batches.give_up_shard(batch_id, subject.shard, letter.reason)
    elif batch_id is not None:
        work.batches.finish(batch_id, BatchStatus.FAILED, error)
