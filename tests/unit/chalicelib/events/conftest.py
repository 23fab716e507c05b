"""The handlers as Lambda calls them, over faked services."""

from collections.abc import Callable
from dataclasses import fields
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from app import app
from chalicelib import bootstrap

Invoke = Callable[[str, dict[str, Any]], Any]


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    faked = SimpleNamespace(**{field.name: Mock(name=field.name) for field in fields(bootstrap.Services)})
    monkeypatch.setattr(bootstrap, "services", lambda: faked)
    return faked


@pytest.fixture
def invoke(services: SimpleNamespace) -> Invoke:
    return lambda handler, event: app.handler_map[handler](event, None)
