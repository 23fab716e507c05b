"""`make demo`: a stack of its own, the demo on it, and the end of both."""

import time

from rich.console import Console

from runtime import settings
from runtime.demo.connection import Connection
from runtime.demo.run import run_demo
from runtime.demo.stack_process import RunningStack, demo_home, running
from runtime.up import PROJECT


def run() -> int:
    """Runs the demo and prints its tables; returns 0.

    Raises StackError when the stack does not start, or an answer does not come or is not as promised.
    """
    console = Console()
    started = time.monotonic()
    console.print("starting PostgreSQL, the AWS endpoint, the API, the workers and the scheduler")
    options = settings.load()
    with running(options) as stack:
        moved = ", because the usual ports are in use" if stack.moved else ""
        console.print(f"the API answers at {stack.url}{moved} ({time.monotonic() - started:.1f} s)")
        run_demo(connection_to(stack), console)
        console.print("stopping")
    console.print(f"done in {time.monotonic() - started:.1f} s")
    console.print(
        f"everything is kept: 'HRMA_HOME={demo_home(options)} make up' serves it again", soft_wrap=True
    )
    return 0


def connection_to(stack: RunningStack) -> Connection:
    """How to use a stack of ours, from the variables that it published."""
    variables = stack.environment
    return Connection(
        base_url=stack.url,
        token=stack.token,
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        uploads_bucket=variables["HRMA_UPLOADS_BUCKET"],
        results_bucket=variables["HRMA_RESULTS_BUCKET"],
        project=PROJECT,
        access_key_id=variables["AWS_ACCESS_KEY_ID"],
        secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        region=variables["AWS_DEFAULT_REGION"],
    )
