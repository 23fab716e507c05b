"""What runs by the clock."""

import logging

from chalice.app import Blueprint, CloudWatchEvent, Cron, Rate

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


# not a rate: those are due at once where a stack starts, and this would be in the way of its first requests
@blueprint.schedule(Cron(17, "*", "*", "*", "?", "*"))  # type: ignore[untyped-decorator]
def precompute(event: CloudWatchEvent) -> dict[str, int]:
    """Answers the common scenarios beforehand, within an hour of a new engine; cheap when all are there."""
    with observability.working_on(observability.correlation_id(event.event_id)):
        done = bootstrap.services().precompute_scenarios()
        if done.solved or not done.is_complete:
            logger.info("precomputed", extra={"precomputed": done._asdict()})
        observability.count("precomputed", done.solved)
        return {"cases": done.cases, "solved": done.solved}
