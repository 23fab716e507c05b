"""A process that runs the tasks of the stack's cluster."""

import boto3

from runtime import settings
from runtime.lifetime import stop_event
from runtime.task_runner.runner import TaskRunner


def run() -> None:
    """Runs tasks until the process is told to stop."""
    known = settings.load()
    runner = TaskRunner(
        client=boto3.client("ecs"),
        cluster=known.study_cluster,
        places=known.task_processes,
        own=settings.own_variables(),
    )
    runner.run(stop_event())
