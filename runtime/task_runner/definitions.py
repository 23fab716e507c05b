"""What ECS says of a task, as the command and the variables of a process."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RUNNING = "RUNNING"


@dataclass(frozen=True)
class TaskProcess:
    """How to run a task's first container as a process of this machine."""

    command: list[str]
    environment: dict[str, str]


def of(task: Mapping[str, Any], definition: Mapping[str, Any], own: Mapping[str, str]) -> TaskProcess:
    """The process of a task as `describe_tasks` and `describe_task_definition` describe it.

    `own` are the variables of this machine, such as where its database is; they stand over those of the
    definition, which are meant for AWS, and below those that the task was started with. The Python of the
    definition is the one that runs this.
    """
    container = definition["containerDefinitions"][0]
    overrides = task.get("overrides", {}).get("containerOverrides", [])
    override: Mapping[str, Any] = next((one for one in overrides if one.get("name") == container["name"]), {})
    environment = {
        **pairs(container.get("environment", [])),
        **own,
        **pairs(override.get("environment", [])),
    }
    environment["PATH"] = os.pathsep.join(filter(None, (str(Path(sys.executable).parent), own.get("PATH"))))
    return TaskProcess(list(override.get("command") or container["command"]), environment)


def pairs(variables: list[dict[str, Any]]) -> dict[str, str]:
    """Name and value of variables as ECS lists them."""
    return {one["name"]: str(one["value"]) for one in variables}


def is_wanted(task: Mapping[str, Any]) -> bool:
    """Whether a task is to run: a restart of the endpoint leaves records that say both yes and no."""
    return task.get("desiredStatus") == RUNNING and task.get("lastStatus") != "STOPPED"
