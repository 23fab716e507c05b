from datetime import UTC, datetime, timedelta

import pytest

from runtime.errors import StackError
from runtime.scheduler.expressions import parse

WEDNESDAY = datetime(2026, 7, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "interval"),
    [
        ("rate(1 minute)", timedelta(minutes=1)),
        ("rate(5 minutes)", timedelta(minutes=5)),
        ("rate(1 hour)", timedelta(hours=1)),
        ("rate(7 days)", timedelta(days=7)),
    ],
)
def test_a_rate_is_due_after_its_interval(expression: str, interval: timedelta) -> None:
    assert parse(expression)(WEDNESDAY) == WEDNESDAY + interval


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("cron(0 2 * * ? *)", datetime(2026, 7, 2, 2, 0, tzinfo=UTC)),
        ("cron(0/15 * * * ? *)", datetime(2026, 7, 1, 12, 45, tzinfo=UTC)),
        ("cron(0 0 1 * ? *)", datetime(2026, 8, 1, tzinfo=UTC)),
        ("cron(0 8 ? * 2-6 *)", datetime(2026, 7, 2, 8, 0, tzinfo=UTC)),
        ("cron(0 8 ? * 1 *)", datetime(2026, 7, 5, 8, 0, tzinfo=UTC)),
        ("cron(0 8 ? * SUN *)", datetime(2026, 7, 5, 8, 0, tzinfo=UTC)),
        ("cron(0 0 1 1 ? 2030)", datetime(2030, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_cron_is_due_at_its_next_time(expression: str, due: datetime) -> None:
    assert parse(expression)(WEDNESDAY) == due


@pytest.mark.parametrize(
    "expression", ["", "rate(0.5 hours)", "every minute", "cron(99 * * * ? *)", "cron(* * *)"]
)
def test_an_expression_that_is_none_is_refused_by_name(expression: str) -> None:
    with pytest.raises(StackError, match="is no schedule"):
        parse(expression)
