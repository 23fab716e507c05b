"""A request that may come twice: the key under which the first answer is kept."""

import hashlib
import json
from typing import Any

from chalicelib.adapters.ports import UnitOfWork
from chalicelib.domain.errors import IdempotencyKeyReusedError, InvalidRequestError, RequestInProgressError

LONGEST_KEY = 255


def check_key(key: str | None) -> None:
    """Raises InvalidRequestError for a key that cannot be kept."""
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        raise InvalidRequestError(
            f"an Idempotency-Key has 1 to {LONGEST_KEY} printable characters, and this one has {len(key)}; "
            "a UUID is a good one"
        )


def request_hash(request: dict[str, Any]) -> str:
    """A hash that two requests share when they mean the same, whatever the order of their fields."""
    canonical = json.dumps(request, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def first_answer(work: UnitOfWork, project: str, key: str, hashed: str) -> dict[str, Any] | None:
    """What the key brought before, None where it is new; the key is held until the transaction ends.

    Raises RequestInProgressError while another request holds the key, and IdempotencyKeyReusedError
    where it came before with another request.
    """
    if not work.idempotency.lock(project, key):
        raise RequestInProgressError(
            "the first request with this Idempotency-Key is still being served; wait a second and repeat it"
        )
    stored = work.idempotency.find(project, key)
    if stored is None:
        return None
    if stored.request_hash != hashed:
        raise IdempotencyKeyReusedError(
            "this Idempotency-Key came before with another body; use a new key for a new request"
        )
    return stored.response
