"""Validations: a case compared with NASA CEA."""

from functools import partial

from chalicelib import bootstrap
from chalicelib.api.examples import RS_25_LIKE
from chalicelib.api.models import Accepted, ValidationAnswer, ValidationOrder
from chalicelib.api.operation import Answer, Call, NoBody, Outcome, Query
from chalicelib.api.queries import ValidationWait
from chalicelib.api.resource import Resource
from chalicelib.api.waiting import until_final
from chalicelib.domain.access import Permission
from chalicelib.domain.errors import InvalidRequestError

resource = Resource(__name__)


@resource.operation(
    "POST",
    "/v1/validations",
    permission=Permission.WRITE,
    query=ValidationWait,
    body=ValidationOrder,
    idempotent=True,
    examples={
        "A specification": {"spec": RS_25_LIKE},
        "An analysis": {"analysis_id": "8f14e45f-ceea-467f-a8d2-1d3b3c1f2a10"},
    },
    outcomes={
        200: Outcome("The comparison.", ValidationAnswer),
        202: Outcome("Not done within the wait.", Accepted, headers={"Location": "Where the comparison is."}),
    },
    refusals=("not_found", "idempotency_key_reused", "request_in_progress"),
)
def request_validation(call: Call[ValidationWait, ValidationOrder]) -> Answer:
    """Compare a case with NASA CEA: deviations in percent per quantity.

    The case is solved here and by NASA's program from the same reactants. It takes a worker, so the
    request waits up to `wait` seconds and answers 202 with where to look where that was too short.
    """
    services = bootstrap.services()
    try:
        submission = services.request_validation(
            principal=call.principal,
            correlation_id=call.correlation_id,
            analysis_id=call.body.analysis_id,
            spec=call.body.spec,
            idempotency_key=call.idempotency_key,
        )
    except InvalidRequestError as error:
        raise _inside_spec(error) from error
    location = f"/v1/validations/{submission.analysis_id}"
    read = partial(services.get_validation, submission.analysis_id, project=call.principal.project)
    finished = until_final(read, call.query.wait)
    if finished is not None:
        return Answer(finished, headers={"Location": location})
    accepted = {"id": submission.analysis_id, "status": submission.status}
    return Answer(accepted, status=202, headers={"Location": location, "Retry-After": "1"})


@resource.operation(
    "GET",
    "/v1/validations/{validation_id}",
    permission=Permission.READ,
    outcomes={200: Outcome("The comparison as it stands.", ValidationAnswer)},
    refusals=("not_found",),
)
def get_validation(call: Call[Query, NoBody]) -> Answer:
    """Read a comparison, by its own id or that of the analysis it is about."""
    services = bootstrap.services()
    return Answer(services.get_validation(call.identifier("validation_id"), project=call.principal.project))


def _inside_spec(error: InvalidRequestError) -> InvalidRequestError:
    """The same refusal, with the fields' paths from the top of the body."""
    fields = tuple(one._replace(field=f"spec.{one.field}".rstrip(".")) for one in error.fields)
    return InvalidRequestError(error.detail, fields=fields)
