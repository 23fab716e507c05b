"""Where the stack that the demo uses is, and how to get in."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Connection:
    """One running stack; `project` is the one that the token opens.

    The AWS keys are those of the endpoint; an emulator takes any.
    """

    base_url: str
    token: str = field(repr=False)
    endpoint_url: str
    uploads_bucket: str
    results_bucket: str
    project: str = "demo"
    access_key_id: str = "test"
    secret_access_key: str = field(default="test", repr=False)
    region: str = "us-east-1"
