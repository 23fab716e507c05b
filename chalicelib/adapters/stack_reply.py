"""The answer that CloudFormation waits for when a resource of a stack is a function of ours."""

import json
import urllib.request
from collections.abc import Mapping
from typing import Any

LONGEST_REASON = 1024
SECONDS = 30.0


def reply(event: Mapping[str, Any], name: str, *, failure: str | None, data: Mapping[str, Any]) -> None:
    """Says that the resource is as wanted, or why not; `name` is the same as long as it is the same thing.

    Raises URLError where the address does not take the answer.
    """
    body = {
        "Status": "FAILED" if failure else "SUCCESS",
        "Reason": (failure or "")[:LONGEST_REASON],
        "PhysicalResourceId": name,
        **{key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")},
        "Data": dict(data),
    }
    request = urllib.request.Request(event["ResponseURL"], json.dumps(body).encode(), method="PUT")  # noqa: S310
    # the address is signed for an empty content type
    request.add_header("Content-Type", "")
    urllib.request.urlopen(request, timeout=SECONDS).close()  # noqa: S310
