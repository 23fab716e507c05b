"""A process that calls the schedule handlers of the app when they are due."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from chalice.app import Chalice, Rate, ScheduledEventConfig, ScheduleExpression
from chalice.local import LambdaContext

from runtime.lifetime import end_at_once
from runtime.scheduler.expressions import Schedule, parse

LOCAL_ACCOUNT = "000000000000"
REGION = "us-east-1"

logger = logging.getLogger(__name__)


@dataclass
class ScheduledHandler:
    """A handler that the app registered for a schedule, and when it is due next."""

    name: str
    handler: Callable[[Any, Any], Any]
    schedule: Schedule
    due: datetime

    def run(self, now: datetime) -> None:
        """Calls the handler; what it raises is logged, and the next time is another chance."""
        self.due = self.schedule(now)
        try:
            self.handler(scheduled_event(self.name, now), LambdaContext(self.name, 512, 300_000))
        except Exception:
            logger.exception(
                "%s raised; it runs again at %s", self.name, self.due.isoformat(timespec="seconds")
            )


def scheduled_handlers(app: Chalice, now: datetime) -> Iterator[ScheduledHandler]:
    """The schedule handlers of the app.

    Those with a rate are due at once: work that was queued before a restart is taken up again although
    the queue forgot it.
    """
    for source in app.event_sources:
        if isinstance(source, ScheduledEventConfig):
            expression = source.schedule_expression
            text = expression.to_string() if isinstance(expression, ScheduleExpression) else expression
            schedule = parse(text)
            due = now if isinstance(expression, Rate) or text.startswith("rate") else schedule(now)
            yield ScheduledHandler(source.name, app.handler_map[source.name], schedule, due)


def scheduled_event(name: str, now: datetime) -> dict[str, Any]:
    """The event that EventBridge sends to the target of a rule."""
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": LOCAL_ACCOUNT,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{LOCAL_ACCOUNT}:rule/{name}"],
        "detail": {},
    }


def run_due(handlers: list[ScheduledHandler], now: datetime) -> datetime:
    """Runs the handlers that are due; returns when the next one is."""
    for handler in handlers:
        if handler.due <= now:
            handler.run(now)
    return min(handler.due for handler in handlers)


def run() -> None:
    """Runs handlers when they are due until the process is told to stop.

    A stop breaks off the handler in hand: its transaction is rolled back, and the next start runs it again.
    """
    from app import app

    end_at_once()
    handlers = list(scheduled_handlers(app, datetime.now(UTC)))
    while handlers:
        following = run_due(handlers, datetime.now(UTC))
        time.sleep(max(0.0, (following - datetime.now(UTC)).total_seconds()))
