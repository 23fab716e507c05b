"""`make up`: the whole service on this machine until Ctrl-C."""

import signal
from types import FrameType

from chalicelib.domain.access import Permission
from runtime import settings
from runtime.embedded.ports import require_free
from runtime.embedded.stack import Stack
from runtime.home import Home, write_private
from runtime.tokens import TokenIssuer

USER = "local"
PROJECT = "local"
TOKEN_HOURS = 30 * 24.0


def run() -> None:
    """Starts the stack, says how to use it, and keeps it running until it is told to stop.

    Raises StackError when it cannot start or one of its processes keeps crashing.
    """
    options = settings.load()
    require_free(options.port, "PORT")
    if not options.aws_endpoint_url:
        require_free(options.aws_port, "AWS_PORT")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    home = Home(options.home)
    with Stack(home, options) as stack:
        try:
            stack.start_services()
            announce(stack)
            stack.supervisor.watch()
        except KeyboardInterrupt:
            stack.console.say("stopping")
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            home.environment.unlink(missing_ok=True)


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """SIGTERM ends the stack as Ctrl-C does."""
    raise KeyboardInterrupt


def announce(stack: Stack) -> None:
    """Writes the token and the stack's variables, and says where everything is."""
    token = TokenIssuer.of(stack.home).issue(USER, PROJECT, tuple(Permission), TOKEN_HOURS)
    write_private(stack.home.token, f"{token}\n")
    stack.home.publish(stack.environment)
    stack.console.say(f"the API answers at {stack.url} (its pages: {stack.url}/docs)")
    stack.console.say(f"the AWS endpoint is {stack.environment['AWS_ENDPOINT_URL']}")
    stack.console.say(f"data and logs are in {stack.home.path}")
    stack.console.say(f"a token for project '{PROJECT}', also in {stack.home.token}:\n{token}")
    stack.console.say("stop everything with Ctrl-C")
