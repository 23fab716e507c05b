"""A stranger clones the repository and types `make demo`."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from runtime.embedded.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
OWN_PREFIXES = ("HRMA_", "AWS_ENDPOINT", "VIRTUAL_ENV", "PYTHON", "PYTEST", "MAKE", "COV_")
WORST_DEVIATION = 0.01
"""Percent; what the engine promises against CEA."""


def make(checkout: Path, target: str, **variables: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OWN_PREFIXES)}
    return subprocess.run(
        ["make", target],
        cwd=checkout,
        env={**inherited, "COLUMNS": "120", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.timeout(1500)
def test_a_fresh_clone_sets_itself_up_and_shows_the_whole_service(tmp_path: Path) -> None:
    checkout = tmp_path / "hrma"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(checkout)], check=True)
    ports = {"PORT": str(free_port()), "AWS_PORT": str(free_port())}

    shown = make(checkout, "demo", **ports)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    for engine in ("RS-25", "Merlin 1D", "Aestus"):
        assert engine in shown.stdout
    assert "1000 of 1000 rows solved" in shown.stdout
    deviation = re.search(r"worst deviation from NASA CEA over the batch\W+([\d.e+-]+) %", shown.stdout)
    assert deviation, shown.stdout
    assert float(deviation[1]) <= WORST_DEVIATION

    again = make(checkout, "setup", PIP_NO_INDEX="1", PIP_FIND_LINKS="")
    assert again.returncode == 0, again.stderr
    assert "installing" not in again.stderr
