"""Outside systems in memory, for every test of the service."""

import pytest

from chalicelib.domain.access import Permission, Principal
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
