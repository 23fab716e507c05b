"""The package of a stage on the local AWS endpoint: its CloudFormation makes and runs functions, queues and routes.

Nothing of ours runs beside it but PostgreSQL, which the template's own function migrates: requests go through the
endpoint's API Gateway, messages through its event source mappings, and the functions are the packed archives with
their layers.
"""

import json
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from chalicelib.domain.access import Permission
from delivery.template import FUNCTION, LAYER
from runtime.embedded.aws_endpoint import AwsEndpoint
from runtime.embedded.deploy import aws_client, reasons
from runtime.embedded.postgres import Postgres
from runtime.embedded.stack import Stack
from runtime.tokens import TokenIssuer
from tests.infrastructure.packaging.known import Template, known_template

BUCKET = "artifacts"
NAME = "hrma-packaged"
PATIENCE = 180.0


class DeployedStack(Stack):
    """PostgreSQL and the AWS endpoint, with the stack of the package in it."""

    package: Path
    template: Template
    outputs: dict[str, str]
    left_out: list[str]

    def _start_stores(self) -> None:
        postgres = Postgres(self.home)
        postgres.prepare()
        self.supervisor.start(postgres.program())
        endpoint = AwsEndpoint(self.home, self.options.aws_port)
        self.supervisor.start(endpoint.program(endpoint.wait_until_ready))
        self.environment = endpoint.client_environment()
        self.template = json.loads((self.package / "template.json").read_text())
        template, self.left_out = known_template(self.template, postgres.url)
        self._bring(
            self._with_uploads(template),
            {
                "Stage": self.options.stage,
                "Profile": "prod",
                "TokenPublicKey": TokenIssuer.of(self.home).public_pem,
                **self.options.stack_parameters,
            },
        )

    def client(self, service: str) -> Any:
        return aws_client(service, self.environment)

    @property
    def url(self) -> str:
        """Where the endpoint's API Gateway serves the deployed API."""
        return (
            f"{self.environment['AWS_ENDPOINT_URL']}/restapis/{self.outputs['RestAPIId']}/api/_user_request_"
        )

    @property
    def api(self) -> httpx.Client:
        """A client of the deployed API; close it after use."""
        token = TokenIssuer.of(self.home).issue("ada", "packaged", tuple(Permission), 1.0)
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=60)

    def _with_uploads(self, template: Template) -> Template:
        """The template with the objects that its files were uploaded to, as `aws cloudformation package` makes it."""
        s3 = self.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        for resource in template["Resources"].values():
            properties = resource.get("Properties", {})
            if resource["Type"] == FUNCTION and properties.get("PackageType") == "Image":
                self._make_archive(properties)
            for field in ("CodeUri", "ContentUri"):
                if resource["Type"] in (FUNCTION, LAYER) and field in properties:
                    name = properties[field]
                    s3.upload_file(str(self.package / name), BUCKET, name)
                    properties[field] = {"Bucket": BUCKET, "Key": name}
            if "DefinitionS3Location" in properties:
                text = (self.package / properties.pop("DefinitionS3Location")).read_text()
                properties["DefinitionString"] = json.dumps(json.loads(text))
        return template

    def _make_archive(self, properties: dict[str, Any]) -> None:
        """A function that is a container image as an archive that finds the image's folder, for want of docker."""
        module, _, name = properties.pop("ImageConfig")["Command"][0].rpartition(".")
        for field in ("PackageType", "ImageUri"):
            del properties[field]
        archive = self.package / f"{name}.zip"
        with zipfile.ZipFile(archive, "w") as packed:
            code = f"import sys\nsys.path.insert(0, {str(self.package / 'image')!r})\nfrom {module} import {name}\n"
            packed.writestr("inside_image.py", code)
        properties |= {"Runtime": "python3.11", "Handler": f"inside_image.{name}", "CodeUri": archive.name}

    def _bring(self, template: Template, parameters: Mapping[str, str]) -> None:
        body = json.dumps(template)
        self.client("s3").put_object(Bucket=BUCKET, Key="template.json", Body=body)
        cloudformation = self.client("cloudformation")
        cloudformation.create_stack(
            StackName=NAME,
            TemplateURL=f"{self.environment['AWS_ENDPOINT_URL']}/{BUCKET}/template.json",
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        deadline = time.monotonic() + PATIENCE
        while (state := cloudformation.describe_stacks(StackName=NAME)["Stacks"][0])[
            "StackStatus"
        ] == "CREATE_IN_PROGRESS":
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert state["StackStatus"] == "CREATE_COMPLETE", reasons(cloudformation, NAME)
        self.outputs = {one["OutputKey"]: one["OutputValue"] for one in state.get("Outputs", [])}
