import pytest

from chalicelib.domain.errors import ServiceUnavailableError
from chalicelib.services.relay_outbox import relay_outbox, relay_own
from tests.unit.chalicelib.fakes import FakeDatabase, FakeQueue


def test_unsent_messages_go_to_their_queues_once(database: FakeDatabase, queue: FakeQueue) -> None:
    database.outbox.add("solve", ["a", "b"])
    database.outbox.add("batch", ["c"])
    assert relay_outbox(unit_of_work=database.unit_of_work, queue=queue) == 3
    assert relay_outbox(unit_of_work=database.unit_of_work, queue=queue) == 0
    assert queue.sent == [("solve", "a"), ("solve", "b"), ("batch", "c")]


def test_no_more_than_the_limit_is_sent_the_oldest_first(database: FakeDatabase, queue: FakeQueue) -> None:
    database.outbox.add("solve", ["a", "b", "c"])
    assert relay_outbox(unit_of_work=database.unit_of_work, queue=queue, limit=2) == 2
    assert [body for _, body in queue.sent] == ["a", "b"]


def test_a_message_that_the_queue_refuses_stays_and_is_sent_later(
    database: FakeDatabase, queue: FakeQueue
) -> None:
    database.outbox.add("batch", ["x"])
    database.outbox.add("solve", ["a", "b"])
    queue.refuse = {"a"}
    assert relay_outbox(unit_of_work=database.unit_of_work, queue=queue) == 2
    queue.refuse = set()
    assert relay_outbox(unit_of_work=database.unit_of_work, queue=queue) == 1
    assert queue.sent == [("batch", "x"), ("solve", "b"), ("solve", "a")]


def test_a_queue_that_is_away_loses_nothing(database: FakeDatabase, queue: FakeQueue) -> None:
    ids = database.outbox.add("solve", ["a"])
    queue.broken = True
    relay_own(ids, unit_of_work=database.unit_of_work, queue=queue)
    with pytest.raises(ConnectionError):
        relay_outbox(unit_of_work=database.unit_of_work, queue=queue)
    queue.broken = False
    assert relay_outbox(unit_of_work=database.unit_of_work, queue=queue) == 1


def test_a_process_relays_its_own_messages_only(database: FakeDatabase, queue: FakeQueue) -> None:
    database.outbox.add("solve", ["another's"])
    own = database.outbox.add("solve", ["mine"])
    relay_own(own, unit_of_work=database.unit_of_work, queue=queue)
    relay_own([], unit_of_work=database.unit_of_work, queue=queue)
    assert queue.sent == [("solve", "mine")]


def test_a_database_that_is_away_is_told(database: FakeDatabase, queue: FakeQueue) -> None:
    database.failures = 1
    with pytest.raises(ServiceUnavailableError):
        relay_outbox(unit_of_work=database.unit_of_work, queue=queue)
