"""Fixtures that every kind of test may use."""

import platform
from pathlib import Path

import pytest

from delivery.packaging import package
from delivery.recipes import Architecture


@pytest.fixture(scope="session")
def machine() -> Architecture:
    """The architecture of this machine, on which packages can be run."""
    return "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"


@pytest.fixture(scope="session")
def packaged_stage(tmp_path_factory: pytest.TempPathFactory, machine: Architecture) -> Path:
    """The folder of the stage prod as it goes to AWS; the layers are built once per change of their recipes."""
    out = tmp_path_factory.mktemp("package") / "prod"
    package("prod", machine, out)
    return out
