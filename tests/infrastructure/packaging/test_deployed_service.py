"""What is asked of the local stack over HTTP, asked of the deployed package: service."""

from tests.integration.test_http_service import *  # noqa: F403
