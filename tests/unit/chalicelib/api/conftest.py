"""The real app over faked services: what goes in and out over HTTP, and nothing behind it."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from chalice.test import Client
from fake_api import Api, Tokens

from app import app
from chalicelib import bootstrap

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A mock for every use case and view; a test says what those that it needs answer."""
    faked = SimpleNamespace(**{field.name: Mock(name=field.name) for field in fields(bootstrap.Services)})
    monkeypatch.setattr(bootstrap, "services", lambda: faked)
    monkeypatch.setattr(bootstrap, "identity", Tokens)
    return faked


@pytest.fixture
def api(services: SimpleNamespace) -> Iterator[Api]:
    with Client(app, project_dir=str(ROOT)) as client:
        yield Api(client)
