"""The second level of the cache in Valkey or Redis, where one is configured."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit, urlunsplit

SCHEMES = {"valkey": "redis", "valkeys": "rediss"}


class ValkeyCache:
    """Answers in the server at `url`, for `seconds` each; TLS with `rediss://` or `valkeys://`.

    One round trip for any number of keys. Whatever is wrong with the server is raised, after `timeout`
    seconds at most for each of connecting and answering; the levels above bear it.
    """

    name = "valkey"

    def __init__(
        self,
        url: str,
        *,
        prefix: str,
        seconds: float,
        timeout: float,
        password: Callable[[], str] | None = None,
    ) -> None:
        scheme, separator, rest = url.partition("://")
        self._url = f"{SCHEMES.get(scheme, scheme)}{separator}{rest}"
        self._prefix = prefix
        self._seconds = seconds
        self._timeout = timeout
        self._password = password

    @cached_property
    def _client(self) -> Any:
        # the import takes some 100 ms, and most installations have no such server
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        # a provider beside a user in the URL is refused
        url, user = _without_user(self._url) if self._password else (self._url, "")
        return redis.Redis.from_url(
            url,
            credential_provider=Tokens(user, self._password) if self._password else None,
            socket_connect_timeout=self._timeout,
            socket_timeout=self._timeout,
            # once more, for a connection that the server closed since its last use
            retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        )

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        values = self._client.mget([self._prefix + key for key in keys])
        return {key: value for key, value in zip(keys, values, strict=True) if value is not None}

    def put_many(self, values: Mapping[str, bytes]) -> None:
        with self._client.pipeline(transaction=False) as pipeline:
            for key, value in values.items():
                pipeline.set(self._prefix + key, value, px=max(1, int(self._seconds * 1000)))
            pipeline.execute()

    def missing(self, keys: Sequence[str]) -> list[str]:
        with self._client.pipeline(transaction=False) as pipeline:
            for key in keys:
                pipeline.exists(self._prefix + key)
            return [key for key, is_there in zip(keys, pipeline.execute(), strict=True) if not is_there]

    def close(self) -> None:
        """Closes the connections, if there are any."""
        if "_client" in self.__dict__:
            self._client.close()


@dataclass(frozen=True)
class Tokens:
    """What redis asks for the user and the password of every connection."""

    user: str
    password: Callable[[], str]

    def get_credentials(self) -> tuple[str, str]:
        return self.user, self.password()


def _without_user(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    place = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
    return urlunsplit(parts._replace(netloc=place)), parts.username or ""
