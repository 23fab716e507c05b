"""Who calls: the token of every closed route, checked before the route is reached."""

import logging
from collections.abc import Mapping
from typing import Any

from chalice.app import AuthRequest, AuthResponse, Blueprint

from chalicelib import bootstrap
from chalicelib.api.errors import Problem, problem_of
from chalicelib.domain.access import Permission, Principal
from chalicelib.domain.errors import UnauthenticatedError

blueprint = Blueprint(__name__)
logger = logging.getLogger(__name__)

CACHED_SECONDS = 60


@blueprint.authorizer(ttl_seconds=CACHED_SECONDS)  # type: ignore[untyped-decorator]
def authorize(request: AuthRequest) -> AuthResponse:
    """Lets a caller with a good token through to every route; what they may do there, the routes decide."""
    try:
        principal = verify(request.token)
    except UnauthenticatedError as error:
        logger.info("a token was refused: %s", error.detail)
        return AuthResponse(routes=[], principal_id="nobody", context={"refusal": error.detail})
    context = {"project": principal.project, "permissions": " ".join(sorted(principal.permissions))}
    return AuthResponse(routes=["*"], principal_id=principal.user_id, context=context)


def verify(authorization: str | None) -> Principal:
    """The caller that an Authorization header names; raises UnauthenticatedError saying what is wrong."""
    if not authorization or not authorization.strip():
        raise UnauthenticatedError("no token came along; send the header 'Authorization: Bearer <token>'")
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UnauthenticatedError("the Authorization header is not 'Bearer <token>'; send it like that")
    return bootstrap.identity().principal(token.strip())


def refusal(authorization: str | None, *, correlation_id: str) -> Problem:
    """The answer to a request that the authorizer stopped; for gateways, which know only that it did."""
    try:
        verify(authorization)
    except Exception as error:
        return problem_of(error, correlation_id=correlation_id)
    return problem_of(
        UnauthenticatedError("the token was refused; send the request again, or ask for another token"),
        correlation_id=correlation_id,
    )


def principal_of(context: Mapping[str, Any]) -> Principal:
    """The caller as the authorizer put them into the request's context."""
    allowed = context.get("authorizer") or {}
    if not allowed.get("principalId") or not allowed.get("project"):
        raise UnauthenticatedError("no token came along; send the header 'Authorization: Bearer <token>'")
    permissions = frozenset(Permission(word) for word in str(allowed.get("permissions", "")).split())
    return Principal(str(allowed["principalId"]), str(allowed["project"]), permissions)
