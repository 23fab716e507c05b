"""Tokens are those that AWS's own library makes, and new for every connection."""

from urllib.parse import parse_qs, urlsplit

import boto3
import psycopg_pool
import pytest

from chalicelib.adapters import iam_tokens
from chalicelib.adapters.cache_valkey import ValkeyCache
from chalicelib.adapters.database.unit_of_work import Database
from chalicelib.domain.errors import ServiceUnavailableError

URL = "postgresql://hrma@database.example:5432/hrma"


@pytest.fixture(autouse=True)
def _role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")


def query_of(token: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(f"https://{token}").query).items()}


def test_the_token_of_the_database_is_the_one_that_boto3_makes() -> None:
    expected = boto3.client("rds").generate_db_auth_token("database.example", 5432, "hrma")
    token = iam_tokens.database_password(URL)()
    assert token.partition("?")[0] == expected.partition("?")[0] == "database.example:5432/"
    times = {"X-Amz-Date", "X-Amz-Signature"}
    ours, theirs = query_of(token), query_of(expected)
    assert ours.keys() == theirs.keys()
    assert {k: v for k, v in ours.items() if k not in times} == {
        k: v for k, v in theirs.items() if k not in times
    }
    if ours["X-Amz-Date"] == theirs["X-Amz-Date"]:
        assert ours["X-Amz-Signature"] == theirs["X-Amz-Signature"]


def test_the_token_of_the_cache_names_user_and_cache() -> None:
    token = iam_tokens.cache_password("hrma-prod", "hrma")()
    assert token.startswith("hrma-prod/?Action=connect&User=hrma&X-Amz-Algorithm=AWS4-HMAC-SHA256&")
    assert "%2Felasticache%2Faws4_request" in token
    assert query_of(token)["X-Amz-Expires"] == "900"


@pytest.mark.parametrize("url", ["postgresql://database.example/hrma", "postgresql:///hrma"])
def test_a_database_without_user_or_server_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="HRMA_DATABASE_URL names no server or no user"):
        iam_tokens.database_password(url)


def test_without_a_role_there_is_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3.session.Session, "get_credentials", lambda _: None)
    with pytest.raises(ServiceUnavailableError, match="no AWS credentials"):
        iam_tokens.database_password(URL)()


def test_each_connection_of_the_database_gets_a_token_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    made = iter(["first", "second"])
    tokens: list[str] = []

    def connect(*_: object, **arguments: str) -> None:
        tokens.append(arguments["password"])
        raise OSError("nobody is there")

    monkeypatch.setattr("psycopg.Connection.connect", connect)
    database = Database(URL, timeout=0.3, password=lambda: next(made, "later"))
    with pytest.raises((ServiceUnavailableError, psycopg_pool.PoolTimeout, OSError)), database.connection():
        pass
    database.close()
    assert tokens[0] == "first"


def test_nothing_is_signed_before_the_first_connection() -> None:
    def refuse() -> str:
        raise AssertionError("too early")

    Database(URL, password=refuse).close()
    ValkeyCache("valkeys://hrma@cache.example:6379", prefix="", seconds=1, timeout=1, password=refuse).close()


def test_each_connection_of_the_cache_gets_a_token_of_its_own() -> None:
    made = iter(["first", "second"])
    cache = ValkeyCache(
        "valkeys://hrma@cache.example:6379", prefix="", seconds=1, timeout=1, password=lambda: next(made)
    )
    pool = cache._client.connection_pool
    connection = pool.connection_class(**pool.connection_kwargs)
    assert (connection.host, connection.port) == ("cache.example", 6379)
    assert [connection.credential_provider.get_credentials() for _ in range(2)] == [
        ("hrma", "first"),
        ("hrma", "second"),
    ]
