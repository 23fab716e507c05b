"""What is asked of the local stack over HTTP, asked of the deployed package: service."""

from tests.integration import test_http_service
from tests.integration.test_http_service import *  # noqa: F403

# the endpoint unpacks every function at its first call
test_http_service.PATIENCE = 150.0
