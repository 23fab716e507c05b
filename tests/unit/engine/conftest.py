"""Every test of the engine starts as a fresh process does: without fits that another test has left."""

import pytest

from engine.thermo.sweeps.known import KNOWN


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    KNOWN.forget()
