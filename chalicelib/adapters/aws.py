"""Clients of AWS, made at their first use; `AWS_ENDPOINT_URL`, which boto3 reads itself, says where it is."""

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

Service = Literal["sqs", "s3", "stepfunctions", "lambda", "codedeploy", "secretsmanager"]
COMMON = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "max_attempts": 5})
STORE = Config(
    signature_version="s3v4",
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
PATHS = Config(s3={"addressing_style": "path"})


def make_client(service: Service) -> Any:
    """A client in a session of its own, because making two in one session at once is not safe."""
    configuration = COMMON.merge(STORE) if service == "s3" else COMMON
    client = boto3.session.Session().client(service, config=configuration)
    if service == "s3" and not _is_amazon(client.meta.endpoint_url):
        return boto3.session.Session().client(service, config=configuration.merge(PATHS))
    return client


def error_code(response: Mapping[str, Any]) -> str:
    """The code of a botocore ClientError's response."""
    return str(response.get("Error", {}).get("Code", ""))


def _is_amazon(endpoint: str) -> bool:
    return (urlsplit(endpoint).hostname or "").endswith((".amazonaws.com", ".amazonaws.com.cn"))
