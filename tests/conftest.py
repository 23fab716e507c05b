"""What every kind of test shares."""

from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
TOGETHER = ("integration", "e2e")
"""Kinds of which all tests run in one process, one after the other: they share a stack, or the whole machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lets `--dist loadgroup` spread the other tests over its processes one by one."""
    for item in items:
        kind = item.path.relative_to(TESTS).parts[0] if item.path.is_relative_to(TESTS) else ""
        if kind in TOGETHER:
            item.add_marker(pytest.mark.xdist_group(kind))
