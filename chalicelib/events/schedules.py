"""What runs by the clock."""

import logging

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib import bootstrap, observability

blueprint = Blueprint(__name__)
logger = logging.getLogger(__name__)


@blueprint.schedule(Rate(1, unit=Rate.MINUTES))  # type: ignore[untyped-decorator]
def sweep(event: CloudWatchEvent) -> dict[str, int]:
    """Sends what the outbox still holds, and takes up work that somebody dropped."""
    with observability.working_on(observability.correlation_id(event.event_id)):
        services = bootstrap.services()
        counts = services.reap() | services.reap_studies()
        counts["relayed"] = services.relay_outbox()
        if any(counts.values()):
            logger.info("swept", extra={"swept": counts})
        for name, value in counts.items():
            observability.count(f"swept_{name}", value)
        return counts


@blueprint.schedule(Rate(1, unit=Rate.DAYS))  # type: ignore[untyped-decorator]
def make_partitions(event: CloudWatchEvent) -> int:
    """Makes the coming months of the results table."""
    with observability.working_on(observability.correlation_id(event.event_id)):
        made: int = bootstrap.services().create_partitions()
        logger.info("made %d partitions", made)
        return made


@blueprint.schedule(Rate(1, unit=Rate.HOURS))  # type: ignore[untyped-decorator]
def refresh_statistics(event: CloudWatchEvent) -> None:
    """Brings the monthly statistics up to date."""
    with observability.working_on(observability.correlation_id(event.event_id)):
        bootstrap.services().refresh_statistics()
