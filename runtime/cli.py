"""The commands of the local runtime: `python -m runtime --help`."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from chalicelib.domain.access import Permission
from runtime import settings
from runtime.errors import StackError
from runtime.home import Home
from runtime.lifetime import log_to_terminal

application = typer.Typer(
    help="HRMA on one machine.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
dead_letters = typer.Typer(help="Messages that no handler could take.", no_args_is_help=True)
application.add_typer(dead_letters, name="dead-letters")


def main() -> None:
    """Runs the command; an error of the stack is one clear message and exit code 1."""
    try:
        application()
    except StackError as error:
        typer.secho(f"error: {error}", fg=typer.colors.RED, err=True)
        raise SystemExit(1) from error
    except ValidationError as error:
        typer.secho(f"error: a variable is wrong: {error}", fg=typer.colors.RED, err=True)
        raise SystemExit(2) from error


def home() -> Home:
    return Home(settings.load().home)


@application.command()
def up() -> None:
    """Run the whole service until Ctrl-C."""
    from runtime import up

    up.run()


@application.command()
def demo() -> None:
    """Run three engines and a batch of 1,000 cases through the service, and compare them with NASA CEA."""
    from runtime.demo import show

    raise SystemExit(show.run())


@application.command()
def token(
    project: Annotated[str, typer.Option(help="The project that the token opens.")] = "local",
    user: Annotated[str, typer.Option(help="Who uses it.")] = "local",
    permissions: Annotated[
        list[Permission] | None, typer.Option(help="What it allows; repeat for several, all by default.")
    ] = None,
    hours: Annotated[float, typer.Option(min=0.001, help="How long it is good.")] = 24.0,
) -> None:
    """Issue a token that the local stack accepts."""
    from runtime.tokens import TokenIssuer

    allowed = tuple(permissions or Permission)
    typer.echo(TokenIssuer.of(home()).issue(user, project, allowed, hours))


@application.command()
def migrate(
    revision: Annotated[str, typer.Option(help="The revision to go up to.")] = "head",
) -> None:
    """Bring the running stack's database to a revision; `up` does this by itself."""
    from chalicelib.adapters.database import migrate as migrations

    migrations.upgrade(home().published()["HRMA_DATABASE_URL"], revision)


@application.command()
def status() -> None:
    """Say whether the stack runs and what its parts report."""
    from runtime.operate import print_status

    print_status(home())


@application.command()
def study(
    path: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A JSON file, as POST /v1/studies takes it.")
    ],
    estimate: Annotated[bool, typer.Option("--estimate", help="Only say what it would take.")] = False,
) -> None:
    """Start a study on the running stack, follow it, and print its answer."""
    from runtime import study
    from runtime.embedded.ports import LOOPBACK

    here = home()
    here.published()
    address = f"http://{LOOPBACK}:{settings.load().port}"
    token = here.token.read_text(encoding="utf-8").strip()
    raise SystemExit(0 if study.run(address, token, path, only_estimate=estimate) else 1)


@dead_letters.command("list")
def list_them(limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 50) -> None:
    """List dead letters, the newest first."""
    from runtime.operate import print_dead_letters

    print_dead_letters(home(), limit)


@dead_letters.command("show")
def show_one(identifier: Annotated[str, typer.Argument(help="Its id.")]) -> None:
    """Print one dead letter whole; its body can be edited and replayed."""
    from runtime.operate import print_dead_letter

    print_dead_letter(home(), identifier)


@dead_letters.command("replay")
def replay(
    identifier: Annotated[str, typer.Argument(help="Its id.")],
    body: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A file with an edited body.")
    ] = None,
) -> None:
    """Feed a dead letter back into its queue, with its own body or an edited one."""
    from runtime.operate import replay_dead_letter

    replay_dead_letter(home(), identifier, body.read_text(encoding="utf-8") if body else None)


@application.command(hidden=True)
def gateway(port: Annotated[int, typer.Option()]) -> None:
    """Serve the API; started by `up`."""
    from runtime.gateway import server

    log_to_terminal()
    server.serve(port)


@application.command(hidden=True)
def poller() -> None:
    """Feed the queue handlers; started by `up`."""
    from runtime.poller import process

    log_to_terminal()
    process.run()


@application.command(hidden=True)
def scheduler() -> None:
    """Run the schedule handlers; started by `up`."""
    from runtime.scheduler import process

    log_to_terminal()
    process.run()


@application.command("task-runner", hidden=True)
def task_runner() -> None:
    """Run the tasks of long studies; started by `up`."""
    from runtime.task_runner import process

    log_to_terminal()
    process.run()
