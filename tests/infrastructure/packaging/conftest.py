"""The deployed package in place of the stack of processes that the black-box tests usually meet."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from runtime import settings
from runtime.embedded.ports import free_port
from runtime.home import Home
from tests.infrastructure.packaging.deployed import DeployedStack

WARM_SECONDS = 60
SOLVABLE = {
    "motor_type": "liquid",
    "propellant": {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 5.9},
    "chamber_pressure": 7e6,
    "nozzle": {"area_ratio": 40.0},
}


@pytest.fixture(scope="session")
def deployed(packaged_stage: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedStack]:
    """The whole package, deployed; its functions have been called once."""
    options = settings.RuntimeSettings(
        port=free_port(),
        aws_port=free_port(),
        home=tmp_path_factory.mktemp("deployed"),
        aws_endpoint_url=None,
        stage="prod",
    )
    stack = DeployedStack(Home(options.home), options)
    stack.package = packaged_stage
    with stack:
        warm_up_queues(stack)
        with stack.api as api:
            warm_up(api)
        yield stack


@dataclass(frozen=True)
class BlackBox:
    """What the black-box tests know of a stack."""

    deployed: DeployedStack

    @property
    def home(self) -> Path:
        return self.deployed.options.home

    @property
    def url(self) -> str:
        return self.deployed.url

    @property
    def api(self) -> httpx.Client:
        return self.deployed.api


@pytest.fixture(scope="session")
def running_stack(deployed: DeployedStack) -> BlackBox:
    """In place of the fixture of this name that runs our processes."""
    return BlackBox(deployed)


def warm_up(api: httpx.Client) -> None:
    """The endpoint unpacks a function at its first call, which is not what the tests time."""
    for path in ("/health", "/v1/analyses"):
        assert api.get(path, timeout=WARM_SECONDS).status_code == 200
    assert api.post("/v1/analyses", params={"wait": 20}, json=SOLVABLE, timeout=WARM_SECONDS).is_success


def warm_up_queues(stack: DeployedStack) -> None:
    """The same for the functions that take messages, side by side with the rest."""
    functions = stack.client("lambda")
    for function in functions.list_functions()["Functions"]:
        name = function["FunctionName"]
        if any(part in name for part in ("Uploads", "BatchQueue", "StudyQueue")):
            functions.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"Records": []}')
