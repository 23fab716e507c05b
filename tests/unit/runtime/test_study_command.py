"""The command `study`, over an API in memory."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from runtime import study
from runtime.errors import StackError

ID = "0c1d4a52-6a5b-4d83-8f0e-111111111111"


class Api:
    """Answers each request with the next answer of its list."""

    def __init__(self, *answers: tuple[int, dict[str, Any]]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == "Bearer t"
        self.asked.append((request.method, request.url.path))
        status, body = self.answers.pop(0)
        return httpx.Response(status, json=body)


def stand(status: str, done: int, **members: Any) -> tuple[int, dict[str, Any]]:
    return 200, {"id": ID, "status": status, "progress": {"cases_done": done, "cases": 10}, **members}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "sweep.json"
    file.write_text('{"type": "sweep"}')
    return file


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "LOOK_SECONDS", 0.0)


def run(monkeypatch: pytest.MonkeyPatch, api: Api, path: Path, *, only_estimate: bool = False) -> bool:
    client = httpx.Client
    monkeypatch.setattr(
        httpx, "Client", lambda **options: client(transport=httpx.MockTransport(api), **options)
    )
    return study.run("http://api", "t", path, only_estimate=only_estimate)


@pytest.mark.parametrize(
    ("end", "good"),
    [
        (stand("succeeded", 10, result={"best": 450.0}), True),
        (stand("failed", 4, error={"code": "x", "message": "broke"}), False),
    ],
)
def test_a_study_is_followed_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    path: Path,
    end: tuple[int, dict[str, Any]],
    good: bool,
) -> None:
    api = Api((202, {"id": ID}), stand("queued", 0), stand("running", 4), end)
    assert run(monkeypatch, api, path) == good
    assert api.asked[0] == ("POST", "/v1/studies")
    assert api.asked[1:] == [("GET", f"/v1/studies/{ID}")] * 3
    printed = capsys.readouterr().out
    assert json.loads(printed[printed.index("{") :])["status"] == end[1]["status"]


def test_an_estimate_is_printed_and_nothing_started(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    api = Api((200, {"cases": 10}))
    assert run(monkeypatch, api, path, only_estimate=True)
    assert api.asked == [("POST", "/v1/studies/estimate")]
    assert json.loads(capsys.readouterr().out) == {"cases": 10}


def test_a_refusal_says_the_services_reason_and_its_hints(
    monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    errors = [{"field": "variables.0.path", "message": "unknown", "hint": "did you mean 'nozzle'?"}]
    api = Api((422, {"detail": "variables.0.path: unknown", "errors": errors}))
    with pytest.raises(StackError, match=r"unknown\n  variables\.0\.path: did you mean 'nozzle'"):
        run(monkeypatch, api, path)


@pytest.mark.parametrize(("text", "reason"), [("{", "is no JSON"), ("[]", "a study is an object")])
def test_a_file_that_is_no_study_is_said_so(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(text)
    with pytest.raises(StackError, match=reason):
        study.read(file)


def test_an_api_that_is_away_is_said_so(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    class Away(Api):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("refused")

    with pytest.raises(StackError, match="does not answer at http://api"):
        run(monkeypatch, Away(), path)
