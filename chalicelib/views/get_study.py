"""One study, with how far it is and its answer."""

from typing import Any
from uuid import UUID

from chalicelib.adapters.ports import Reader
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.study import StudyStatus
from chalicelib.views.rows import shown

ONE = """
SELECT id, status, type, motor_type, user_id, document AS study, studies.cases, estimate, route, engine_version,
       created_at, started_at, finished_at,
       CASE WHEN status = 'failed' THEN studies.error END AS error, summary AS result,
       coalesce(sum(cases_done), 0)::bigint AS cases_done,
       coalesce(sum(pieces_done), 0)::integer AS pieces_done,
       coalesce(sum(last_piece - first_piece + 1), 0)::integer AS pieces,
       count(task)::integer AS tasks, count(done_at)::integer AS tasks_done,
       extract(epoch FROM coalesce(finished_at, clock_timestamp()) - started_at)::double precision AS seconds
FROM studies LEFT JOIN study_tasks ON study_id = id
WHERE id = %(id)s AND project = %(project)s AND deleted_at IS NULL
GROUP BY studies.id
"""
COUNTS = ("cases_done", "pieces_done", "pieces", "tasks", "tasks_done", "seconds")


def get_study(study_id: UUID, *, project: str, reader: Reader) -> dict[str, Any]:
    """The study: status, times, estimate, progress, and `result` or `error` once it ended.

    `progress` has the cases done and all cases, cases a second, the seconds that are left at this rate,
    pieces and tasks. Raises NotFoundError for one that is unknown, deleted or of another project.
    """
    row = reader.one(ONE, {"id": study_id, "project": project})
    if row is None:
        raise NotFoundError(f"there is no study {study_id} in project '{project}'")
    progress = progress_of(row)
    study = shown({name: value for name, value in row.items() if name not in COUNTS})
    study["progress"] = progress
    if row["status"] == StudyStatus.SUCCEEDED:
        address = f"/v1/studies/{study_id}/results?format="
        study["tables"] = {kind: address + kind for kind in ("csv", "parquet")}
    return study


def progress_of(row: dict[str, Any]) -> dict[str, Any]:
    """How far a study is, and when it will be done at the rate so far; None where that is not known."""
    done, of, seconds = row["cases_done"], row["cases"], row["seconds"]
    rate = done / seconds if seconds and done else None
    left = (of - done) / rate if rate and not StudyStatus(row["status"]).is_final else None
    return {
        "cases_done": done,
        "cases": of,
        "fraction": min(done / of, 1.0) if of else 0.0,
        "rate": None if rate is None else round(rate, 3),
        "seconds_left": None if left is None else round(left, 1),
        "pieces_done": row["pieces_done"],
        "pieces": row["pieces"],
        "tasks_done": row["tasks_done"],
        "tasks": row["tasks"],
    }
