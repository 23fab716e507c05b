"""Starts the tasks that ECS lists as processes, a few at a time, and tells ECS when they end."""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from runtime.embedded.processes import dies_with, ending
from runtime.settings import ROOT
from runtime.task_runner import definitions

POLL_SECONDS = 0.5
TROUBLE_SECONDS = 2.0
STOP_SECONDS = 15.0
"""How long a task may write its checkpoint when the runner ends."""

logger = logging.getLogger(__name__)


@dataclass
class TaskRunner:
    """Runs the tasks of one cluster; those above `places` wait, as they would for capacity."""

    client: Any
    cluster: str
    places: int
    own: Mapping[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def run(self, stopping: Event) -> None:
        """Polls until it is told to stop; the tasks then get a while to write their checkpoints."""
        while not stopping.is_set():
            try:
                self.poll()
                stopping.wait(POLL_SECONDS)
            except (BotoCoreError, ClientError) as error:
                logger.warning("the cluster does not answer: %s", error)
                stopping.wait(TROUBLE_SECONDS)
        self.stop()

    def poll(self) -> None:
        """One look: ends what ECS no longer wants, reports what has ended, starts what waits."""
        wanted = self._wanted()
        for arn, process in list(self.processes.items()):
            if process.poll() is not None:
                logger.info("%s %s", _name(arn), ending(process.returncode))
                if wanted.pop(arn, None):
                    self.client.stop_task(cluster=self.cluster, task=arn, reason=ending(process.returncode))
                del self.processes[arn]
            elif arn not in wanted:
                process.terminate()
        for arn, task in wanted.items():
            if arn not in self.processes and len(self.processes) < self.places:
                self._start(arn, task)

    def stop(self) -> None:
        """Tells all tasks to end, and kills those that take too long."""
        for process in self.processes.values():
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for arn, process in self.processes.items():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                logger.warning("%s did not stop in %g s and is killed", _name(arn), STOP_SECONDS)
                process.kill()
                process.wait()
        self.processes.clear()

    def _wanted(self) -> dict[str, Mapping[str, Any]]:
        arns: list[str] = []
        pages = self.client.get_paginator("list_tasks").paginate(
            cluster=self.cluster, desiredStatus="RUNNING"
        )
        for page in pages:
            arns += page["taskArns"]
        found: dict[str, Mapping[str, Any]] = {}
        for begin in range(0, len(arns), 100):
            described = self.client.describe_tasks(cluster=self.cluster, tasks=arns[begin : begin + 100])
            found |= {task["taskArn"]: task for task in described["tasks"] if definitions.is_wanted(task)}
        return found

    def _start(self, arn: str, task: Mapping[str, Any]) -> None:
        definition = self.client.describe_task_definition(taskDefinition=task["taskDefinitionArn"])
        process = definitions.of(task, definition["taskDefinition"], self.own)
        self.processes[arn] = subprocess.Popen(
            process.command,
            env=process.environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            preexec_fn=dies_with(os.getpid(), signal.SIGTERM),
        )
        logger.info("%s runs as process %d", _name(arn), self.processes[arn].pid)


def _name(arn: str) -> str:
    return f"task {arn.rpartition('/')[2]}"
