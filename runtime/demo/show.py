"""The demo from beginning to end."""

import time
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from runtime import settings
from runtime.demo import cases, tables
from runtime.demo.client import Client
from runtime.demo.stack_process import running

SINGLE_SUBMISSIONS = 30


def run() -> int:
    """Runs the demo and prints its tables; returns 0 when every case was solved, else 1.

    Raises StackError when the stack does not start or an answer does not come.
    """
    console = Console()
    options = settings.load()
    started = time.monotonic()
    console.print("starting PostgreSQL, the AWS endpoint, the API, the workers and the scheduler")
    with running(options) as stack:
        moved = ", because the usual ports are in use" if stack.moved else ""
        console.print(f"the API answers at {stack.url}{moved} ({time.monotonic() - started:.1f} s)")
        client = Client(stack.url, stack.token, stack.environment)
        show_engines(console, client)
        seconds = time_single_submissions(console, client)
        complete = show_batch(console, client, seconds)
        console.print("stopping")
    console.print(f"done in {time.monotonic() - started:.1f} s")
    return 0 if complete else 1


def show_engines(console: Console, client: Client) -> None:
    """Solves the published engines, each with its comparison."""
    published = cases.engines()
    answers = [(engine, client.analyze({**engine.spec, "validate": True})["result"]) for engine in published]
    console.print(tables.engines_table(answers))
    for engine in published:
        console.print(f"[dim]{engine.name}: {engine.source}. Assumed: {engine.assumption}.[/dim]")


def time_single_submissions(console: Console, client: Client) -> list[float]:
    """How many seconds each of some submissions took from request to answer."""
    console.print(f"{SINGLE_SUBMISSIONS} single submissions, one after another")
    seconds = []
    for spec in cases.single_specs(SINGLE_SUBMISSIONS):
        begun = time.monotonic()
        client.analyze(spec)
        seconds.append(time.monotonic() - begun)
    return seconds


def show_batch(console: Console, client: Client, seconds: list[float]) -> bool:
    """Runs the file of cases with a progress bar; returns whether all of them were solved."""
    content, count = cases.batch_file()
    name = f"demo-{datetime.now(UTC):%Y%m%dT%H%M%S}.csv"
    begun = time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(f"{name} in the uploads bucket", total=count)
        batch = client.run_batch(
            name, content, lambda share: progress.update(task, completed=round(share * count))
        )
    took = time.monotonic() - begun
    rows = client.batch_rows(batch["id"])
    console.print(tables.batch_table(rows))
    console.print(tables.speed_table(seconds, took, count, tables.worst(rows)[1]))
    console.print(f"batch {batch['id']}: {batch['status']}, {batch['solved']} of {batch['rows']} rows solved")
    return bool(batch["status"] == "completed" and batch["solved"] == count)
