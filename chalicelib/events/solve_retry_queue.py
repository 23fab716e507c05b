"""The retry queue: analyses whose first solve broke, one at a time in a bigger, slower function."""

from chalice.app import Blueprint, SQSEvent

from chalicelib.events.receiving import Failures, queue_name
from chalicelib.events.solve_queue import solve

blueprint = Blueprint(__name__)


@blueprint.on_sqs_message(queue=queue_name("solve-retry"), batch_size=1)  # type: ignore[untyped-decorator]
def solve_retry_queue(event: SQSEvent) -> Failures:
    """Solves one analysis again; after three attempts its message becomes a dead letter."""
    return solve(event)
