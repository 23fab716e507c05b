"""Every environment variable that the service reads, typed, in one place."""

from functools import lru_cache

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Deployment(BaseSettings):
    """What is needed to import the app, before anything is connected; each has a default."""

    model_config = SettingsConfigDict(env_prefix="HRMA_", frozen=True)

    stage: str = "local"
    log_level: str = "INFO"
    metrics: bool = False
    """Whether metrics are written in CloudWatch's embedded format."""
    body_limit: int = 1_000_000
    """The longest body that a request may have, in bytes."""


class Settings(Deployment):
    """Each field is the environment variable `HRMA_<NAME>`; a missing one is an error that names it."""

    database_url: SecretStr
    database_pool_size: int = 8

    uploads_bucket: str
    results_bucket: str
    solve_queue_url: str
    solve_retry_queue_url: str
    batch_queue_url: str
    uploads_queue_url: str
    dead_letter_queue_url: str
    batch_state_machine_arn: str

    token_public_key: str
    token_issuer: str = "hrma"  # noqa: S105
    token_audience: str = "hrma-api"  # noqa: S105

    lease_seconds: float = 60.0
    """How long a solver owns an analysis it has claimed; the timeout of the solving function, or more."""
    solve_attempts: int = 3
    """How many claims an analysis gets before the sweeper gives up on it."""
    resend_seconds: float = 120.0
    """A queued analysis whose last message is older than this is sent again by the sweeper."""
    idempotency_hours: float = 72.0
    upload_seconds: float = 3600.0
    """How long a presigned address is good."""
    batch_file_bytes: int = 10_000_000_000
    batch_rows: int = 20_000_000
    batch_shard_rows: int = 20_000
    """How many rows of a batch one function solves at most."""
    batch_shard_seconds: float = 4.0
    """How long those rows may take by what is known of their kind: a shard is done within seconds."""
    batch_block_rows: int = 5_000
    """How many rows of a shard one call of the engine solves."""
    cache_url: SecretStr | None = None
    """Valkey or Redis that keeps answers, rediss:// for TLS; PostgreSQL keeps them where this is unset."""
    cache_seconds: float = 30 * 86400.0
    """How long an answer is kept; 0 turns the cache off."""
    cache_timeout_seconds: float = 0.25
    """How long the server at `cache_url` may take to connect, and to answer."""
    cache_memory_bytes: int = 32_000_000
    """What each process keeps of the answers it used last."""
    cache_database_bytes: int = 1_000_000_000
    """What PostgreSQL keeps; the sweeper removes the answers not used for longest."""
    precompute_seconds: float = 40.0
    """How long one run of the pre-computation begins new blocks; the next run goes on."""
    rocketcea_python: str | None = None
    """The interpreter that has RocketCEA, run in its own process; unset where it is not installed."""

    @field_validator("cache_url")
    @classmethod
    def _unset_where_empty(cls, url: SecretStr | None) -> SecretStr | None:
        # a template can not leave a variable out
        return url if url is not None and url.get_secret_value() else None


@lru_cache(maxsize=1)
def deployment() -> Deployment:
    """The stage and how it speaks; reads the environment once."""
    return Deployment()


@lru_cache(maxsize=1)
def load() -> Settings:
    """The settings of this process; raises pydantic's ValidationError naming what is missing."""
    return Settings()
