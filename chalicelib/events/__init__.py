"""What starts work besides HTTP: queues and schedules, each handler thin over one service."""

from chalice.app import Chalice

from chalicelib.events import (
    batch_queue,
    dead_letters,
    releases,
    schedules,
    solve_queue,
    solve_retry_queue,
    study_queue,
    uploads,
)

SOURCES = (
    solve_queue,
    solve_retry_queue,
    batch_queue,
    study_queue,
    uploads,
    dead_letters,
    schedules,
    releases,
)


def register(app: Chalice) -> None:
    """Adds every queue and schedule to the app."""
    for source in SOURCES:
        app.register_blueprint(source.blueprint)
