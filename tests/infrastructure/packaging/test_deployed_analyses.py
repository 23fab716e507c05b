"""What is asked of the local stack over HTTP, asked of the deployed package: analyses."""

import sys

from tests.infrastructure.packaging.deployed import NAME, DeployedStack
from tests.infrastructure.packaging.known import LEFT_OUT, kind_of
from tests.integration.test_http_analyses import *  # noqa: F403

# the endpoint adds a Content-Length to answers that have none
del globals()["test_a_finished_analysis_is_sent_once_and_then_only_confirmed"]


def test_the_whole_template_is_deployed_but_for_types_that_are_unknown(deployed: DeployedStack) -> None:
    described = deployed.template["Resources"]
    kinds = {kind_of(described[name]) for name in deployed.left_out}
    sys.stdout.write("".join(f"left out: {kind} ({LEFT_OUT[kind]})\n" for kind in sorted(kinds)))
    assert kinds == set(LEFT_OUT)
    pages = deployed.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=NAME)
    made_kinds = [one["ResourceType"] for page in pages for one in page["StackResourceSummaries"]]
    functions = [one for one in described.values() if one["Type"] == "AWS::Serverless::Function"]
    assert made_kinds.count("AWS::Lambda::Function") == len(functions)
    assert made_kinds.count("AWS::Lambda::LayerVersion") == 5
