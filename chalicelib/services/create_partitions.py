"""Make the months of the results table ahead of time."""

from datetime import date

from chalicelib.adapters.ports import Clock, UnitOfWorkFactory


def create_partitions(*, unit_of_work: UnitOfWorkFactory, clock: Clock, months_ahead: int = 3) -> int:
    """Makes the partitions of this month and `months_ahead` more where missing; answers how many it made."""
    today = clock.now().date()
    made = 0
    with unit_of_work() as work:
        for ahead in range(months_ahead + 1):
            years, month = divmod(today.month - 1 + ahead, 12)
            made += work.maintenance.make_partition(date(today.year + years, month + 1, 1))
    return made
