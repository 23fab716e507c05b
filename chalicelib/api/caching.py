"""What clients and networks may keep of an answer, and how they ask whether it is still the same."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.api.operation import Answer, Outcome

HOUR = 3600
NOT_MODIFIED = Outcome("Still what the caller has: the ETag is among those of If-None-Match.")
TAG = re.compile(r'(?:W/)?("[^"]*")')


@dataclass(frozen=True)
class Keeping:
    """How long who may keep an answer; `is_final` where it never changes."""

    seconds: int
    is_public: bool = False
    is_final: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """Cache-Control, and Vary where what is answered depends on who asks."""
        words = [
            "public" if self.is_public else "private",
            f"max-age={self.seconds}" if self.seconds else "no-cache",
            *(["immutable"] if self.is_final else []),
        ]
        vary = {} if self.is_public else {"Vary": "Authorization"}
        return {"Cache-Control": ", ".join(words), **vary}


NEVER_KEPT = {"Cache-Control": "no-store"}

DOCUMENT = Keeping(HOUR, is_public=True)
"""The same for everyone, until the next release."""
OWN_PAGE = Keeping(HOUR)
CATALOGUE = Keeping(60)
"""It tells what the project has learnt, a minute late at most."""
FINISHED = Keeping(HOUR, is_final=True)
"""An hour and not a year: whoever deletes an analysis wants it gone."""
CHANGING = Keeping(0)
"""May be kept, and is asked about each time."""


def headers_of(answer: Answer, body: bytes) -> dict[str, str]:
    """The caching headers of an answer with this body."""
    if answer.keeping is None or answer.status != 200:
        return dict(NEVER_KEPT)
    return {"ETag": etag(body), **answer.keeping.headers}


def etag(body: bytes) -> str:
    """A strong tag: the same for the same bytes only."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def is_known(tag: str | None, request_headers: Mapping[str, str]) -> bool:
    """Whether the caller says that it has the answer of this tag (RFC 9110, section 13.1.2)."""
    given = request_headers.get("if-none-match")
    if tag is None or given is None:
        return False
    return given.strip() == "*" or tag in TAG.findall(given)
