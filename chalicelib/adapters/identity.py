"""Who a token stands for: a JWT signed with EdDSA."""

import re
from typing import Any

import jwt

from chalicelib.domain.access import Permission, Principal
from chalicelib.domain.errors import UnauthenticatedError

PROJECT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")
"""A project is the first part of the keys of its objects."""


class JwtIdentity:
    """Keeps `ports.Identity`; `public_key` is a PEM, `issuer` and `audience` what the token must name."""

    def __init__(self, public_key: str, *, issuer: str, audience: str) -> None:
        self._public_key = public_key
        self._issuer = issuer
        self._audience = audience

    def principal(self, token: str) -> Principal:
        claims = self._claims(token)
        project, permissions = claims.get("project"), claims.get("permissions", [])
        if not isinstance(project, str) or not PROJECT.fullmatch(project):
            raise UnauthenticatedError("the token's 'project' is missing or not letters, digits, '-' and '_'")
        if not isinstance(permissions, list):
            raise UnauthenticatedError("the token's 'permissions' are not a list")
        known = {permission.value for permission in Permission}
        granted = frozenset(Permission(name) for name in permissions if name in known)
        return Principal(user_id=claims["sub"], project=project, permissions=granted)

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                self._public_key,
                algorithms=["EdDSA"],
                issuer=self._issuer,
                audience=self._audience,
                leeway=10,
                options={"require": ["exp", "iat", "sub", "iss", "aud"]},
            )
        except jwt.PyJWTError as error:
            raise UnauthenticatedError(f"the token is not good: {error}; ask for a new one") from error
