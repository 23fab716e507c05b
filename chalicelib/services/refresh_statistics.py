"""Bring the monthly statistics up to date."""

from chalicelib.adapters.ports import UnitOfWorkFactory


def refresh_statistics(*, unit_of_work: UnitOfWorkFactory) -> None:
    """Computes the monthly statistics anew; readers see the old ones until it is done."""
    with unit_of_work() as work:
        work.maintenance.refresh_statistics()
