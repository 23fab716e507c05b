"""Feed a dead letter back into its queue."""

from uuid import UUID

from chalicelib.adapters.ports import Queue, UnitOfWork, UnitOfWorkFactory
from chalicelib.domain.dead_letter import queue_for, subject_of
from chalicelib.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from chalicelib.services.relay_outbox import relay_own


def replay_dead_letter(
    letter_id: UUID, *, unit_of_work: UnitOfWorkFactory, queue: Queue, body: str | None = None
) -> None:
    """Sends a dead letter to its queue again, with another `body` where one is given.

    What the message is about goes back to where it was, so that the message finds work to do.

    Raises NotFoundError for an unknown letter, ConflictError for one that was fed back already, and
    InvalidRequestError where the body is no message of ours, so that it would only come back.
    """
    with unit_of_work() as work:
        letter = work.dead_letters.get(letter_id)
        if letter is None:
            raise NotFoundError(f"there is no dead letter {letter_id}")
        text = letter.body if body is None else body
        destination = queue_for(text)
        if destination is None:
            raise InvalidRequestError(
                "the body is not a message that any queue understands; give an edited body with a known type"
            )
        if not work.dead_letters.mark_replayed(letter_id):
            raise ConflictError(f"dead letter {letter_id} was fed back already")
        _revive_subject(text, work)
        message_ids = work.outbox.add(destination, [text])
    relay_own(message_ids, unit_of_work=unit_of_work, queue=queue)


def _revive_subject(body: str, work: UnitOfWork) -> None:
    subject = subject_of(body)
    batch_id = subject.batch_id or (work.batches.find_upload(*subject.upload) if subject.upload else None)
    if subject.analysis_id is not None:
        work.analyses.revive(subject.analysis_id)
    if subject.study_id is not None:
        work.studies.revive(subject.study_id)
    if batch_id is not None and subject.shard is not None:
        work.batches.revive_shard(batch_id, subject.shard)
    elif batch_id is not None:
        work.batches.revive(batch_id)
