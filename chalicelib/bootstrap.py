"""The composition root: settings make adapters, adapters make services. The one file that knows all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from threading import Lock
from typing import TYPE_CHECKING, Any
from uuid import UUID

from chalicelib import settings
from chalicelib.adapters.ports import Identity

if TYPE_CHECKING:
    from chalicelib.adapters.database.unit_of_work import Database
    from chalicelib.domain.analysis import AnalysisStatus
    from chalicelib.domain.batch import BatchStatus
    from chalicelib.services.create_batch import CreatedBatch
    from chalicelib.services.solve_analyses import Solved
    from chalicelib.services.submit_analysis import Submission
    from chalicelib.views.batch_files import BatchFile

Document = dict[str, Any]

_making = Lock()


@dataclass(frozen=True)
class Services:
    """Every use case and view with its dependencies bound; the arguments left are the caller's."""

    submit_analysis: "Callable[..., Submission]"
    cancel_analysis: "Callable[..., AnalysisStatus]"
    delete_analysis: Callable[..., None]
    solve_analyses: "Callable[[list[UUID]], Solved]"
    request_validation: "Callable[..., Submission]"
    relay_outbox: Callable[[], int]
    reap: Callable[[], dict[str, int]]
    record_dead_letter: Callable[[str, str, Mapping[str, Any]], UUID]
    list_dead_letters: Callable[..., list[Document]]
    replay_dead_letter: Callable[..., None]
    create_batch: "Callable[..., CreatedBatch]"
    plan_batch: Callable[..., UUID | None]
    run_shard: Callable[[UUID, int, str], None]
    finish_batch: Callable[[UUID, str | None, str | None], None]
    cancel_batch: "Callable[..., BatchStatus]"
    create_partitions: Callable[[], int]
    refresh_statistics: Callable[[], None]

    get_analysis: Callable[..., Document]
    list_analyses: Callable[..., Document]
    get_history: Callable[..., Document]
    get_validation: Callable[..., Document]
    get_batch: Callable[..., Document]
    batch_results: "Callable[..., BatchFile]"
    batch_errors: "Callable[..., BatchFile]"
    list_propellants: Callable[..., Document]
    statistics: Callable[..., list[Document]]
    health: Callable[[], Document]

    database: "Database"
    service_counts: Callable[[], Document]
    queue_states: Callable[[], dict[str, Document]]
    bucket_states: Callable[[], dict[str, Document]]


@lru_cache(maxsize=1)
def identity() -> Identity:
    """Who a token stands for; apart from the services, because the authorizer needs nothing else."""
    from chalicelib.adapters.identity import JwtIdentity

    known = settings.load()
    return JwtIdentity(known.token_public_key, issuer=known.token_issuer, audience=known.token_audience)


def services() -> Services:
    """The use cases and views of this process, made at the first call; threads share them."""
    with _making:
        return _services()


def close() -> None:
    """Lets go of all connections; the next call of `services` makes everything anew."""
    with _making:
        if _services.cache_info().currsize:
            _services().database.close()
        for cached in (_services, identity, settings.load, settings.deployment):
            cached.cache_clear()


@lru_cache(maxsize=1)
def _services() -> Services:
    from chalicelib.adapters.database.unit_of_work import Database

    known = settings.load()
    database = Database(known.database_url.get_secret_value(), pool_size=known.database_pool_size)
    return Services(**_use_cases(known, database), **_views(known, database), database=database)


def _use_cases(known: settings.Settings, database: "Database") -> dict[str, Any]:
    from chalicelib import services as package
    from chalicelib.adapters.clock import SystemClock
    from chalicelib.adapters.object_store import S3ObjectStore
    from chalicelib.adapters.queue import SqsQueue
    from chalicelib.adapters.workflows_step_functions import StepFunctionsLauncher
    from chalicelib.domain.batch import BatchLimits

    available = {
        "unit_of_work": database.unit_of_work,
        "queue": SqsQueue(
            {"solve": known.solve_queue_url, "batch": known.batch_queue_url, "uploads": known.uploads_queue_url}
        ),
        "object_store": S3ObjectStore(),
        "workflows": StepFunctionsLauncher(known.batch_state_machine_arn),
        "clock": SystemClock(),
    }
