"""What runs by the clock."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

from app import app
from chalicelib.services.precompute_scenarios import Precomputed

Invoke = Callable[[str, dict[str, Any]], Any]
EVENT = {
    "version": "0",
    "account": "000000000000",
    "region": "us-east-1",
    "detail": {},
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "time": "2026-01-02T03:04:05Z",
    "id": "0c1d4a52-6a5b-4d83-8f0e-2f1f2a8d1c12",
    "resources": [],
}


def test_the_schedules_are_those_of_the_design() -> None:
    rates = {
        one.name: one.schedule_expression.to_string()
        for one in app.event_sources
        if hasattr(one, "schedule_expression")
    }
    assert rates == {
        "sweep": "rate(1 minute)",
        "make_partitions": "rate(1 day)",
        "refresh_statistics": "rate(1 hour)",
        "precompute": "cron(17 * * * ? *)",
    }


def test_the_sweep_sends_what_it_took_up_at_once(invoke: Invoke, services: SimpleNamespace) -> None:
    order = Mock()
    order.attach_mock(services.reap, "reap")
    order.attach_mock(services.reap_studies, "reap_studies")
    order.attach_mock(services.relay_outbox, "relay_outbox")
    services.reap.return_value = {"resent": 2}
    services.reap_studies.return_value = {"tasks_dropped": 1}
    services.relay_outbox.return_value = 2
    assert invoke("sweep", EVENT) == {"resent": 2, "tasks_dropped": 1, "relayed": 2}
    assert [call[0] for call in order.mock_calls] == ["reap", "reap_studies", "relay_outbox"]


def test_partitions_are_made_and_statistics_refreshed(invoke: Invoke, services: SimpleNamespace) -> None:
    services.create_partitions.return_value = 3
    assert invoke("make_partitions", EVENT) == 3
    invoke("refresh_statistics", EVENT)
    services.refresh_statistics.assert_called_once_with()


def test_scenarios_are_computed_beforehand(invoke: Invoke, services: SimpleNamespace) -> None:
    services.precompute_scenarios.return_value = Precomputed(3020, 12, is_complete=False)
    assert invoke("precompute", EVENT) == {"cases": 3020, "solved": 12}
