"""What is asked of the local stack over HTTP, asked of the deployed package: bad input."""

import httpx

from tests.integration.test_http_bad_input import *  # noqa: F403

REFUSED_BY_THE_GATEWAY = (
    "test_a_token_that_is_not_good_is_told_why",
    "test_a_wrong_method_is_a_problem",
    "test_an_unknown_route_is_a_problem",
    "test_no_token_is_told_what_to_send",
)
"""The local endpoint has no gateway responses; tests/infrastructure/test_template.py reads those of the template."""

for name in REFUSED_BY_THE_GATEWAY:
    del globals()[name]


def test_the_gateway_lets_nobody_through_whom_the_authorizer_refuses(api: httpx.Client) -> None:
    for token in ("", "Bearer garbage", "Basic garbage"):
        assert api.get("/v1/analyses", headers={"Authorization": token}).status_code in (401, 403)
