"""The OpenAPI document, and a page for people that shows it."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from chalicelib.api import openapi
from chalicelib.api.caching import DOCUMENT, NOT_MODIFIED, OWN_PAGE
from chalicelib.api.operation import Answer, Call, NoBody, Outcome, Query
from chalicelib.api.resource import Resource
from chalicelib.domain.access import Permission

resource = Resource(__name__)

PAGE = Path(__file__).with_name("documentation.html")
PLACE = "/*OPENAPI*/null"


@resource.operation(
    "GET",
    "/openapi.json",
    permission=None,
    outcomes={200: Outcome("OpenAPI 3.1.", files=("application/json",)), 304: NOT_MODIFIED},
)
def openapi_document(_: Call[Query, NoBody]) -> Answer:
    """Read this document."""
    return Answer(document(), keeping=DOCUMENT)


@resource.operation(
    "GET",
    "/docs",
    permission=Permission.READ,
    outcomes={200: Outcome("A page.", files=("text/html",)), 304: NOT_MODIFIED},
)
def documentation(_: Call[Query, NoBody]) -> Answer:
    """Read this document as a page that needs nothing from elsewhere."""
    described = to_json(document()).decode().replace("</", "<\\/")
    page = PAGE.read_text().replace(PLACE, described, 1)
    return Answer(page, content_type="text/html; charset=utf-8", keeping=OWN_PAGE)


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The document of all operations that the API registered."""
    from chalicelib.api import operations

    return openapi.document(operations())
