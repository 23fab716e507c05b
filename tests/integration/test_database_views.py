"""What people read, on a real PostgreSQL."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib.adapters.database.unit_of_work import Database
from chalicelib.domain.analysis import NewAnalysis, Outcome
from chalicelib.domain.errors import InvalidRequestError, NotFoundError, NotReadyError
from chalicelib.views.get_analysis import get_analysis
from chalicelib.views.get_history import get_history
from chalicelib.views.get_validation import get_validation
from chalicelib.views.list_analyses import list_analyses
from runtime.embedded.stack import Stack
from tests.integration.databases import migrated_database

START = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def database(stack: Stack) -> Iterator[Database]:
    with migrated_database(stack.environment["HRMA_DATABASE_URL"]) as database:
        yield database


def add(
    database: Database, minute: int = 0, *, project: str = "apollo", fuel: str = "LH2", **changes: Any
) -> UUID:
    analysis_id = uuid4()
    spec = {"motor_type": "liquid", "propellant": {"fuel": fuel, "oxidizer": "LOX"}}
    with database.unit_of_work() as work:
        new = NewAnalysis(
            analysis_id, project, "ada", changes.pop("motor_type", "liquid"), spec, "c-1", **changes
        )
        work.analyses.add(new)
    with psycopg.connect(database._url) as connection:
        created = START + timedelta(minutes=minute)
        connection.execute("UPDATE analyses SET created_at = %s WHERE id = %s", (created, analysis_id))
    return analysis_id


def solve(database: Database, analysis_id: UUID, result: dict[str, Any]) -> None:
    owner = uuid4()
    with database.unit_of_work() as work:
        work.analyses.claim([analysis_id], lease_owner=owner, lease_seconds=60)
        work.analyses.record([Outcome(analysis_id, result)], lease_owner=owner)


def ids(page: dict[str, Any]) -> list[str]:
    return [item["id"] for item in page["items"]]


def test_pages_are_newest_first_and_a_row_that_comes_meanwhile_does_not_shift_them(
    database: Database,
) -> None:
    made = [str(add(database, minute)) for minute in (1, 2, 2, 2, 3)]
    expected = sorted(made[1:4], key=UUID, reverse=True)
    expected = [made[4], *expected, made[0]]
    first = list_analyses(project="apollo", reader=database.reader, limit=2)
    add(database, 9)
    second = list_analyses(project="apollo", reader=database.reader, limit=2, cursor=first["next_cursor"])
    third = list_analyses(project="apollo", reader=database.reader, limit=2, cursor=second["next_cursor"])
    assert ids(first) + ids(second) + ids(third) == expected
    assert third["next_cursor"] is None


def test_filters_narrow_the_list(database: Database) -> None:
    hydrogen, kerosene = add(database, 1), add(database, 2, fuel="RP-1")
    hybrid = add(database, 3, motor_type="hybrid", fuel="HTPB")
    add(database, 4, project="gemini")
    deleted = add(database, 5)
    with database.unit_of_work() as work:
        work.analyses.delete(deleted, "apollo")
        work.analyses.cancel(kerosene, "apollo")

    def found(**filters: Any) -> list[str]:
        return ids(list_analyses(project="apollo", reader=database.reader, **filters))

    assert found() == [str(hybrid), str(kerosene), str(hydrogen)]
    assert found(motor_type="hybrid") == [str(hybrid)]
    assert found(status="cancelled") == [str(kerosene)]
    assert found(created_after=START + timedelta(minutes=1)) == [str(hybrid), str(kerosene)]
    assert found(text="rp-1") == [str(kerosene)]
    assert found(text="lox -htpb") == [str(kerosene), str(hydrogen)]
    assert found(text="nothing like it\0'; drop table") == []
    assert found(text="lox", status="queued", motor_type="liquid") == [str(hydrogen)]


def test_a_cursor_that_nobody_gave_is_refused(database: Database) -> None:
    with pytest.raises(InvalidRequestError):
        list_analyses(project="apollo", reader=database.reader, cursor="xyz")


def test_an_analysis_is_shown_with_its_result_to_its_own_project_only(database: Database) -> None:
    analysis_id = add(database)
    assert "result" not in get_analysis(analysis_id, project="apollo", reader=database.reader)
    with pytest.raises(NotReadyError):
        get_history(analysis_id, project="apollo", reader=database.reader)
    solve(database, analysis_id, {"thrust": 5.0, "history": {"time": [0.0, 1.0]}})
    shown = get_analysis(analysis_id, project="apollo", reader=database.reader)
    assert json.loads(json.dumps(shown)) == shown
    assert (shown["status"], shown["result"]["thrust"]) == ("succeeded", 5.0)
    assert shown["created_at"] == "2026-11-01T00:00:00Z"
    assert get_history(analysis_id, project="apollo", reader=database.reader) == {"time": [0.0, 1.0]}
    with pytest.raises(NotFoundError):
        get_analysis(analysis_id, project="gemini", reader=database.reader)


def test_a_steady_motor_has_no_history(database: Database) -> None:
    analysis_id = add(database)
    solve(database, analysis_id, {"thrust": 5.0})
    with pytest.raises(NotFoundError, match="no history"):
        get_history(analysis_id, project="apollo", reader=database.reader)


def test_a_validation_is_found_by_the_analysis_it_was_made_for_and_by_its_own_id(database: Database) -> None:
    original = add(database)
    checking = add(database, validates=original)
    with database.unit_of_work() as work:
        for analysis_id in (original, checking):
            work.validations.add(analysis_id, {"quantities": {}})
    for analysis_id in (original, checking):
        found = get_validation(analysis_id, project="apollo", reader=database.reader)
        assert (found["analysis_id"], found["validation"]) == (str(original), {"quantities": {}})
    with pytest.raises(NotFoundError):
        get_validation(original, project="gemini", reader=database.reader)


PLANS: dict[str, tuple[LiteralString, str]] = {
    "a page": (
        "SELECT id FROM analyses WHERE project = 'p' AND deleted_at IS NULL "
        "ORDER BY created_at DESC, id DESC LIMIT 51",
        "analyses_page",
    ),
    "a page of one status": (
        "SELECT id FROM analyses WHERE project = 'p' AND deleted_at IS NULL AND status = 'failed' "
        "ORDER BY created_at DESC, id DESC LIMIT 51",
        "analyses_page_of_status",
    ),
    "the newest of all": (
        "SELECT created_at, user_id FROM analyses WHERE deleted_at IS NULL ORDER BY created_at DESC LIMIT 51",
        "analyses_newest",
    ),
    "headlines of a motor type": (
        "SELECT thrust, specific_impulse FROM analyses WHERE motor_type = 'hybrid' AND status = 'failed'",
        "analyses_headlines",
    ),
    "words": (
        "SELECT id FROM analyses WHERE search @@ websearch_to_tsquery('simple', 'needle')",
        "analyses_search",
    ),
    "expired leases": (
        "SELECT id FROM analyses WHERE status = 'running' AND lease_expires_at < clock_timestamp()",
        "analyses_leases",
    ),
    "analyses without news": (
        "SELECT id FROM analyses WHERE status = 'queued' AND last_sent_at < now() - interval '1 hour'",
        "analyses_waiting",
    ),
    "unsent messages": ("SELECT id FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT 10", "outbox_unsent"),
    "a result": (
        "SELECT result FROM analysis_results "
        "WHERE analysis_id = '8f14e45f-ceea-467f-a8d2-1d3b3c1f2a10' "
        "AND created_at = date_trunc('hour', now())",
        "pkey",
    ),
}


@pytest.fixture(scope="module")
def filled(stack: Stack) -> Iterator[Database]:
    with migrated_database(stack.environment["HRMA_DATABASE_URL"]) as database:
        with psycopg.connect(database._url, autocommit=True) as connection:
            connection.execute(
                "INSERT INTO analyses (id, project, user_id, motor_type, status, spec, correlation_id, "
                "  created_at, lease_expires_at) "
                "SELECT gen_random_uuid(), CASE WHEN n % 10 = 0 THEN 'p' ELSE 'q' END, 'u', "
                "  CASE WHEN n % 50 = 0 THEN 'hybrid' ELSE 'liquid' END, "
                "  (ARRAY['succeeded', 'succeeded', 'succeeded', 'queued', 'running', 'failed'])[n % 6 + 1], "
                "  jsonb_build_object('fuel', CASE WHEN n % 5000 = 0 THEN 'needle' ELSE 'hay' END), 'c', "
                "  now() - make_interval(secs => n), now() + interval '1 hour' "
                "FROM generate_series(1, 20000) AS n"
            )
            connection.execute(
                "INSERT INTO outbox (queue, body, sent_at) "
                "SELECT 'solve', '{}', CASE WHEN n % 1000 > 0 THEN now() END "
                "FROM generate_series(1, 20000) AS n"
            )
            connection.execute("INSERT INTO analysis_results SELECT id, now(), '{}' FROM analyses")
            connection.execute("VACUUM ANALYZE")
        yield database


@pytest.mark.parametrize("query", PLANS)
def test_every_query_finds_its_index(filled: Database, query: str) -> None:
    statement, index = PLANS[query]
    with psycopg.connect(filled._url) as connection:
        rows = connection.execute("EXPLAIN " + statement).fetchall()
    plan = "\n".join(line for (line,) in rows)
    assert index in plan, plan
    assert not any(f"Seq Scan on {table} " in plan for table in ("analyses", "outbox")), plan


def test_the_headlines_come_from_the_index_alone(filled: Database) -> None:
    statement, index = PLANS["headlines of a motor type"]
    with psycopg.connect(filled._url) as connection:
        connection.execute("SET enable_bitmapscan = off")
        rows = connection.execute("EXPLAIN " + statement).fetchall()
    assert f"Index Only Scan using {index}" in "\n".join(line for (line,) in rows)
