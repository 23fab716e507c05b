"""The steps of a release, on what is deployed: the packed functions migrate, and are tried through their aliases."""

import json
from uuid import UUID

import pytest

from chalicelib.adapters.database import migrate
from chalicelib.adapters.releases import CodeDeployReleases
from chalicelib.services.check_release import check_release
from tests.infrastructure.packaging.deployed import NAME, DeployedStack


@pytest.fixture
def releases(deployed: DeployedStack, monkeypatch: pytest.MonkeyPatch) -> CodeDeployReleases:
    for name, value in deployed.environment.items():
        monkeypatch.setenv(name, value)
    return CodeDeployReleases()


def physical(deployed: DeployedStack, name: str) -> str:
    """The name that CloudFormation gave to a function."""
    found = deployed.client("cloudformation").describe_stack_resource(StackName=NAME, LogicalResourceId=name)
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def test_the_packed_function_migrates(deployed: DeployedStack, releases: CodeDeployReleases) -> None:
    newest = migrate.revisions()[-1]
    answer = releases.call(physical(deployed, "MigrateDatabase"), {})
    assert answer == {"before": newest, "after": newest}


@pytest.mark.parametrize("version", ["live", "1"])
def test_the_deployed_versions_solve_a_real_motor(
    deployed: DeployedStack, releases: CodeDeployReleases, version: str
) -> None:
    api, solver = (f"{physical(deployed, name)}:{version}" for name in ("APIHandler", "SolveQueue"))
    analysis_id = check_release(f"d-{version}", releases=releases, api=api, solver=solver)
    assert isinstance(analysis_id, UUID)


def test_a_hook_reports_to_codedeploy_and_nobody_else(deployed: DeployedStack) -> None:
    """There is no CodeDeploy here, so the packed hook has to break there and not before."""
    event = {"DeploymentId": "d-hook", "LifecycleEventHookExecutionId": "hook"}
    answer = deployed.client("lambda").invoke(
        FunctionName=physical(deployed, "BeforeTraffic"), Payload=json.dumps(event)
    )
    told = json.loads(answer["Payload"].read())
    assert answer["FunctionError"]
    assert "PutLifecycleEventHookExecutionStatus" in told["errorMessage"]
