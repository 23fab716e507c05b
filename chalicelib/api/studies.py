"""Studies: sweeps, optimisations, uncertainties and sensitivities, estimated, started, followed and read."""

from functools import partial
from typing import Any

from chalicelib import bootstrap
from chalicelib.api.operation import Answer, Call, NoBody, Outcome, Query
from chalicelib.api.resource import Resource
from chalicelib.api.study_examples import STUDIES
from chalicelib.api.study_models import (
    Study,
    StudyAccepted,
    StudyCancelled,
    StudyDocument,
    StudyEstimate,
    StudyFilter,
    StudyPage,
    StudyStart,
    TableFormat,
)
from chalicelib.api.waiting import until_final
from chalicelib.domain.access import Permission
from chalicelib.domain.study import StudyStatus

resource = Resource(__name__)

ONE = "/v1/studies/{study_id}"
LOCATION = {"Location": "Where the study is.", "Retry-After": "Seconds until it is worth looking."}


@resource.operation(
    "POST",
    "/v1/studies",
    permission=Permission.WRITE,
    query=StudyStart,
    body=StudyDocument,
    idempotent=True,
    examples=STUDIES,
    outcomes={
        202: Outcome("On its way.", StudyAccepted, headers=LOCATION),
        200: Outcome("Done within the wait; or, with `estimate`, what it would take.", Study),
    },
    refusals=("quota_exceeded", "idempotency_key_reused", "request_in_progress"),
)
def start_study(call: Call[StudyStart, StudyDocument]) -> Answer:
    """Start a study: many cases that answer one question together.

    It is checked and estimated at once, refused with the figure where it is over the project's quota, and
    solved in a function or, when it is long, in tasks that a workflow starts. With `estimate=true` nothing
    is started. With an `Idempotency-Key` the request can be repeated safely.
    """
    services = bootstrap.services()
    if call.query.estimate:
        return Answer(services.estimate_study(call.body.root, principal=call.principal))
    started = services.start_study(
        call.body.root,
        principal=call.principal,
        correlation_id=call.correlation_id,
        idempotency_key=call.idempotency_key,
    )
    location = f"/v1/studies/{started.study_id}"
    if call.query.wait:
        read = partial(services.get_study, started.study_id, project=call.principal.project)
        finished = until_final(read, call.query.wait)
        if finished is not None:
            return Answer(finished, headers={"Location": location})
    accepted = {"id": started.study_id, "status": started.status, "estimate": started.estimate}
    return Answer(accepted, status=202, headers={"Location": location, **_look_again(started.estimate)})


@resource.operation(
    "POST",
    "/v1/studies/estimate",
    permission=Permission.READ,
    body=StudyDocument,
    examples=STUDIES,
    outcomes={200: Outcome("What the study would take.", StudyEstimate)},
)
def estimate_study(call: Call[Query, StudyDocument]) -> Answer:
    """Say what a study would take: cases, seconds, dollars on AWS, and what is left of the quota."""
    return Answer(bootstrap.services().estimate_study(call.body.root, principal=call.principal))


@resource.operation(
    "GET",
    "/v1/studies",
    permission=Permission.READ,
    query=StudyFilter,
    outcomes={200: Outcome("A page of the list.", StudyPage)},
)
def list_studies(call: Call[StudyFilter, NoBody]) -> Answer:
    """List the studies of the project, newest first."""
    query = call.query
    return Answer(
        bootstrap.services().list_studies(
            project=call.principal.project,
            status=query.status,
            type=query.type,
            cursor=query.cursor,
            limit=query.limit,
        )
    )


@resource.operation(
    "GET",
    ONE,
    permission=Permission.READ,
    outcomes={200: Outcome("The study as it stands.", Study)},
    refusals=("not_found",),
)
def get_study(call: Call[Query, NoBody]) -> Answer:
    """Read where a study is: status, progress, and its answer once it succeeded."""
    found = bootstrap.services().get_study(call.identifier("study_id"), project=call.principal.project)
    final = StudyStatus(found["status"]).is_final
    return Answer(found, headers={} if final else _look_again(found["estimate"]))


@resource.operation(
    "GET",
    f"{ONE}/results",
    permission=Permission.READ,
    query=TableFormat,
    outcomes={303: Outcome("The table is at `Location`.", headers={"Location": "Where the table is."})},
    refusals=("not_found", "not_ready"),
)
def get_study_results(call: Call[TableFormat, NoBody]) -> Answer:
    """Get the table of a study's cases, a row per case, as CSV or Parquet: an address that needs no token."""
    find = bootstrap.services().study_table
    table = find(call.identifier("study_id"), call.query.format, project=call.principal.project)
    return Answer(None, status=303, headers={"Location": table.url})


@resource.operation(
    "POST",
    f"{ONE}/cancel",
    permission=Permission.WRITE,
    outcomes={200: Outcome("It is cancelled.", StudyCancelled)},
    refusals=("not_found", "conflict"),
)
def cancel_study(call: Call[Query, NoBody]) -> Answer:
    """Cancel a study that has not ended; its workers stop within seconds, and cancelling twice is the same."""
    study_id = call.identifier("study_id")
    status = bootstrap.services().cancel_study(study_id, project=call.principal.project)
    return Answer({"id": study_id, "status": status})


@resource.operation(
    "DELETE",
    ONE,
    permission=Permission.WRITE,
    outcomes={204: Outcome("It is gone.")},
    refusals=("not_found",),
)
def delete_study(call: Call[Query, NoBody]) -> Answer:
    """Delete a study; one that has not ended is cancelled."""
    bootstrap.services().delete_study(call.identifier("study_id"), project=call.principal.project)
    return Answer(None, status=204)


def _look_again(estimate: dict[str, Any]) -> dict[str, str]:
    """A short study is worth a look every second, a long one less often."""
    return {"Retry-After": str(min(10, max(1, round(estimate["seconds"] / 20))))}
