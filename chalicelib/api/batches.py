"""Batches: a file of cases, uploaded and solved together."""

from typing import TYPE_CHECKING

from chalicelib import bootstrap, settings
from chalicelib.api.models import Batch, BatchCancelled, BatchCreated, BatchOrder, BatchPage
from chalicelib.api.operation import Answer, Call, NoBody, Outcome, Query
from chalicelib.api.queries import Page, TableFormat
from chalicelib.api.resource import Resource
from chalicelib.domain.access import Permission
from chalicelib.domain.batch import BatchStatus

resource = Resource(__name__)

if TYPE_CHECKING:
    from chalicelib.views.batch_files import BatchFile

LARGEST_INLINE = 4_000_000
"""A Lambda function can answer with 6 MB at most, encoded."""
JSON_TYPE = "application/json"
ONE = "/v1/batches/{batch_id}"
FILE = {
    200: Outcome("The file.", files=("text/csv",)),
    303: Outcome("The file is large: it is at `Location`.", headers={"Location": "Where the file is."}),
}


@resource.operation(
    "POST",
    "/v1/batches",
    permission=Permission.WRITE,
    body=BatchOrder,
    examples={
        "A CSV file": {"filename": "merlin-sweep.csv"},
        "A grid over constants": {
            "filename": "pressures.csv",
            "constants": {
                "propellant.fuel": "RP-1",
                "propellant.oxidizer": "LOX",
                "propellant.mixture_ratio": "2:3:0.01",
                "nozzle.area_ratio": 40,
            },
        },
    },
    outcomes={201: Outcome("Waits for its file.", BatchCreated, headers={"Location": "Where the batch is."})},
)
def create_batch(call: Call[Query, BatchOrder]) -> Answer:
    """Make a batch and get the address to upload its file to; the upload starts it."""
    created = bootstrap.services().create_batch(
        call.body.filename,
        call.body.constants,
        force=call.body.force,
        principal=call.principal,
        correlation_id=call.correlation_id,
    )
    body = {
        "id": created.batch_id,
        "status": BatchStatus.AWAITING_UPLOAD,
        "upload_url": created.upload_url,
        "upload_seconds": settings.load().upload_seconds,
    }
    return Answer(body, status=201, headers={"Location": f"/v1/batches/{created.batch_id}"})


@resource.operation(
    "GET",
    ONE,
    permission=Permission.READ,
    outcomes={200: Outcome("The batch as it stands.", Batch)},
    refusals=("not_found",),
)
def get_batch(call: Call[Query, NoBody]) -> Answer:
    """Read where a batch is: status, counts and progress."""
    found = bootstrap.services().get_batch(call.identifier("batch_id"), project=call.principal.project)
    return Answer(found, headers={} if BatchStatus(found["status"]).is_final else {"Retry-After": "1"})


@resource.operation(
    "GET",
    "/v1/batches",
    permission=Permission.READ,
    query=Page,
    outcomes={200: Outcome("A page of the list.", BatchPage)},
)
def list_batches(call: Call[Page, NoBody]) -> Answer:
    """List batches, newest first."""
    page = bootstrap.services().list_batches(
        project=call.principal.project, cursor=call.query.cursor, limit=call.query.limit
    )
    return Answer(page)


@resource.operation(
    "GET",
    f"{ONE}/results",
    permission=Permission.READ,
    query=TableFormat,
    outcomes=FILE,
    refusals=("not_found", "not_ready"),
)
def get_batch_results(call: Call[TableFormat, NoBody]) -> Answer:
    """Read the results of a batch, a line per valid row, as CSV or as Parquet; the latter is at `Location`."""
    find = bootstrap.services().batch_results
    file = find(call.identifier("batch_id"), call.query.format, project=call.principal.project)
    return _give(file) if call.query.format == "csv" else _elsewhere(file)


@resource.operation(
    "GET",
    f"{ONE}/plots/{{name}}",
    permission=Permission.READ,
    outcomes={303: FILE[303]},
    refusals=("not_found", "not_ready"),
)
def get_batch_plot(call: Call[Query, NoBody]) -> Answer:
    """Look at the results: overview.png, overview.svg, distributions.png or distributions.svg."""
    find = bootstrap.services().batch_plot
    return _elsewhere(find(call.identifier("batch_id"), call.path["name"], project=call.principal.project))


@resource.operation(
    "GET",
    f"{ONE}/errors",
    permission=Permission.READ,
    outcomes=FILE,
    refusals=("not_found", "not_ready"),
)
def get_batch_errors(call: Call[Query, NoBody]) -> Answer:
    """Read the rows of a batch that have no answer as CSV: line, field, value, reason, remedy."""
    find = bootstrap.services().batch_errors
    return _give(find(call.identifier("batch_id"), project=call.principal.project))


@resource.operation(
    "GET",
    f"{ONE}/summary",
    permission=Permission.READ,
    outcomes={200: Outcome("The summary.", files=(JSON_TYPE,))},
    refusals=("not_found", "not_ready"),
)
def get_batch_summary(call: Call[Query, NoBody]) -> Answer:
    """Read what a batch amounts to: its counts, and minimum, mean and maximum of every answer."""
    find = bootstrap.services().batch_summary
    return _give(find(call.identifier("batch_id"), project=call.principal.project), JSON_TYPE)


@resource.operation(
    "POST",
    f"{ONE}/cancel",
    permission=Permission.WRITE,
    outcomes={200: Outcome("It is cancelled.", BatchCancelled)},
    refusals=("not_found", "conflict"),
)
def cancel_batch(call: Call[Query, NoBody]) -> Answer:
    """Cancel a batch that has not ended; cancelling twice answers the same."""
    batch_id = call.identifier("batch_id")
    status = bootstrap.services().cancel_batch(batch_id, project=call.principal.project)
    return Answer({"id": batch_id, "status": status})


def _give(file: "BatchFile", content_type: str = "text/csv; charset=utf-8") -> Answer:
    """The file itself where it fits into an answer, else the way to it."""
    with bootstrap.services().object_store.open(file.bucket, file.key) as stream:
        content = stream.read(LARGEST_INLINE + 1)
    if len(content) > LARGEST_INLINE:
        return _elsewhere(file)
    headers = {"Content-Disposition": f'attachment; filename="{file.filename}"'}
    return Answer(content.decode(), headers=headers, content_type=content_type)


def _elsewhere(file: "BatchFile") -> Answer:
    return Answer(None, status=303, headers={"Location": file.url})
