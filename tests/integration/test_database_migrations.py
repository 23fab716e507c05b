"""The schema goes up, down and up again, step by step and with data in it, on every server that is there."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib.adapters.database import migrate
from chalicelib.adapters.database.unit_of_work import Database
from chalicelib.domain.analysis import NewAnalysis, Outcome
from chalicelib.domain.batch import NewBatch
from chalicelib.domain.study import NewStudy, Route, TaskPieces
from runtime.embedded.stack import Stack
from runtime.settings import ROOT
from tests.integration.databases import empty_database, server

DEBIAN = Path("/usr/lib/postgresql/15/bin")
REVISIONS = migrate.revisions()
TABLES = {
    "0001": {"analyses"},
    "0002": {"analysis_results", "analysis_results_default"},
    "0003": {"outbox", "idempotency"},
    "0004": {"batches", "batch_shards"},
    "0005": {"validation_results"},
    "0006": {"propellant_combinations"},
    "0007": {"dead_letters"},
    "0008": {"monthly_statistics"},
    "0009": {"batch_results"},
    "0010": {"studies", "study_tasks"},
    "0011": {"cached_answers", "cache_counts"},
    "0012": {"case_costs"},
}
RESULT = {"thrust": 1000.0, "specific_impulse": 300.0, "specific_impulse_vacuum": 350.0, "c_star": 1800.0}


@pytest.fixture(scope="module", params=["embedded", "debian"])
def server_url(
    request: pytest.FixtureRequest, stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    if request.param == "embedded":
        yield stack.environment["HRMA_DATABASE_URL"]
    elif DEBIAN.is_dir():
        with server(tmp_path_factory.mktemp("debian"), DEBIAN) as older:
            yield older.url
    else:
        pytest.skip(f"PostgreSQL 15 is not installed in {DEBIAN}")


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'm') "
            "AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'"
        ).fetchall()
    return {name for (name,) in rows if not name.startswith("analysis_results_2")}


def fill(url: str) -> UUID:
    """Puts a row into every table, through the repositories."""
    database = Database(url)
    analysis_id, owner = uuid4(), uuid4()
    spec = {"motor_type": "liquid", "propellant": {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0}}
    with database.unit_of_work() as work:
        work.analyses.add(NewAnalysis(analysis_id, "apollo", "ada", "liquid", spec, "c-1"))
        work.analyses.claim([analysis_id], lease_owner=owner, lease_seconds=60)
        work.analyses.record([Outcome(analysis_id, RESULT)], lease_owner=owner)
        work.validations.add(analysis_id, {"worst_deviation": 0.01})
        work.outbox.add("solve", ["{}"])
        work.idempotency.add("apollo", str(analysis_id), "hash", {"id": str(analysis_id)})
        work.batches.add(NewBatch(uuid4(), "apollo", "ada", "a.csv", "uploads", "apollo/a.csv", "c-2"))
        study = NewStudy(uuid4(), "apollo", "ada", "sweep", "liquid", {}, 5, {}, 1.0, Route.TASKS, "c-3")
        work.studies.add(study)
        work.studies.planned(study.id, [TaskPieces(0, 1, 5)], "0.1.0")
    database.close()
    return analysis_id


def test_every_revision_makes_its_tables_and_takes_them_back(server_url: str) -> None:
    with empty_database(server_url) as url:
        there: set[str] = set()
        for revision in REVISIONS:
            migrate.upgrade(url, revision)
            there |= TABLES[revision]
            assert tables(url) == there
        for revision, before in zip(reversed(REVISIONS), [*reversed(REVISIONS[:-1]), "base"], strict=True):
            migrate.downgrade(url, before)
            there -= TABLES[revision]
            assert tables(url) == there


def test_every_revision_can_be_taken_back_and_applied_again_on_data(server_url: str) -> None:
    with empty_database(server_url) as url:
        migrate.upgrade(url)
        analysis_id = fill(url)
        for before in reversed(REVISIONS[:-1]):
            migrate.downgrade(url, before)
            with psycopg.connect(url) as connection:
                kept = connection.execute("SELECT id, status, c_star FROM analyses").fetchall()
                results = (
                    before >= "0002" and connection.execute("SELECT result FROM analysis_results").fetchall()
                )
            assert kept == [(analysis_id, "succeeded", 1800.0)]
            assert results in (False, [(RESULT,)])
            migrate.upgrade(url)
            migrate.downgrade(url, before)
        migrate.upgrade(url)
        assert fill(url)


def test_taking_the_propellant_combinations_back_loses_nothing(server_url: str) -> None:
    query = (
        "SELECT project, fuel, oxidizer, analyses, best_c_star, best_analysis_id FROM propellant_combinations"
    )
    with empty_database(server_url) as url:
        migrate.upgrade(url)
        fill(url)
        fill(url)
        with psycopg.connect(url) as connection:
            before = connection.execute(query).fetchall()
        migrate.downgrade(url, "0005")
        migrate.upgrade(url)
        with psycopg.connect(url) as connection:
            after = connection.execute(query).fetchall()
        assert (
            [row[:5] for row in after] == [row[:5] for row in before] == [("apollo", "LH2", "LOX", 2, 1800.0)]
        )


def test_two_migrators_at_once_take_turns(stack: Stack) -> None:
    code = "import sys; from chalicelib.adapters.database import migrate; migrate.upgrade(sys.argv[1])"
    with empty_database(stack.environment["HRMA_DATABASE_URL"]) as url:
        migrators = [subprocess.Popen([sys.executable, "-c", code, url], cwd=ROOT) for _ in range(3)]
        assert [migrator.wait(60) for migrator in migrators] == [0, 0, 0]
        assert tables(url) == set().union(*TABLES.values())


def test_migrating_twice_changes_nothing(server_url: str) -> None:
    with empty_database(server_url) as url:
        migrate.upgrade(url)
        analysis_id = fill(url)
        migrate.upgrade(url)
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT id FROM analyses").fetchall() == [(analysis_id,)]
