"""The cache on a real Valkey and a real PostgreSQL, alone and under the whole flow."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from chalicelib.adapters.cache_levels import LayeredCache
from chalicelib.adapters.cache_valkey import ValkeyCache
from chalicelib.adapters.database.cache_counts import CacheCounts
from chalicelib.adapters.database.cached_answers import OVERHEAD, DatabaseCache
from chalicelib.adapters.database.unit_of_work import Database
from chalicelib.domain.errors import ServiceUnavailableError
from chalicelib.services.answer_keys import key_of
from chalicelib.services.scenarios import SCENARIOS
from chalicelib.views.service_counts import service_counts
from runtime.embedded.stack import Stack
from tests.integration.databases import migrated_database
from tests.integration.flow import ENGINE, Flow, flow_on
from tests.integration.valkey import Valkey, valkey

KEYS = [f"{number:064x}" for number in range(4)]


@pytest.fixture
def database(stack: Stack) -> Iterator[Database]:
    with migrated_database(stack.environment["HRMA_DATABASE_URL"]) as database:
        yield database


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Valkey]:
    with valkey(tmp_path) as server:
        yield server


@pytest.fixture(params=["valkey", "database"])
def level(request: pytest.FixtureRequest) -> Any:
    """A second level whose answers live for two seconds."""
    if request.param == "database":
        return DatabaseCache(request.getfixturevalue("database"), seconds=2.0)
    url = request.getfixturevalue("server").url
    return ValkeyCache(url, prefix="hrma:test:", seconds=2.0, timeout=1.0)


def test_what_is_put_is_found_until_it_expires(level: Any) -> None:
    values = {key: bytes([0, 255]) + key.encode() for key in KEYS[:3]}
    level.put_many(values)
    assert level.get_many(KEYS) == values
    assert level.missing(KEYS) == KEYS[3:]
    level.put_many({KEYS[0]: b"newer"})
    assert level.get_many(KEYS[:1]) == {KEYS[0]: b"newer"}
    time.sleep(2.1)
    assert level.get_many(KEYS) == {}
    assert level.missing(KEYS) == KEYS
    level.put_many({KEYS[0]: b"again"})
    assert level.get_many(KEYS) == {KEYS[0]: b"again"}


def test_the_sweeper_removes_what_expired_and_then_what_was_not_used_for_longest(database: Database) -> None:
    kept = DatabaseCache(database, seconds=3600.0)
    kept.put_many(dict.fromkeys(KEYS, b"x" * 100))
    with psycopg.connect(database._url) as connection:
        for age, key in enumerate(KEYS):
            row = bytes.fromhex(key)
            connection.execute(
                "UPDATE cached_answers SET used_at = now() - make_interval(hours => %s) WHERE key = %s",
                (2 + age, row),
            )
        connection.execute(
            "UPDATE cached_answers SET expires_at = now() WHERE key = %s", (bytes.fromhex(KEYS[0]),)
        )
    kept.get_many(KEYS[3:])  # which makes the oldest the last one used
    with database.unit_of_work() as work:
        assert work.maintenance.trim_cache(size=10_000, limit=10) == 1
        assert work.maintenance.trim_cache(size=2 * (100 + OVERHEAD), limit=10) == 1
        assert work.maintenance.trim_cache(size=2 * (100 + OVERHEAD), limit=10) == 0
    assert sorted(kept.get_many(KEYS)) == [KEYS[1], KEYS[3]]


def test_counts_of_all_processes_add_up_and_wait_for_the_database(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes = [CacheCounts(database), CacheCounts(database)]
    for counts in processes:
        counts.add("memory", "hit", 2)
        counts.add("database", "miss", 1)
    processes[0].tell()
    with monkeypatch.context() as patch:
        patch.setattr(database, "connection", lambda: _away())
        processes[1].tell()
    processes[1].tell()
    processes[1].tell()
    lookups = service_counts(reader=database.reader)["cache"]["lookups"]
    assert lookups == [
        {"level": "database", "outcome": "miss", "count": 2},
        {"level": "memory", "outcome": "hit", "count": 4},
    ]


def _away() -> Any:
    raise ServiceUnavailableError("the database does not answer")


def test_a_server_that_dies_and_comes_back_costs_little(server: Valkey) -> None:
    counts: Counter[str] = Counter()
    far = ValkeyCache(server.url, prefix="hrma:", seconds=60, timeout=0.25)
    cache = LayeredCache([far], lambda _level, outcome, number: counts.update({outcome: number}))
    cache.put_many({KEYS[0]: b"answer"})
    assert cache.get_many(KEYS[:1]) == {KEYS[0]: b"answer"}
    server.kill()
    begun = time.monotonic()
    for _ in range(100):
        assert cache.get_many(KEYS[:1]) == {}
        cache.put_many({KEYS[0]: b"answer"})
    assert time.monotonic() - begun < 1.0
    assert counts["error"] == 1
    server.start()
    deadline = time.monotonic() + 10.0
    while cache.get_many(KEYS[:1]) == {}:
        assert time.monotonic() < deadline
        cache.put_many({KEYS[0]: b"answer"})
        time.sleep(0.05)


def test_a_server_that_hangs_is_waited_for_once_and_shortly(server: Valkey) -> None:
    far = ValkeyCache(server.url, prefix="hrma:", seconds=60, timeout=0.25)
    cache = LayeredCache([far], lambda *_: None)
    cache.put_many({KEYS[0]: b"answer"})
    server.pause()
    begun = time.monotonic()
    for _ in range(100):
        cache.get_many(KEYS[:1])
    server.resume()
    assert time.monotonic() - begun < 1.0


@pytest.fixture
def flow(request: pytest.FixtureRequest, stack: Stack) -> Iterator[Flow]:
    """The flow with Valkey where the test names the fixture `server`, else with PostgreSQL."""
    settings = {"HRMA_CACHE_TIMEOUT_SECONDS": "0.25"}
    if "server" in request.fixturenames:
        settings["HRMA_CACHE_URL"] = request.getfixturevalue("server").url
    with flow_on(stack, settings) as flow:
        yield flow


def ended(flow: Flow, *ids: UUID) -> list[dict[str, Any]]:
    statuses = ("queued", "running")
    flow.poll_until(lambda: all(flow.analysis(id_)["status"] not in statuses for id_ in ids), "solve_queue")
    return [flow.analysis(id_) for id_ in ids]


def restart(flow: Flow) -> None:
    """A new process: nothing of the first level is left."""
    from chalicelib import bootstrap

    bootstrap.close()
    flow.services = bootstrap.services()


def lookups(flow: Flow) -> dict[tuple[str, str], int]:
    rows = flow.services.service_counts()["cache"]["lookups"]
    return {(row["level"], row["outcome"]): row["count"] for row in rows}


def test_a_known_analysis_is_answered_from_postgresql_by_another_process(flow: Flow) -> None:
    pressure = time.time() % 1e6 + 7.1e6  # which no other test has asked
    (first,) = ended(flow, flow.submit(chamber_pressure=pressure))
    restart(flow)
    before = lookups(flow)
    again = flow.submit(chamber_pressure=pressure, flow_model="equilibrium")
    (second,) = ended(flow, again)
    restart(flow)
    after = lookups(flow)
    assert (first["status"], first["cached"], second["cached"]) == ("succeeded", False, True)
    assert second["result"] == first["result"]
    assert second["spec"]["flow_model"] == "equilibrium"
    assert after["database", "hit"] == before.get(("database", "hit"), 0) + 1
    assert (
        len(flow.query("SELECT analysis_id FROM analysis_results WHERE analysis_id = %(id)s", id=again)) == 1
    )
    key = key_of(second["spec"])
    assert key is not None
    flow.query("UPDATE cached_answers SET value = 'rubbish' WHERE key = %(key)s", key=bytes.fromhex(key))
    restart(flow)
    (third,) = ended(flow, flow.submit(chamber_pressure=pressure))
    assert (third["status"], third["cached"]) == ("succeeded", False)
    assert third["result"]["c_star"] == pytest.approx(first["result"]["c_star"], rel=1e-9)


def test_who_waits_has_a_known_answer_without_any_worker(flow: Flow) -> None:
    pressure = time.time() % 1e6 + 5.1e6
    ended(flow, flow.submit(chamber_pressure=pressure))
    restart(flow)
    spec = {**ENGINE, "chamber_pressure": pressure}
    submission = flow.services.submit_analysis(
        spec, principal=flow.principal, correlation_id="flow", at_once=True
    )
    found = flow.analysis(submission.analysis_id)
    assert (found["status"], found["cached"], found["attempts"]) == ("succeeded", True, 1)
    assert found["result"]["thrust"] > 0
    assert flow.query("SELECT id FROM outbox WHERE body LIKE %(id)s", id=f"%{submission.analysis_id}%") == []
    pairs = flow.services.list_propellants(project=flow.project)["combinations"]
    assert [pair["analyses"] for pair in pairs] == [2]


def test_the_service_goes_on_when_the_cache_server_is_killed_and_uses_it_when_it_is_back(
    flow: Flow, server: Valkey
) -> None:
    first = [flow.submit(chamber_pressure=6.1e6 + step) for step in range(3)]
    assert all(one["status"] == "succeeded" for one in ended(flow, *first))
    restart(flow)
    (known,) = ended(flow, flow.submit(chamber_pressure=6.1e6))
    assert known["cached"]
    server.kill()
    rest = [flow.submit(chamber_pressure=6.1e6 + step) for step in range(6)]
    answers = ended(flow, *rest)
    assert [one["status"] for one in answers] == ["succeeded"] * 6
    assert answers[0]["cached"]  # the process still knows it
    server.start()
    deadline = time.monotonic() + 20.0
    while not _holds_something(server):
        assert time.monotonic() < deadline
        ended(flow, flow.submit(chamber_pressure=6.1e6 + time.monotonic() % 1.0))
    restart(flow)
    assert lookups(flow)["valkey", "error"] >= 1


def _holds_something(server: Valkey) -> bool:
    return bool(ValkeyCache(server.url, prefix="", seconds=1, timeout=1)._client.dbsize())


def test_the_scenarios_are_computed_once_and_answer_analyses(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = next(SCENARIOS[-1].specs())
    monkeypatch.setitem(
        flow.services.precompute_scenarios.keywords, "scenarios", [SCENARIOS[-2], SCENARIOS[-1]]
    )
    first = flow.services.precompute_scenarios()
    assert (first.cases, first.is_complete) == (184, True)
    assert flow.services.precompute_scenarios().solved == 0
    restart(flow)
    analysis_id = flow.services.submit_analysis(
        wanted, principal=flow.principal, correlation_id="flow", at_once=True
    ).analysis_id
    found = flow.analysis(analysis_id)
    assert (found["status"], found["cached"]) == ("succeeded", True)
    assert found["result"]["chamber_pressure"] == wanted["chamber_pressure"]
