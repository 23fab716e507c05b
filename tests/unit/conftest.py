"""Unit tests know no running stack, also when the integration tests' one is up in the same session."""

import pytest


@pytest.fixture(autouse=True)
def no_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
