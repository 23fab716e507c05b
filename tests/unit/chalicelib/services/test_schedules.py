from datetime import UTC, date, datetime

from chalicelib.services.create_partitions import create_partitions
from chalicelib.services.refresh_statistics import refresh_statistics
from tests.unit.chalicelib.fakes import FakeClock, FakeDatabase


def test_this_month_and_the_next_ones_are_made_over_the_end_of_the_year(database: FakeDatabase) -> None:
    clock = FakeClock(datetime(2026, 11, 30, 23, 59, tzinfo=UTC))
    assert create_partitions(unit_of_work=database.unit_of_work, clock=clock, months_ahead=2) == 3
    assert database.maintenance.months == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    clock.time = datetime(2026, 12, 1, tzinfo=UTC)
    assert create_partitions(unit_of_work=database.unit_of_work, clock=clock, months_ahead=2) == 1


def test_the_statistics_are_refreshed(database: FakeDatabase) -> None:
    refresh_statistics(unit_of_work=database.unit_of_work)
    assert database.maintenance.refreshed == 1
