"""Outside systems in memory, for every test of the service."""

import sys

import pytest

from chalicelib.domain.access import Permission, Principal
from tests.unit.chalicelib.fake_engine_studies import FakeEngine
from tests.unit.chalicelib.fakes import FakeCache, FakeDatabase, FakeObjectStore, FakeQueue, FakeWorkflows


@pytest.fixture
def database() -> FakeDatabase:
    return FakeDatabase()


@pytest.fixture
def cache() -> FakeCache:
    return FakeCache()


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def store() -> FakeObjectStore:
    return FakeObjectStore()


@pytest.fixture
def workflows() -> FakeWorkflows:
    return FakeWorkflows()


@pytest.fixture
def ada() -> Principal:
    return Principal("ada", "apollo", frozenset(Permission))


@pytest.fixture
def engine_studies(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """The engine's studies, replaced by sums of squares."""
    fake = FakeEngine()
    for name, module in fake.modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    return fake
