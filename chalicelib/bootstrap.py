"""The composition root: settings make adapters, adapters make services; the one file that knows them all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from inspect import Parameter, signature
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

from chalicelib import settings
from chalicelib.adapters.ports import Identity, ObjectStore, WorkflowLauncher

if TYPE_CHECKING:
    from chalicelib.adapters.cache_levels import Level
    from chalicelib.adapters.database.unit_of_work import Database
    from chalicelib.domain.analysis import AnalysisStatus
    from chalicelib.domain.batch import BatchStatus
    from chalicelib.domain.study import StudyStatus, TaskEnd
    from chalicelib.services.create_batch import CreatedBatch
    from chalicelib.services.precompute_scenarios import Precomputed
    from chalicelib.services.solve_analyses import Solved
    from chalicelib.services.start_study import StartedStudy
    from chalicelib.services.submit_analysis import Submission
    from chalicelib.views.batch_files import BatchFile
    from chalicelib.views.study_table import StudyTable

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
    draw_batch: Callable[[UUID], None]
    cancel_batch: "Callable[..., BatchStatus]"
    estimate_study: Callable[..., Document]
    start_study: "Callable[..., StartedStudy]"
    begin_study: Callable[[UUID], None]
    run_study_task: "Callable[..., TaskEnd]"
    finish_study: Callable[[UUID, str | None, str | None], None]
    cancel_study: "Callable[..., StudyStatus]"
    delete_study: Callable[..., None]
    reap_studies: Callable[[], dict[str, int]]
    precompute_scenarios: "Callable[[], Precomputed]"
    create_partitions: Callable[[], int]
    refresh_statistics: Callable[[], None]

    get_analysis: Callable[..., Document]
    list_analyses: Callable[..., Document]
    get_history: Callable[..., Document]
    get_validation: Callable[..., Document]
    get_batch: Callable[..., Document]
    batch_results: "Callable[..., BatchFile]"
    batch_errors: "Callable[..., BatchFile]"
    get_study: Callable[..., Document]
    list_studies: Callable[..., Document]
    study_table: "Callable[..., StudyTable]"
    batch_plot: "Callable[..., BatchFile]"
    batch_summary: "Callable[..., BatchFile]"
    list_batches: Callable[..., Document]
    list_propellants: Callable[..., Document]
    statistics: Callable[..., list[Document]]
    health: Callable[[], Document]
    service_counts: Callable[[], Document]

    queue_states: Callable[[], dict[str, Document]]
    bucket_states: Callable[[], dict[str, Document]]
    object_store: ObjectStore
    close: Callable[[], None]


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
    """Lets go of all connections; the next call of `services` reads the settings and makes all anew."""
    with _making:
        if _services.cache_info().currsize:
            _services().close()
        for cached in (_services, identity, settings.load, settings.deployment):
            cached.cache_clear()


@lru_cache(maxsize=1)
def _services() -> Services:
    """Imports here and below are late, because most of them cost the start of a function dearly."""
    from chalicelib.adapters.cache_levels import LayeredCache
    from chalicelib.adapters.clock import SystemClock
    from chalicelib.adapters.database.cache_counts import CacheCounts
    from chalicelib.adapters.database.unit_of_work import Database
    from chalicelib.adapters.diagnostics import AwsDiagnostics
    from chalicelib.adapters.object_store import S3ObjectStore
    from chalicelib.adapters.queue import SqsQueue

    known = settings.load()
    url = known.database_url.get_secret_value()
    password = _database_password(url) if known.database_iam else None
    database = Database(url, pool_size=known.database_pool_size, password=password)
    store = S3ObjectStore()
    counts = CacheCounts(database)
    cache = LayeredCache(_cache_levels(known, database), counts.add)
    diagnostics = AwsDiagnostics(_queues(known), _buckets(known))
    dependencies = {
        "unit_of_work": database.unit_of_work,
        "reader": database.reader,
        "queue": SqsQueue(
            {
                "solve": known.solve_queue_url,
                "batch": known.batch_queue_url,
                "uploads": known.uploads_queue_url,
                "study": known.study_queue_url,
            }
        ),
        "object_store": store,
        "workflows": _workflows(known),
        "clock": SystemClock(),
        "cache": cache,
        **_values(known),
    }

    def close() -> None:
        counts.tell()
        cache.close()
        database.close()

    return Services(
        **{
            function.__name__: _bind(function, dependencies)
            for function in (*_use_cases(), *_study_use_cases(), *_views())
        },
        queue_states=diagnostics.queues,
        bucket_states=diagnostics.buckets,
        object_store=store,
        close=close,
    )


def _workflows(known: settings.Settings) -> WorkflowLauncher:
    if known.workflows == "kubernetes":
        from chalicelib.adapters.workflows_kubernetes import KubernetesLauncher, PodSettings

        pods = PodSettings(
            image=known.kubernetes_image,
            service_account=known.kubernetes_service_account,
            environment=known.kubernetes_environment,
            parallelism=known.kubernetes_parallelism,
        )
        return KubernetesLauncher(known.kubernetes_namespace, pods, config_file=known.kubernetes_config)
    from chalicelib.adapters.workflows_step_functions import StepFunctionsLauncher

    return StepFunctionsLauncher(known.batch_state_machine_arn, known.study_state_machine_arn)


def _database_password(url: str) -> Callable[[], str]:
    from chalicelib.adapters.iam_tokens import database_password

    return database_password(url)


def _cache_password(cache: str, url: str) -> Callable[[], str]:
    from chalicelib.adapters.iam_tokens import cache_password

    return cache_password(cache, str(urlsplit(url).username))


def _cache_levels(known: settings.Settings, database: "Database") -> "list[Level]":
    from chalicelib.adapters.cache_memory import MemoryCache
    from chalicelib.adapters.cache_valkey import ValkeyCache
    from chalicelib.adapters.database.cached_answers import DatabaseCache

    if known.cache_seconds <= 0:
        return []
    memory = MemoryCache(known.cache_memory_bytes)
    if known.cache_url is None:
        return [memory, DatabaseCache(database, seconds=known.cache_seconds)]
    url = known.cache_url.get_secret_value()
    valkey = ValkeyCache(
        url,
        prefix=f"hrma:{known.stage}:answer:",
        seconds=known.cache_seconds,
        timeout=known.cache_timeout_seconds,
        password=_cache_password(known.cache_iam, url) if known.cache_iam else None,
    )
    return [memory, valkey]


def _bind(function: Callable[..., Any], dependencies: Mapping[str, Any]) -> Callable[..., Any]:
    """The function with those keywords filled that name a dependency."""
    wanted = signature(function).parameters.values()
    keywords = {one.name for one in wanted if one.kind is Parameter.KEYWORD_ONLY}
    return partial(function, **{name: dependencies[name] for name in keywords & dependencies.keys()})


def _values(known: settings.Settings) -> Document:
    from chalicelib.domain.batch import BatchLimits
    from chalicelib.study_values import study_values

    limits = BatchLimits(
        file_bytes=known.batch_file_bytes,
        rows=known.batch_rows,
        shard_rows=known.batch_shard_rows,
        shard_seconds=known.batch_shard_seconds,
        block_rows=known.batch_block_rows,
    )
    names = (
        "uploads_bucket",
        "results_bucket",
        "lease_seconds",
        "solve_attempts",
        "resend_seconds",
        "idempotency_hours",
        "upload_seconds",
        "cache_database_bytes",
        "precompute_seconds",
    )
    return {"limits": limits, **study_values(known), **{name: getattr(known, name) for name in names}}


def _queues(known: settings.Settings) -> dict[str, str]:
    return {
        "solve": known.solve_queue_url,
        "solve-retry": known.solve_retry_queue_url,
        "batch": known.batch_queue_url,
        "uploads": known.uploads_queue_url,
        "study": known.study_queue_url,
        "dead-letters": known.dead_letter_queue_url,
    }


def _buckets(known: settings.Settings) -> dict[str, str]:
    return {"uploads": known.uploads_bucket, "results": known.results_bucket}


def _use_cases() -> tuple[Callable[..., Any], ...]:
    from chalicelib.services.cancel_analysis import cancel_analysis
    from chalicelib.services.cancel_batch import cancel_batch
    from chalicelib.services.create_batch import create_batch
    from chalicelib.services.create_partitions import create_partitions
    from chalicelib.services.delete_analysis import delete_analysis
    from chalicelib.services.draw_batch import draw_batch
    from chalicelib.services.finish_batch import finish_batch
    from chalicelib.services.list_dead_letters import list_dead_letters
    from chalicelib.services.plan_batch import plan_batch
    from chalicelib.services.precompute_scenarios import precompute_scenarios
    from chalicelib.services.reap import reap
    from chalicelib.services.record_dead_letter import record_dead_letter
    from chalicelib.services.refresh_statistics import refresh_statistics
    from chalicelib.services.relay_outbox import relay_outbox
    from chalicelib.services.replay_dead_letter import replay_dead_letter
    from chalicelib.services.request_validation import request_validation
    from chalicelib.services.run_shard import run_shard
    from chalicelib.services.solve_analyses import solve_analyses
    from chalicelib.services.submit_analysis import submit_analysis

    return (
        submit_analysis,
        cancel_analysis,
        delete_analysis,
        solve_analyses,
        request_validation,
        relay_outbox,
        reap,
        record_dead_letter,
        list_dead_letters,
        replay_dead_letter,
        create_batch,
        plan_batch,
        run_shard,
        finish_batch,
        draw_batch,
        cancel_batch,
        precompute_scenarios,
        create_partitions,
        refresh_statistics,
    )


def _study_use_cases() -> tuple[Callable[..., Any], ...]:
    from chalicelib.services.begin_study import begin_study
    from chalicelib.services.cancel_study import cancel_study
    from chalicelib.services.delete_study import delete_study
    from chalicelib.services.estimate_study import estimate_study
    from chalicelib.services.finish_study import finish_study
    from chalicelib.services.reap_studies import reap_studies
    from chalicelib.services.run_study_task import run_study_task
    from chalicelib.services.start_study import start_study

    return (
        begin_study,
        cancel_study,
        delete_study,
        estimate_study,
        finish_study,
        reap_studies,
        run_study_task,
        start_study,
    )


def _views() -> tuple[Callable[..., Any], ...]:
    from chalicelib.views.batch_files import batch_errors, batch_plot, batch_results, batch_summary
    from chalicelib.views.get_analysis import get_analysis
    from chalicelib.views.get_batch import get_batch
    from chalicelib.views.get_history import get_history
    from chalicelib.views.get_study import get_study
    from chalicelib.views.get_validation import get_validation
    from chalicelib.views.health import health
    from chalicelib.views.list_analyses import list_analyses
    from chalicelib.views.list_batches import list_batches
    from chalicelib.views.list_propellants import list_propellants
    from chalicelib.views.list_studies import list_studies
    from chalicelib.views.service_counts import service_counts
    from chalicelib.views.statistics import statistics
    from chalicelib.views.study_table import study_table

    return (
        get_analysis,
        list_analyses,
        get_history,
        get_validation,
        get_batch,
        batch_errors,
        batch_plot,
        batch_summary,
        batch_results,
        get_study,
        list_studies,
        study_table,
        list_batches,
        list_propellants,
        statistics,
        health,
        service_counts,
    )
