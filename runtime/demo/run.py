"""The demo on a running stack, from the first submission to the last table."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from runtime.demo import agreement, cases, latency, tables
from runtime.demo.client import Client
from runtime.demo.connection import Connection
from runtime.demo.following import drop, follow

SINGLE_SUBMISSIONS = 30


def run_demo(connection: Connection, console: Console) -> None:
    """Solves engines, whole burns, single submissions and the file of cases, and prints what came of them.

    Raises StackError when something is not answered, not solved, or farther from NASA CEA than promised.
    """
    with Client(connection.base_url, connection.token) as client:
        show_engines(client, console)
        show_burns(client, console)
        show_solids(client, console)
        console.print(f"{SINGLE_SUBMISSIONS} single submissions, one after another")
        timed = latency.measure(client.analyze, cases.single_specs(SINGLE_SUBMISSIONS))
        show_batch(connection, client, console, timed)


def show_engines(client: Client, console: Console) -> None:
    """Solves the published engines, each with its comparison."""
    answers = [
        (engine, client.analyze({**engine.spec, "validate": True})["result"]) for engine in cases.engines()
    ]
    for engine, result in answers:
        agreement.check_engine(engine.name, result)
    tables.show(console, tables.engines_table(answers))
    tables.show(console, tables.published_table(answers))
    for engine, _ in answers:
        console.print(f"{engine.name}: {engine.source}. Assumed: {engine.assumption}.", style="dim")


def show_solids(client: Client, console: Console) -> None:
    """Burns the solid motors, each against what openMotor computes."""
    answers = [(motor, client.analyze(motor.spec)["result"]) for motor in cases.solids()]
    for motor, result in answers:
        agreement.check_solid(motor.name, result["total_impulse"], motor.total_impulse)
    tables.show(console, tables.solids_table(answers))


def show_burns(client: Client, console: Console) -> None:
    """Solves the motors that burn for a while, each compared at its mean operating point."""
    answers = [(motor, client.analyze({**motor.spec, "validate": True})["result"]) for motor in cases.burns()]
    for motor, result in answers:
        agreement.check_engine(motor.name, result)
    tables.show(console, tables.burns_table(answers))
    for motor, _ in answers:
        console.print(f"{motor.name}: {motor.about}.", style="dim")


def show_batch(connection: Connection, client: Client, console: Console, timed: latency.Latency) -> None:
    """Runs the file of cases and holds its answers against what the engine promises."""
    content, count = cases.batch_file()
    filename = f"demo-cases-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.csv"
    begun = time.monotonic()
    batch_id = drop(connection, filename, content.encode())
    with progress_of(console, f"{filename} in the uploads bucket", count) as progress:
        batch = follow(client, batch_id, progress)
    finished = tables.FinishedBatch(client.batch_rows(batch_id), time.monotonic() - begun)
    tables.show(console, tables.batch_table(finished.rows))
    tables.show(console, tables.speed_table(timed, finished))
    console.print(f"batch {batch_id}: {batch['status']}, {batch['solved']} of {count} rows solved")
    agreement.check_batch(batch, finished.rows, count)
    results = f"s3://{connection.results_bucket}/{connection.project}/{batch_id}/"
    console.print(
        f"result files: {results}, also at {connection.base_url}/v1/batches/{batch_id}/results",
        soft_wrap=True,
    )


@contextmanager
def progress_of(console: Console, description: str, count: int) -> Iterator[Callable[[int, int], None]]:
    """A progress bar, or one plain line where the output is no terminal."""
    if not console.is_terminal:
        console.print(description, soft_wrap=True)
        yield unshown
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(description, total=count)
        yield lambda done, total: bar.update(task, completed=done, total=total or count)


def unshown(_done: int, _total: int) -> None:
    """Progress where nobody watches."""
