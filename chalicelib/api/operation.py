"""What one route takes and answers, and one request and answer of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, RootModel

from chalicelib.domain.access import Permission, Principal
from chalicelib.domain.errors import FieldProblem, InvalidRequestError

if TYPE_CHECKING:
    from chalicelib.api.caching import Keeping

JSON = "application/json"


class Query(BaseModel):
    """The query parameters of a route; an unknown one is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoBody(RootModel[None]):
    """The route takes no body, and looks at none."""


Q = TypeVar("Q", bound=Query)
B = TypeVar("B", bound=BaseModel)


@dataclass(frozen=True)
class Call(Generic[Q, B]):
    """One checked request."""

    principal: Principal
    correlation_id: str
    path: Mapping[str, str]
    query: Q
    body: B
    idempotency_key: str | None = None

    def identifier(self, name: str) -> UUID:
        """The id in the path that the route calls `name`; raises InvalidRequestError where it is no UUID."""
        text = self.path[name]
        try:
            return UUID(text)
        except ValueError:
            message = f"'{text[:60]}' is not an id; give the UUID that the service answered with"
            raise InvalidRequestError(message, fields=(FieldProblem(name, message),)) from None


@dataclass(frozen=True)
class Answer:
    """What a handler answers: text and bytes go as they are, everything else as JSON.

    `keeping` says who may keep it; without it nobody does.
    """

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON
    keeping: "Keeping | None" = None


@dataclass(frozen=True)
class Outcome:
    """One way an operation can end well, for the document: a model as JSON, or files of some content types."""

    description: str
    model: type[BaseModel] | None = None
    files: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """What one route takes and answers."""

    method: str
    path: str
    name: str
    summary: str
    description: str
    permission: Permission | None
    query: type[Query]
    body: type[BaseModel]
    outcomes: Mapping[int, Outcome]
    refusals: tuple[str, ...]
    idempotent: bool
    examples: Mapping[str, Any]

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)
