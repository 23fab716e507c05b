"""Passwords that are no secrets: tokens signed with the role of the function, good for a quarter of an hour.

Signing asks nobody, so a token is made for every connection. Sources: AWS's user guides of Aurora ("IAM database
authentication") and of ElastiCache ("Authenticating with IAM").
"""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import boto3
from botocore.model import ServiceId
from botocore.signers import RequestSigner

from chalicelib.domain.errors import ServiceUnavailableError

SECONDS = 900


def database_password(url: str) -> Callable[[], str]:
    """What makes passwords for the user and the server that a PostgreSQL URL names.

    Raises ValueError where the URL names no user or no server.
    """
    parts = urlsplit(url)
    if not parts.hostname or not parts.username:
        raise ValueError("HRMA_DATABASE_URL names no server or no user; IAM tokens are signed for both")
    place, user = f"{parts.hostname}:{parts.port or 5432}", parts.username
    return lambda: _signed("rds-db", place, {"Action": "connect", "DBUser": user})


def cache_password(cache: str, user: str) -> Callable[[], str]:
    """What makes passwords for a user of ElastiCache; `cache` is the id of the replication group."""
    return lambda: _signed("elasticache", cache, {"Action": "connect", "User": user})


def _signed(service: str, place: str, query: dict[str, str]) -> str:
    session = boto3.session.Session()
    credentials = session.get_credentials()
    if credentials is None:
        raise ServiceUnavailableError(
            "there are no AWS credentials to sign a token with; give the process a role"
        )
    signer = RequestSigner(
        ServiceId(service), session.region_name, service, "v4", credentials, session.events
    )
    request = {
        "method": "GET",
        "url": f"https://{place}/?{urlencode(query)}",
        "body": {},
        "headers": {},
        "context": {},
    }
    address = signer.generate_presigned_url(
        request, "connect", expires_in=SECONDS, region_name=session.region_name, signing_name=service
    )
    return str(address.removeprefix("https://"))
