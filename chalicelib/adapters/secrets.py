"""Secrets of AWS Secrets Manager, read when they are needed and kept nowhere."""

import json

from chalicelib.adapters.aws import make_client


def read_secret(arn: str) -> dict[str, str]:
    """The members of a secret that is a JSON object, such as `username` and `password`."""
    found: dict[str, str] = json.loads(
        make_client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    )
    return found
