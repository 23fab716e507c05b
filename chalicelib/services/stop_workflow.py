"""End the workflow of a study that was cancelled."""

import logging

from chalicelib.adapters.ports import WorkflowLauncher
from chalicelib.domain.study import Study

logger = logging.getLogger(__name__)


def stop_workflow(study: Study, workflows: WorkflowLauncher) -> None:
    """Ends the newest workflow of the study, where it has one.

    The study is cancelled in any case: a worker that is started after that finds it so and leaves.
    """
    if not study.launches:
        return
    try:
        workflows.stop_study(study.id, study.launches - 1)
    except Exception:
        logger.exception(
            "the workflow of study %s could not be stopped; its tasks will find it cancelled", study.id
        )
