"""Every error that a caller of the service can meet, each with its stable code.

The HTTP status of a code is decided in one place, `chalicelib.api.errors`; nothing here knows of HTTP.
"""

from typing import Any, NamedTuple


class FieldProblem(NamedTuple):
    """What is wrong with one field: its dotted path, a message that says value and remedy, and a hint."""

    field: str
    message: str
    hint: str | None = None


class DomainError(Exception):
    """A request that cannot be served; `code` is stable, `detail` is for people."""

    code = "internal_error"

    def __init__(self, detail: str, *, fields: tuple[FieldProblem, ...] = (), **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = fields
        self.extra = extra


class InvalidRequestError(DomainError):
    """A body, a query parameter or a specification that breaks a rule; `fields` say which."""

    code = "invalid_request"


class MalformedBodyError(DomainError):
    """A body that is empty or is not JSON."""

    code = "malformed_body"


class BodyTooLargeError(DomainError):
    """A body over the limit."""

    code = "body_too_large"


class UnsupportedMediaTypeError(DomainError):
    """A content type that the route does not take."""

    code = "unsupported_media_type"


class NotFoundError(DomainError):
    """No such thing, or not the caller's to see."""

    code = "not_found"


class NotReadyError(DomainError):
    """The thing exists but has no answer yet, such as the results of a running batch."""

    code = "not_ready"


class UnauthenticatedError(DomainError):
    """No token, or one that is expired, not ours, or broken."""

    code = "unauthenticated"


class PermissionDeniedError(DomainError):
    """The caller is known but lacks the permission."""

    code = "permission_denied"


class IdempotencyKeyReusedError(DomainError):
    """The same Idempotency-Key came with another body."""

    code = "idempotency_key_reused"


class RequestInProgressError(DomainError):
    """The first request with this Idempotency-Key is still being served."""

    code = "request_in_progress"


class ConflictError(DomainError):
    """The state of the thing does not allow what was asked, such as cancelling a finished analysis."""

    code = "conflict"


class QuotaExceededError(DomainError):
    """More than the caller's project may use; the detail says the figures."""

    code = "quota_exceeded"


class UnknownMessageError(DomainError):
    """A queue message of an unknown type or version: it belongs in the dead letters."""

    code = "unknown_message"


class ServiceUnavailableError(DomainError):
    """A part that the service depends on does not answer; trying again later may help."""

    code = "service_unavailable"


class MigrationError(DomainError):
    """The database could not be brought to another revision; the detail says why, and where it is now."""

    code = "migration_failed"


class ReleaseRefusedError(DomainError):
    """A release does not answer as it should; the detail says what it did."""

    code = "release_refused"
