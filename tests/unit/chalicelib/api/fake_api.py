"""A client of the real app, and callers whose tokens are their names."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalice.test import Client, HTTPResponse

from chalicelib.domain.access import Permission, Principal
from chalicelib.domain.errors import UnauthenticatedError

CALLERS = {
    "engineer": Principal("ada", "demo", frozenset({Permission.READ, Permission.WRITE})),
    "reader": Principal("bob", "demo", frozenset({Permission.READ})),
    "operator": Principal("eve", "demo", frozenset(Permission)),
}


class Tokens:
    """An Identity whose tokens are the names in CALLERS."""

    def principal(self, token: str) -> Principal:
        if token not in CALLERS:
            raise UnauthenticatedError("the token is not good: it has expired; ask for a new one")
        return CALLERS[token]


@dataclass
class Api:
    """Sends requests to the app as API Gateway would."""

    client: Client

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        caller: str | None = "engineer",
        headers: Mapping[str, str] | None = None,
    ) -> HTTPResponse:
        given = dict(headers or {})
        if caller:
            given["Authorization"] = f"Bearer {caller}"
        if body is None:
            content = b""
        else:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            given.setdefault("Content-Type", "application/json")
        return self.client.http.request(method, path, headers=given, body=content)

    def get(self, path: str, **options: Any) -> HTTPResponse:
        return self.send("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> HTTPResponse:
        return self.send("POST", path, body, **options)
