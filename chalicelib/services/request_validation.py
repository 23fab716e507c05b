"""Ask for an analysis to be compared with NASA CEA."""

from typing import Any
from uuid import UUID

from chalicelib.adapters.ports import Queue, UnitOfWorkFactory
from chalicelib.domain.access import Principal
from chalicelib.domain.errors import InvalidRequestError, NotFoundError
from chalicelib.services.submit_analysis import Submission, submit_analysis


def request_validation(
    *,
    principal: Principal,
    correlation_id: str,
    unit_of_work: UnitOfWorkFactory,
    queue: Queue,
    analysis_id: UUID | None = None,
    spec: dict[str, Any] | None = None,
    idempotency_key: str | None = None,
) -> Submission:
    """Submits the case of an analysis, or of `spec`, to be solved together with the reference.

    The answer is an analysis like any other, whose result has `validation`; where `analysis_id` was
    given, the comparison is kept for that analysis too (`views.get_validation` finds it by either id).
    It goes through the queue because the reference needs numpy, which the API has not.

    Raises what submit_analysis raises; NotFoundError for an unknown analysis, InvalidRequestError
    unless exactly one of `analysis_id` and `spec` is given.
    """
    if (analysis_id is None) == (spec is None):
        raise InvalidRequestError("give either analysis_id or spec, and not both")
    case = spec if spec is not None else _spec_of(analysis_id, principal.project, unit_of_work)
    return submit_analysis(
        {**case, "validate": True},
        principal=principal,
        correlation_id=correlation_id,
        unit_of_work=unit_of_work,
        queue=queue,
        idempotency_key=idempotency_key,
        validates=analysis_id,
    )


def _spec_of(analysis_id: UUID | None, project: str, unit_of_work: UnitOfWorkFactory) -> dict[str, Any]:
    with unit_of_work() as work:
        spec = work.analyses.spec(analysis_id, project) if analysis_id else None
    if spec is None:
        raise NotFoundError(f"there is no analysis {analysis_id} in project '{project}'")
    return spec
