"""Checkov finds nothing in the template, save what is explained beside the resource that it is about."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.set_up import CHECKOV

SHORTEST_REASON = 20


@pytest.fixture(scope="module")
def report(packaged: Path) -> dict[str, Any]:
    if not CHECKOV.is_complete():
        pytest.skip("checkov has an environment of its own; 'make audit' makes it and runs this")
    program = CHECKOV.folder / "bin" / "checkov"
    options = ["--framework", "cloudformation", "--skip-download", "--output", "json", "--soft-fail"]
    done = subprocess.run(
        [str(CHECKOV.python), str(program), "--file", "template.json", *options],
        cwd=packaged,
        capture_output=True,
        text=True,
        check=True,
    )
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def test_nothing_is_found(report: dict[str, Any]) -> None:
    found = [
        f"{one['check_id']} {one['resource']}: {one['check_name']}"
        for one in report["results"]["failed_checks"]
    ]
    assert not found, "\n".join(found)
    assert report["summary"]["passed"] > 300
    assert report["summary"]["parsing_errors"] == 0


def test_what_is_left_out_is_really_there(report: dict[str, Any], resources: dict[str, Any]) -> None:
    """An exception that no finding needs any more goes."""
    skipped = {
        (one["resource"].rpartition(".")[2], one["check_id"]) for one in report["results"]["skipped_checks"]
    }
    assert skipped == {(name, skip["id"]) for name, skip in exceptions(resources)}


def test_every_exception_is_explained(resources: dict[str, Any]) -> None:
    for name, skip in exceptions(resources):
        assert len(skip["comment"]) >= SHORTEST_REASON, name


def exceptions(resources: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    for name, resource in resources["Resources"].items():
        for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", []):
            yield name, skip
