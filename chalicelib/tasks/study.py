"""`python -m chalicelib.tasks.study`: solves one task of a study, told by the environment which.

Exit code 0 says that nothing is left to do; 75 that the task was told to stop and another attempt goes on
from its checkpoint; any other that the attempt broke.
"""

import logging
import signal
import sys
from threading import Event

from chalicelib import bootstrap, observability, settings
from chalicelib.domain.study import TaskEnd

STOPPED = 75
BUSY_SECONDS = 2.0
"""Between two looks at a task that somebody else has: their lease may run out."""

logger = logging.getLogger(__name__)


def run(task: settings.StudyTask, stopping: Event) -> int:
    """Solves the task, or waits while somebody else does; answers the exit code."""
    end = TaskEnd.BUSY
    with observability.working_on(task.correlation_id, study=str(task.study_id), task=str(task.study_task)):
        while end == TaskEnd.BUSY and not stopping.is_set():
            end = bootstrap.services().run_study_task(
                task.study_id, task.study_task, task.task_token, stopping=stopping.is_set
            )
            if end == TaskEnd.BUSY:
                stopping.wait(BUSY_SECONDS)
        logger.info("the task is %s", end)
    return 0 if end == TaskEnd.OVER else STOPPED


def main() -> None:
    """Runs until the task is over or a signal comes."""
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    try:
        code = run(settings.study_task(), stopping)
    finally:
        bootstrap.close()
    sys.exit(code)


if __name__ == "__main__":
    main()
