"""Analyses: sent, read, listed, cancelled, deleted, and given as files."""

from functools import partial

from chalicelib import bootstrap
from chalicelib.api.caching import CHANGING, FINISHED, NOT_MODIFIED
from chalicelib.api.examples import MOTORS
from chalicelib.api.exports import CURVES, FORMATS, export
from chalicelib.api.models import Accepted, Analysis, AnalysisPage, History, Specification
from chalicelib.api.operation import Answer, Call, NoBody, Outcome, Query
from chalicelib.api.queries import AnalysisFilter, CurveDetails, Wait
from chalicelib.api.resource import Resource
from chalicelib.api.waiting import until_final
from chalicelib.domain.access import Permission
from chalicelib.domain.analysis import AnalysisStatus
from chalicelib.domain.errors import NotReadyError

resource = Resource(__name__)

ONE = "/v1/analyses/{analysis_id}"
FILES = ("application/json", "text/csv", "text/plain", "application/xml")
LOCATION = {"Location": "Where the analysis is.", "Retry-After": "Seconds until it is worth looking."}


@resource.operation(
    "POST",
    "/v1/analyses",
    permission=Permission.WRITE,
    query=Wait,
    body=Specification,
    idempotent=True,
    examples=MOTORS,
    outcomes={
        202: Outcome("On its way.", Accepted, headers=LOCATION),
        200: Outcome("Done within the wait.", Analysis),
    },
    refusals=("idempotency_key_reused", "request_in_progress"),
)
def submit_analysis(call: Call[Wait, Specification]) -> Answer:
    """Send a motor to be analysed.

    The specification is checked at once and solved by a worker. With `wait` the answer is the finished
    analysis where it is done by then; with an `Idempotency-Key` the request can be repeated safely.
    """
    services = bootstrap.services()
    submission = services.submit_analysis(
        call.body.root,
        principal=call.principal,
        correlation_id=call.correlation_id,
        idempotency_key=call.idempotency_key,
        at_once=call.query.wait > 0,
    )
    location = f"/v1/analyses/{submission.analysis_id}"
    if call.query.wait:
        read = partial(services.get_analysis, submission.analysis_id, project=call.principal.project)
        finished = until_final(read, call.query.wait)
        if finished is not None:
            return Answer(finished, headers={"Location": location})
    accepted = {"id": submission.analysis_id, "status": submission.status}
    return Answer(accepted, status=202, headers={"Location": location, "Retry-After": "1"})


@resource.operation(
    "GET",
    "/v1/analyses",
    permission=Permission.READ,
    query=AnalysisFilter,
    outcomes={200: Outcome("A page of the list.", AnalysisPage)},
)
def list_analyses(call: Call[AnalysisFilter, NoBody]) -> Answer:
    """List analyses, newest first."""
    query = call.query
    if query.project not in (None, call.principal.project):
        return Answer({"items": [], "next_cursor": None})
    page = bootstrap.services().list_analyses(
        project=call.principal.project,
        motor_type=query.motor_type,
        status=query.status,
        created_after=query.created_after,
        text=query.text,
        cursor=query.cursor,
        limit=query.limit,
    )
    return Answer(page)


@resource.operation(
    "GET",
    ONE,
    permission=Permission.READ,
    outcomes={200: Outcome("The analysis as it stands.", Analysis), 304: NOT_MODIFIED},
    refusals=("not_found",),
)
def get_analysis(call: Call[Query, NoBody]) -> Answer:
    """Read an analysis: its status, and its result or error once it has ended."""
    services = bootstrap.services()
    found = services.get_analysis(call.identifier("analysis_id"), project=call.principal.project)
    status = AnalysisStatus(found["status"])
    # what failed may be fed back and succeed after all
    keeping = FINISHED if status is AnalysisStatus.SUCCEEDED else CHANGING
    return Answer(found, headers={} if status.is_final else {"Retry-After": "1"}, keeping=keeping)


@resource.operation(
    "DELETE",
    ONE,
    permission=Permission.WRITE,
    outcomes={204: Outcome("It is gone.")},
    refusals=("not_found",),
)
def delete_analysis(call: Call[Query, NoBody]) -> Answer:
    """Delete an analysis; one that has not ended is cancelled."""
    bootstrap.services().delete_analysis(call.identifier("analysis_id"), project=call.principal.project)
    return Answer(None, status=204)


@resource.operation(
    "POST",
    f"{ONE}/cancel",
    permission=Permission.WRITE,
    outcomes={200: Outcome("It is cancelled.", Accepted)},
    refusals=("not_found", "conflict"),
)
def cancel_analysis(call: Call[Query, NoBody]) -> Answer:
    """Cancel an analysis that has not ended; cancelling twice answers the same."""
    analysis_id = call.identifier("analysis_id")
    status = bootstrap.services().cancel_analysis(analysis_id, project=call.principal.project)
    return Answer({"id": analysis_id, "status": status})


@resource.operation(
    "GET",
    f"{ONE}/history",
    permission=Permission.READ,
    outcomes={200: Outcome("Arrays of equal lengths.", History), 304: NOT_MODIFIED},
    refusals=("not_found", "not_ready"),
)
def get_history(call: Call[Query, NoBody]) -> Answer:
    """Read what happens over the burn: time, thrust, chamber pressure and more."""
    services = bootstrap.services()
    history = services.get_history(call.identifier("analysis_id"), project=call.principal.project)
    return Answer(history, keeping=FINISHED)


@resource.operation(
    "GET",
    f"{ONE}/exports/{{format}}",
    permission=Permission.READ,
    query=CurveDetails,
    outcomes={200: Outcome("The file.", files=FILES), 304: NOT_MODIFIED},
    refusals=("not_found", "not_ready"),
)
def export_analysis(call: Call[CurveDetails, NoBody]) -> Answer:
    """Read the result of an analysis as a file: json or csv, of solids and hybrids also eng (RASP) or rse (RockSim)."""
    analysis_id = call.identifier("analysis_id")
    found = bootstrap.services().get_analysis(analysis_id, project=call.principal.project)
    if call.path["format"] in (*FORMATS, *CURVES) and found.get("result") is None:
        raise NotReadyError(f"analysis {analysis_id} is {found['status']} and has no result to export")
    file = export(found, call.path["format"], call.query.model_dump())
    disposition = f'attachment; filename="{analysis_id}.{file.extension}"'
    headers = {"Content-Disposition": disposition}
    return Answer(file.content, headers=headers, content_type=file.content_type, keeping=FINISHED)
