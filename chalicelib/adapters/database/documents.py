"""JSON as PostgreSQL takes it."""

import json
from functools import partial
from typing import Any

from psycopg.types.json import Jsonb

_dumps = partial(json.dumps, allow_nan=False, separators=(",", ":"))


def document(value: Any) -> Jsonb:
    """The value as a jsonb parameter; raises ValueError at sending where a number is not finite."""
    return Jsonb(value, dumps=_dumps)
