"""The schedule expressions of EventBridge: rates and crons, in UTC."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from croniter import CroniterError, croniter

from runtime.errors import StackError

RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
WEEKDAY_NUMBER = re.compile(r"(?<![#/\d])[1-7](?!\d)")

Schedule = Callable[[datetime], datetime]
"""The first time after another at which the schedule is due."""


def parse(expression: str) -> Schedule:
    """The schedule that an expression stands for; raises StackError for one that is none."""
    if rate := RATE.fullmatch(expression):
        interval = timedelta(**{f"{rate[2]}s": int(rate[1])})
        return lambda after: after + interval
    cron = CRON.fullmatch(expression)
    if not cron:
        raise StackError(
            f"'{expression}' is no schedule; it has to be like rate(5 minutes) or cron(0 2 * * ? *)"
        )
    minute, hour, day, month, weekday, year = (part.replace("?", "*") for part in cron.groups())
    # EventBridge counts weekdays from 1 for Sunday, cron from 0.
    weekday = WEEKDAY_NUMBER.sub(lambda number: str(int(number[0]) - 1), weekday)
    fields = f"{minute} {hour} {day} {month} {weekday} 0 {year}"
    try:
        croniter(fields)
    except CroniterError as error:
        raise StackError(f"'{expression}' is no schedule: {error}") from error
    return lambda after: croniter(fields, after).get_next(datetime)
