import json
from typing import Any

from runtime.embedded.deploy import Deployment, template


def test_outputs_become_the_variables_of_the_service() -> None:
    outputs = {"UploadsBucket": "hrma-test-uploads", "BatchStateMachineArn": "arn"}
    assert Deployment(outputs, changed=True).environment() == {
        "HRMA_UPLOADS_BUCKET": "hrma-test-uploads",
        "HRMA_BATCH_STATE_MACHINE_ARN": "arn",
    }


def test_state_machines_carry_their_definition_and_nothing_needs_a_transform() -> None:
    resources: dict[str, dict[str, Any]] = template()["Resources"]
    machines = [entry for entry in resources.values() if entry["Type"] == "AWS::StepFunctions::StateMachine"]
    assert machines
    for machine in machines:
        assert "StartAt" in json.loads(machine["Properties"]["DefinitionString"])
        assert "DefinitionS3Location" not in machine["Properties"]
    assert not [name for name, entry in resources.items() if "Serverless" in entry["Type"]]
    assert "Globals" not in template()
