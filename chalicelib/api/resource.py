"""A blueprint whose routes say what they take and answer, for the checks and the OpenAPI document alike.

A handler gets a `Call`: the caller, the path's ids, the query and the body, all checked. It calls one
service and returns an `Answer`, or raises; everything else about HTTP is done here.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

from chalice.app import Blueprint, Response
from pydantic import BaseModel

from chalicelib.api.authorizer import authorize
from chalicelib.api.exchange import respond
from chalicelib.api.operation import Answer, Call, NoBody, Operation, Outcome, Query
from chalicelib.domain.access import Permission

Q = TypeVar("Q", bound=Query)
B = TypeVar("B", bound=BaseModel)


class Resource(Blueprint):  # type: ignore[misc]
    """A Chalice blueprint that remembers its operations."""

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name)
        self.operations: list[Operation] = []

    def operation(
        self,
        method: str,
        path: str,
        *,
        permission: Permission | None,
        outcomes: Mapping[int, Outcome],
        query: type[Q] = Query,  # type: ignore[assignment]
        body: type[B] = NoBody,  # type: ignore[assignment]
        refusals: tuple[str, ...] = (),
        idempotent: bool = False,
        examples: Mapping[str, Any] | None = None,
    ) -> Callable[[Callable[[Call[Q, B]], Answer]], Callable[[Call[Q, B]], Answer]]:
        """Registers a handler; the first line of its docstring is the summary in the document.

        `permission` None opens the route to everyone; `refusals` are the codes of domain errors that it
        answers beyond the ones every route may.
        """

        def register(handler: Callable[[Call[Q, B]], Answer]) -> Callable[[Call[Q, B]], Answer]:
            summary, _, description = (handler.__doc__ or "").strip().partition("\n")
            operation = Operation(
                method=method,
                path=path,
                name=handler.__name__,
                summary=summary.rstrip("."),
                description=" ".join(description.split()),
                permission=permission,
                query=query,
                body=body,
                outcomes=outcomes,
                refusals=refusals,
                idempotent=idempotent,
                examples=examples or {},
            )
            self.operations.append(operation)
            self._add_route(operation, handler)
            return handler

        return register

    def _add_route(self, operation: Operation, handler: Callable[[Call[Any, Any]], Answer]) -> None:
        @wraps(handler)
        def view(**path: str) -> Response:
            return respond(operation, handler, self.current_request, path)

        authorizer = None if operation.permission is None else authorize
        self.route(operation.path, methods=[operation.method], authorizer=authorizer)(view)
