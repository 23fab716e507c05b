"""What every kind of test shares."""

import platform
from pathlib import Path

import pytest

from delivery.packaging import package
from delivery.recipes import Architecture

TESTS = Path(__file__).resolve().parent
TOGETHER = ("integration", "e2e", "infrastructure/packaging")
"""Kinds of which all tests run in one process, one after the other: they share a stack, a package or the machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lets `--dist loadgroup` spread the other tests over its processes one by one."""
    for item in items:
        for kind in TOGETHER:
            if item.path.is_relative_to(TESTS / kind):
                item.add_marker(pytest.mark.xdist_group(kind))


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
