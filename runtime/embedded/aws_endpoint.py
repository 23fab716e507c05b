"""The AWS endpoint of one machine: ministack, in an environment of its own, on the loopback interface."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from runtime import settings
from runtime.embedded.ports import LOOPBACK
from runtime.embedded.processes import Child, Program
from runtime.errors import StackError
from runtime.home import Home

PYTHON = settings.ROOT / ".venv" / "environments" / "ministack" / "bin" / "python"
PROCESS = Path(__file__).with_name("endpoint_process.py")
START_SECONDS = 30.0
REGION = "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}  # the endpoint checks none
FOREIGN_VARIABLES = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_CA_BUNDLE")


class AwsEndpoint:
    """S3, SQS, Step Functions and CloudFormation for one stack."""

    def __init__(self, home: Home, port: int) -> None:
        self._home = home
        self.port = port

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def client_environment(self) -> dict[str, str]:
        """What any AWS client needs to speak to this endpoint and to no other."""
        return {"AWS_ENDPOINT_URL": self.url, "AWS_DEFAULT_REGION": REGION, **CREDENTIALS}

    def program(self, ready: Callable[[Child], None]) -> Program:
        """How the supervisor runs the endpoint; it saves its state when it is stopped in order."""
        if not PYTHON.exists():
            raise StackError(f"the AWS endpoint is not installed ({PYTHON} is missing); run 'make setup'")
        folder = self._home.aws
        folder.mkdir(parents=True, exist_ok=True)
        self._move_saved_state(folder)
        return Program(
            name="aws",
            # -P keeps the folder of the file, whose modules are ours, from standing before its own
            command=[str(PYTHON), "-P", str(PROCESS)],
            environment=settings.child_environment(self._variables(folder), without=FOREIGN_VARIABLES),
            ready=ready,
            level=1,
            directory=str(folder),
        )

    def _move_saved_state(self, folder: Path) -> None:
        """Gives saved queues the present port: the endpoint knows a queue by its whole address."""
        mark = folder / "port"
        if mark.exists() and (before := mark.read_text(encoding="utf-8")) != str(self.port):
            for path in (folder / "state").glob("*.json"):
                text = path.read_text(encoding="utf-8")
                path.write_text(
                    text.replace(f"{LOOPBACK}:{before}", f"{LOOPBACK}:{self.port}"), encoding="utf-8"
                )
        mark.write_text(str(self.port), encoding="utf-8")

    def _variables(self, folder: Path) -> dict[str, str]:
        return {
            "BIND_HOST": LOOPBACK,
            "MINISTACK_HOST": LOOPBACK,
            "MINISTACK_REGION": REGION,
            "GATEWAY_PORT": str(self.port),
            "LAMBDA_EXECUTOR": "local",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(folder / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(folder / "s3"),
            "LOG_LEVEL": "ERROR",
            "PYTHONUNBUFFERED": "1",
        }

    def wait_until_ready(self, child: Child) -> None:
        """Returns when the endpoint answers; raises StackError when it does not come up."""
        deadline = time.monotonic() + START_SECONDS
        while not answers(f"{self.url}/_ministack/health"):
            child.require_running()
            if time.monotonic() > deadline:
                raise StackError(f"the AWS endpoint does not answer at {self.url} after {START_SECONDS:g} s")
            time.sleep(0.03)


def answers(url: str) -> bool:
    """Whether a GET of the address is answered with success."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310
            return int(response.status) < 300
    except (urllib.error.URLError, OSError):
        return False
