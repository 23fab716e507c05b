import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chalicelib.adapters.identity import JwtIdentity
from chalicelib.domain.access import Permission
from chalicelib.domain.errors import UnauthenticatedError

KEY = Ed25519PrivateKey.generate()
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
IDENTITY = JwtIdentity(PEM, issuer="hrma", audience="hrma-api")


def token(key: Any = KEY, algorithm: str = "EdDSA", **changes: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": "hrma",
        "aud": "hrma-api",
        "sub": "ada",
        "iat": now,
        "exp": now + 60,
        "project": "apollo",
        "permissions": ["read", "write"],
        **changes,
    }
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, key, algorithm)


def test_a_good_token_names_the_caller() -> None:
    principal = IDENTITY.principal(token())
    assert (principal.user_id, principal.project) == ("ada", "apollo")
    assert principal.permissions == {Permission.READ, Permission.WRITE}


def test_permissions_that_this_version_does_not_know_are_passed_over() -> None:
    assert IDENTITY.principal(token(permissions=["read", "fly"])).permissions == {Permission.READ}
    assert IDENTITY.principal(token(permissions=None)).permissions == frozenset()


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": int(time.time()) - 60},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"iss": "another"},
        {"aud": "another"},
        {"project": None},
        {"project": "../other"},
        {"project": ""},
        {"project": 7},
        {"permissions": "read"},
        {"key": Ed25519PrivateKey.generate()},
        {"key": "a secret that is long enough for the algorithm", "algorithm": "HS256"},
    ],
    ids=lambda changes: " ".join(changes),
)
def test_a_token_that_is_not_good_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(UnauthenticatedError):
        IDENTITY.principal(token(**changes))


@pytest.mark.parametrize("text", ["", "a.b.c", "not a token"])
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(UnauthenticatedError):
        IDENTITY.principal(text)
