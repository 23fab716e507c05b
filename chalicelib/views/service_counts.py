"""What the whole service holds at this moment, over all projects."""

from typing import Any

from chalicelib.adapters.ports import Reader

ANALYSES = "SELECT status, count(*) AS count FROM analyses WHERE deleted_at IS NULL GROUP BY status"
STUDIES = "SELECT status, count(*) AS count FROM studies WHERE deleted_at IS NULL GROUP BY status"
BATCHES = "SELECT status, count(*) AS count FROM batches GROUP BY status"
WAITING = """
SELECT
    (SELECT count(*) FROM outbox WHERE sent_at IS NULL) AS outbox_unsent,
    (SELECT count(*) FROM dead_letters WHERE replayed_at IS NULL) AS dead_letters,
    (SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)::double precision
     FROM analyses WHERE status = 'queued' AND deleted_at IS NULL) AS oldest_queued_seconds
"""

CACHE = "SELECT level, outcome, count FROM cache_counts ORDER BY level, outcome"
KEPT = """
SELECT count(*) AS answers, coalesce(sum(size), 0)::bigint AS bytes FROM cached_answers
"""


def service_counts(*, reader: Reader) -> dict[str, Any]:
    """Analyses, batches and studies per status, unsent messages, dead letters, age of the oldest queued analysis.

    `cache` has the lookups by level and outcome, and what PostgreSQL keeps of answers.

    Raises ServiceUnavailableError where the database does not answer.
    """
    return {
        "analyses": {row["status"]: row["count"] for row in reader.all(ANALYSES, {})},
        "batches": {row["status"]: row["count"] for row in reader.all(BATCHES, {})},
        "studies": {row["status"]: row["count"] for row in reader.all(STUDIES, {})},
        **(reader.one(WAITING, {}) or {}),
        "cache": {"lookups": reader.all(CACHE, {}), **(reader.one(KEPT, {}) or {})},
    }
