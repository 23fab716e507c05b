"""The counts of the service in Prometheus' text format."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.domain.analysis import AnalysisStatus
from chalicelib.domain.batch import BatchStatus
from chalicelib.domain.study import StudyStatus

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Samples = Iterable[tuple[Mapping[str, str], float]]


def exposition(counts: Mapping[str, Any], queues: Mapping[str, Mapping[str, Any]]) -> str:
    """The text that Prometheus scrapes; a queue that does not answer has no sample but `hrma_queue_up` 0."""
    lines = [
        *_gauge(
            "hrma_analyses",
            "Analyses by status.",
            (({"status": status}, counts["analyses"].get(status, 0)) for status in AnalysisStatus),
        ),
        *_gauge(
            "hrma_batches",
            "Batches by status.",
            (({"status": status}, counts["batches"].get(status, 0)) for status in BatchStatus),
        ),
        *_gauge(
            "hrma_studies",
            "Studies by status.",
            (({"status": status}, counts["studies"].get(status, 0)) for status in StudyStatus),
        ),
        *_gauge("hrma_outbox_unsent", "Messages not sent yet.", [({}, counts["outbox_unsent"])]),
        *_gauge("hrma_dead_letters", "Dead letters that wait for people.", [({}, counts["dead_letters"])]),
        *_gauge(
            "hrma_oldest_queued_seconds",
            "Age of the oldest queued analysis.",
            [({}, counts["oldest_queued_seconds"])],
        ),
        *_gauge(
            "hrma_queue_up",
            "Whether the queue answers.",
            (({"queue": name}, state["status"] == "ok") for name, state in queues.items()),
        ),
        *_gauge("hrma_queue_messages", "Messages in a queue.", _messages(queues)),
        *_cache(counts["cache"]),
    ]
    return "\n".join(lines) + "\n"


def _messages(queues: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, str], float]]:
    for name, state in queues.items():
        for kind in ("waiting", "in_flight"):
            if kind in state:
                yield {"queue": name, "state": kind}, state[kind]


def _cache(cache: Mapping[str, Any]) -> Iterator[str]:
    lookups = (({"level": row["level"], "outcome": row["outcome"]}, row["count"]) for row in cache["lookups"])
    yield from _counter("hrma_cache_lookups_total", "Answers looked up in a level of the cache.", lookups)
    yield from _gauge("hrma_cache_answers", "Answers that PostgreSQL keeps.", [({}, cache["answers"])])
    yield from _gauge("hrma_cache_bytes", "What they take, in bytes.", [({}, cache["bytes"])])


def _gauge(name: str, text: str, samples: Samples) -> Iterator[str]:
    return _metric("gauge", name, text, samples)


def _counter(name: str, text: str, samples: Samples) -> Iterator[str]:
    return _metric("counter", name, text, samples)


def _metric(kind: str, name: str, text: str, samples: Samples) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        listed = ",".join(f'{key}="{word}"' for key, word in labels.items())
        yield f"{name}{{{listed}}} {float(value):.15g}" if listed else f"{name} {float(value):.15g}"
