"""The steps of a release that are ours: migrating the database, and trying a version before it gets traffic."""

import logging
from typing import Any

from chalice.app import Blueprint

from chalicelib import observability, releasing

blueprint = Blueprint(__name__)
logger = logging.getLogger(__name__)

NAME = "database-migration"
Document = dict[str, Any]


@blueprint.lambda_function()  # type: ignore[untyped-decorator]
def migrate_database(event: Document, _context: object) -> Document:
    """Brings the database to the newest revision; asked by CloudFormation, or by hand with an empty event.

    A stack that goes away or rolls back leaves the database as it is: migrations only add what older code
    does not mind. In a standby region the schema comes with the data.
    """
    is_asked_by_stack = "ResponseURL" in event
    with observability.working_on(observability.correlation_id(event.get("RequestId"))):
        try:
            done = releasing.migrate_database() if _is_to_migrate(event) else {}
        except Exception as error:
            logger.exception("the database was not migrated")
            if not is_asked_by_stack:
                raise
            releasing.reply_to_stack(event, NAME, failure=str(error), data={})
            return {}
        if is_asked_by_stack:
            releasing.reply_to_stack(event, NAME, failure=None, data=done)
        return done


def _is_to_migrate(event: Document) -> bool:
    properties: Document = event.get("ResourceProperties", {})
    return event.get("RequestType") != "Delete" and properties.get("Role") != "standby"


@blueprint.lambda_function()  # type: ignore[untyped-decorator]
def before_traffic(event: Document, _context: object) -> None:
    """Tries the new version; CodeDeploy shifts no traffic to one that fails."""
    _try(event)


@blueprint.lambda_function()  # type: ignore[untyped-decorator]
def after_traffic(event: Document, _context: object) -> None:
    """Tries what everybody has now; CodeDeploy goes back to the old version where that fails."""
    _try(event)


def _try(event: Document) -> None:
    deployment = str(event["DeploymentId"])
    with observability.working_on(deployment):
        succeeded = True
        try:
            releasing.check_release(deployment)
        except Exception:
            logger.exception("the release is refused")
            succeeded = False
        releasing.report_release(deployment, str(event["LifecycleEventHookExecutionId"]), succeeded=succeeded)
