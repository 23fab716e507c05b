from pathlib import Path

import pytest

from runtime.settings import ROOT, RuntimeSettings

NAMES = ("PORT", "AWS_PORT", "HRMA_HOME", "HRMA_STAGE")


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_the_data_folder_is_in_the_checkout_whatever_the_users_own_variables_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("STAGE", "production")
    options = RuntimeSettings()
    assert options.home == ROOT / ".hrma"
    assert options.stage == "local"
    assert not options.port_is_chosen


def test_the_documented_variables_move_the_folder_and_the_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in zip(NAMES, ("8111", "4777", "/srv/hrma", "trial"), strict=True):
        monkeypatch.setenv(name, value)
    options = RuntimeSettings()
    assert (options.port, options.aws_port, options.stage) == (8111, 4777, "trial")
    assert options.home == Path("/srv/hrma")
    assert options.port_is_chosen
    assert options.aws_port_is_chosen
