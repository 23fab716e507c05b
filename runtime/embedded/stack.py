"""One stack on this machine: PostgreSQL, the AWS endpoint, the deployed resources and the service."""

import sys
import time
from collections.abc import Callable, Mapping
from types import TracebackType

from chalicelib.adapters.database import migrate
from runtime import settings
from runtime.embedded import deploy
from runtime.embedded.aws_endpoint import CREDENTIALS, REGION, AwsEndpoint, answers
from runtime.embedded.console import Console
from runtime.embedded.ports import LOOPBACK, require_free
from runtime.embedded.postgres import Postgres
from runtime.embedded.processes import Child, Program, Supervisor
from runtime.errors import StackError
from runtime.home import Home
from runtime.tokens import TokenIssuer

ROCKETCEA_PYTHON = settings.ROOT / ".venv" / "environments" / "rocketcea" / "bin" / "python"
SERVICE_START_SECONDS = 60.0
SERVICE_VARIABLES = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}


class Stack:
    """Starts and stops everything; use as a context manager, from the main thread.

    `environment` holds the service's variables once the stack is entered.
    """

    def __init__(self, home: Home, options: settings.RuntimeSettings, console: Console | None = None) -> None:
        self.home = home
        self.options = options
        self.environment: dict[str, str] = {}
        self._console = console
        self._supervisor: Supervisor | None = None
        self._deployed = deploy.Deployment({}, changed=False)

    def __enter__(self) -> "Stack":
        self.home.claim()
        try:
            self._console = self._console or Console(self.home.logs)
            self._supervisor = Supervisor(self._console)
            self._start_stores()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.options.port}"

    @property
    def supervisor(self) -> Supervisor:
        if self._supervisor is None:
            raise StackError("the stack is not started")
        return self._supervisor

    @property
    def console(self) -> Console:
        if self._console is None:
            raise StackError("the stack is not started")
        return self._console

    def stop(self) -> None:
        """Stops all processes in order and gives the data folder back."""
        if self._supervisor:
            self._supervisor.stop()
            self._supervisor = None
        if self._console:
            self._console.close()
        self.home.release()

    def _start_stores(self) -> None:
        postgres = Postgres(self.home)
        postgres.prepare()
        self.supervisor.start(postgres.program())
        aws = self._start_aws_endpoint()
        self.environment = {
            **aws,
            **self._deployed.environment(),
            "HRMA_STAGE": self.options.stage,
            "HRMA_DATABASE_URL": postgres.url,
            "HRMA_TOKEN_PUBLIC_KEY": TokenIssuer.of(self.home).public_pem,
            **({"HRMA_ROCKETCEA_PYTHON": str(ROCKETCEA_PYTHON)} if ROCKETCEA_PYTHON.exists() else {}),
        }
        migrate.upgrade(postgres.url)

    def _start_aws_endpoint(self) -> dict[str, str]:
        """The variables of AWS clients, for the user's endpoint or for one that is started here."""
        if self.options.aws_endpoint_url:
            aws = settings.aws_variables({"AWS_DEFAULT_REGION": REGION, **CREDENTIALS})
            self._deploy(aws)
            return aws
        require_free(self.options.aws_port, "AWS_PORT")
        endpoint = AwsEndpoint(self.home, self.options.aws_port)
        aws = endpoint.client_environment()

        def deploy_again(child: Child) -> None:
            endpoint.wait_until_ready(child)
            deploy.remove_leftover_buckets(aws, self.options.stage)
            self._deploy(aws)

        self.supervisor.start(endpoint.program(deploy_again))
        if self._deployed.changed:
            # The endpoint saves its state only when it stops in order: from here on a kill loses no resource.
            self.supervisor.restart("aws")
        return aws

    def _deploy(self, aws: Mapping[str, str]) -> None:
        self._deployed = deploy.deploy(aws, self.options.stage, self.options.stack_parameters)

    def start_services(self) -> None:
        """Starts gateway, queue pollers, scheduler and task runner, and waits until the API answers."""
        require_free(self.options.port, "PORT")
        pollers = [f"solver-{number}" for number in range(1, self.options.solver_processes + 1)]
        self.supervisor.start(
            self._service("gateway", "gateway", "--port", str(self.options.port), ready=self._wait_for_api),
            *(self._service(name, "poller") for name in pollers),
            self._service("scheduler", "scheduler"),
            self._service("tasks", "task-runner"),
        )

    def _service(
        self, name: str, *command: str, ready: Callable[[Child], None] = lambda _child: None
    ) -> Program:
        return Program(
            name=name,
            command=[sys.executable, "-m", "runtime", *command],
            environment=settings.child_environment({**self.environment, **SERVICE_VARIABLES}),
            ready=ready,
            level=2,
            directory=str(settings.ROOT),
        )

    def _wait_for_api(self, child: Child) -> None:
        deadline = time.monotonic() + SERVICE_START_SECONDS
        while not answers(f"{self.url}/health"):
            child.require_running()
            if time.monotonic() > deadline:
                raise StackError(f"the API does not answer at {self.url} after {SERVICE_START_SECONDS:g} s")
            time.sleep(0.05)
