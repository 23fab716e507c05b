"""What is asked of the local stack over HTTP, asked of the deployed package: analyses."""

import sys

from tests.infrastructure.packaging.deployed import UNKNOWN, DeployedStack
from tests.integration.test_http_analyses import *  # noqa: F403

# the endpoint adds a Content-Length to answers that have none
del globals()["test_a_finished_analysis_is_sent_once_and_then_only_confirmed"]


def test_the_whole_template_is_deployed_but_for_types_that_are_unknown(deployed: DeployedStack) -> None:
    sys.stdout.write(f"left out: {', '.join(deployed.removed) or 'nothing'}\n")
    described = deployed.template["Resources"]
    assert {described[name]["Type"] for name in deployed.removed} == set(UNKNOWN)
    made = deployed.client("cloudformation").list_stack_resources(StackName="hrma-packaged")
    kinds = [one["ResourceType"] for one in made["StackResourceSummaries"]]
    functions = [one for one in described.values() if one["Type"] == "AWS::Serverless::Function"]
    assert kinds.count("AWS::Lambda::Function") == len(functions)
    assert kinds.count("AWS::Lambda::LayerVersion") == 4
