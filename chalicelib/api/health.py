"""How the service is: for load balancers, for monitors, for people."""

import time
from typing import Any

from chalicelib import bootstrap
from chalicelib.api.metrics import CONTENT_TYPE, exposition
from chalicelib.api.models import Alive, DeepHealth, Ready
from chalicelib.api.operation import Answer, Call, NoBody, Outcome, Query
from chalicelib.api.resource import Resource
from chalicelib.domain.access import Permission
from chalicelib.domain.errors import ServiceUnavailableError

resource = Resource(__name__)


@resource.operation("GET", "/health", permission=None, outcomes={200: Outcome("It answers.", Alive)})
def health(_: Call[Query, NoBody]) -> Answer:
    """Whether the process answers; it looks at nothing else."""
    return Answer({"status": "ok"})


@resource.operation(
    "GET", "/ready", permission=Permission.READ, outcomes={200: Outcome("It can take work.", Ready)}
)
def ready(_: Call[Query, NoBody]) -> Answer:
    """Whether the service can take work: the database answers and has its tables."""
    return Answer({"status": "ok", **bootstrap.services().health()})


@resource.operation(
    "GET",
    "/v1/health/deep",
    permission=Permission.OPERATE,
    outcomes={
        200: Outcome("All is well.", DeepHealth),
        503: Outcome("Something does not answer.", DeepHealth),
    },
)
def deep_health(_: Call[Query, NoBody]) -> Answer:
    """Look at every part that the service depends on, and how long each takes to answer."""
    services = bootstrap.services()
    parts = {
        "database": _database(),
        "queues": services.queue_states(),
        "buckets": services.bucket_states(),
    }
    states = [parts["database"], *parts["queues"].values(), *parts["buckets"].values()]
    sound = all(state["status"] == "ok" for state in states)
    return Answer({"status": "ok" if sound else "degraded", **parts}, status=200 if sound else 503)


@resource.operation(
    "GET",
    "/metrics",
    permission=Permission.OPERATE,
    outcomes={200: Outcome("Prometheus text.", files=("text/plain",))},
)
def metrics(_: Call[Query, NoBody]) -> Answer:
    """Read the counts of the whole service in Prometheus' text format."""
    services = bootstrap.services()
    text = exposition(services.service_counts(), services.queue_states())
    return Answer(text, content_type=CONTENT_TYPE)


def _database() -> dict[str, Any]:
    started = time.perf_counter()
    try:
        found = {"status": "ok", "revision": bootstrap.services().health()["revision"]}
    except ServiceUnavailableError:
        found = {"status": "unreachable"}
    return {**found, "seconds": round(time.perf_counter() - started, 4)}
