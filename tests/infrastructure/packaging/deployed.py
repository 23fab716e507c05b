"""The package of a stage on the local AWS endpoint: its CloudFormation makes and runs functions, queues and routes.

Nothing of ours runs beside it but PostgreSQL: requests go through the endpoint's API Gateway, messages through its
event source mappings, and the functions are the packed archives with their layers.
"""

import copy
import json
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from chalicelib.adapters.database import migrate
from chalicelib.domain.access import Permission
from delivery.template import FUNCTION, LAYER
from runtime.embedded.aws_endpoint import AwsEndpoint
from runtime.embedded.deploy import aws_client, reasons
from runtime.embedded.description import without_unknown
from runtime.embedded.postgres import Postgres
from runtime.embedded.stack import Stack
from runtime.tokens import TokenIssuer

Template = dict[str, Any]
BUCKET = "artifacts"
NAME = "hrma-packaged"
PATIENCE = 180.0
MADE_BY_SAM = {"ServerlessDeploymentApplication"}
UNKNOWN = {
    "AWS::Backup::BackupSelection": "nothing is backed up here",
    "AWS::CloudWatch::Alarm": "of those that compute with metrics; the others are made",
    "AWS::EC2::FlowLog": "there is no network to watch",
    "AWS::EC2::SecurityGroupEgress": "there is no network to guard",
    "AWS::EC2::SecurityGroupIngress": "there is no network to guard",
    "AWS::RDS::DBProxy": "PostgreSQL is entered directly",
    "AWS::RDS::DBProxyTargetGroup": "PostgreSQL is entered directly",
    "AWS::RDS::GlobalCluster": "there is one region",
    "AWS::Route53::HealthCheck": "there is no name",
    "AWS::SecretsManager::RotationSchedule": "there is no password to turn",
    "AWS::WAFv2::LoggingConfiguration": "nothing is stopped that could be written down",
    "AWS::WAFv2::WebACLAssociation": "the firewall is made and stands before nothing",
}
"""Types that the endpoint does not know, and why nothing is lost for this proof without them."""
OURS = {
    "AWS::RDS::DBCluster": "the endpoint would run another PostgreSQL in docker; ours is there",
    "AWS::RDS::DBInstance": "as the cluster",
    "AWS::ElastiCache::ReplicationGroup": "PostgreSQL keeps the answers",
    "Custom::DatabaseMigration": "our PostgreSQL is migrated before the endpoint starts",
}
"""Types that it knows, in whose place something of this machine stands."""


class DeployedStack(Stack):
    """PostgreSQL and the AWS endpoint, with the stack of the package in it."""

    package: Path
    template: Template
    outputs: dict[str, str]
    removed: list[str]

    def _start_stores(self) -> None:
        postgres = Postgres(self.home)
        postgres.prepare()
        self.supervisor.start(postgres.program())
        migrate.upgrade(postgres.url)
        endpoint = AwsEndpoint(self.home, self.options.aws_port)
        self.supervisor.start(endpoint.program(endpoint.wait_until_ready))
        self.environment = endpoint.client_environment()
        self.template = json.loads((self.package / "template.json").read_text())
        template, self.removed = known_template(self.template)
        template["Globals"]["Function"]["Environment"]["Variables"] |= {
            "HRMA_DATABASE_URL": postgres.url,
            "HRMA_DATABASE_IAM": "false",
            "HRMA_CACHE_URL": "",
            "HRMA_CACHE_IAM": "",
        }
        self._bring(
            self._with_uploads(template),
            {
                "Stage": self.options.stage,
                "TokenPublicKey": TokenIssuer.of(self.home).public_pem,
                "Profile": "staging",
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


def known_template(template: Template) -> tuple[Template, list[str]]:
    """The template without the resources of unknown types and what refers to them, and the names of those."""
    known = copy.deepcopy(template)
    removed = sorted(name for name, one in known["Resources"].items() if is_left_out(one))
    for name in removed:
        del known["Resources"][name]
    names = known["Resources"].keys() | known["Parameters"].keys() | MADE_BY_SAM
    for section in ("Globals", "Resources", "Outputs"):
        known[section] = without_unknown(known[section], names)
    for resource in known["Resources"].values():
        resource.get("Properties", {}).pop("DeploymentPreference", None)  # there is no CodeDeploy
        if not set(_listed(resource.get("DependsOn", []))) <= names:
            del resource["DependsOn"]
    return known, removed


def is_left_out(resource: Template) -> bool:
    """Whether the endpoint does not make such a resource."""
    if resource["Type"] == "AWS::CloudWatch::Alarm":
        return "Metrics" in resource["Properties"]
    return resource["Type"] in UNKNOWN | OURS


def _listed(given: str | list[str]) -> list[str]:
    return [given] if isinstance(given, str) else given
