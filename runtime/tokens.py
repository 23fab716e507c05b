"""The keys of a local stack and the tokens that it issues; on AWS, accounts do this."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from chalicelib.domain.access import Permission
from runtime.errors import StackError
from runtime.home import Home, write_private

ISSUER = "hrma"
AUDIENCE = "hrma-api"


@dataclass(frozen=True)
class TokenIssuer:
    """Signs tokens with the private key that lies in a stack's data folder."""

    private_key: Ed25519PrivateKey

    @classmethod
    def of(cls, home: Home) -> "TokenIssuer":
        """The issuer of a data folder; its key is made the first time."""
        path = home.keys / "token_private.pem"
        if not path.exists():
            key = Ed25519PrivateKey.generate()
            pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            home.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_private(path, pem.decode())
        loaded = load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(loaded, Ed25519PrivateKey):
            raise StackError(f"{path} is not an Ed25519 key; remove it and a new one is made")
        return cls(loaded)

    @property
    def public_pem(self) -> str:
        """The public key, which is all that the service is given."""
        return (
            self.private_key.public_key()
            .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )

    def issue(self, user: str, project: str, permissions: tuple[Permission, ...], hours: float) -> str:
        """A signed token for `user` in `project`, good for `hours`."""
        now = datetime.now(UTC)
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": user,
            "iat": now,
            "exp": now + timedelta(hours=hours),
            "project": project,
            "permissions": [str(permission) for permission in permissions],
        }
        return jwt.encode(claims, self.private_key, algorithm="EdDSA")
