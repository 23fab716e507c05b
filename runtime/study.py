"""`python -m runtime study FILE`: start a study on the running stack and follow it to its answer."""

import json
import time
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from chalicelib.domain.study import StudyStatus
from runtime.errors import StackError

LOOK_SECONDS = 0.5


def run(address: str, token: str, path: Path, *, only_estimate: bool) -> bool:
    """Starts the study that the file describes and prints its answer; whether it succeeded.

    With `only_estimate` nothing is started. Ctrl-C leaves the study running. Raises StackError for a file
    that is no JSON, where nothing answers, and with the service's reason where the study is refused.
    """
    document = read(path)
    console = Console()
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=address, headers=headers, timeout=30, trust_env=False) as api:
        if only_estimate:
            console.print_json(json.dumps(ask(api, "POST", "/v1/studies/estimate", document)))
            return True
        started = ask(api, "POST", "/v1/studies", document)
        console.print(f"study {started['id']}; Ctrl-C leaves it running")
        study = follow(api, started["id"], console)
    console.print_json(
        json.dumps({name: study.get(name) for name in ("status", "result", "error", "tables")})
    )
    return bool(study["status"] == StudyStatus.SUCCEEDED)


def ask(api: httpx.Client, method: str, path: str, body: Any = None) -> dict[str, Any]:
    """What the API answers; raises StackError with its reason where it refuses."""
    try:
        answer = api.request(method, path, json=body)
        found: dict[str, Any] = answer.json()
    except (httpx.TransportError, ValueError) as error:
        raise StackError(f"the API does not answer at {api.base_url}: {error}") from error
    if answer.is_error:
        hints = [f"\n  {one['field']}: {one['hint']}" for one in found.get("errors", []) if "hint" in one]
        raise StackError(f"{found.get('detail', answer.text)}{''.join(hints)}")
    return found


def read(path: Path) -> dict[str, Any]:
    """The study in a file; raises StackError where it is no JSON object."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StackError(f"{path} is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise StackError(f"{path} holds a JSON {type(document).__name__}, and a study is an object")
    return document


def follow(api: httpx.Client, study_id: str, console: Console) -> dict[str, Any]:
    """Shows the progress until the study has ended; answers the study."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f} of {task.total:.0f} cases"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as shown:
        bar = shown.add_task("queued", total=1)
        while True:
            study = ask(api, "GET", f"/v1/studies/{study_id}")
            progress = study["progress"]
            shown.update(
                bar,
                description=study["status"],
                completed=progress["cases_done"],
                total=progress["cases"],
            )
            if StudyStatus(study["status"]).is_final:
                return study
            time.sleep(LOOK_SECONDS)
