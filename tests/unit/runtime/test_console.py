import io
import json
from pathlib import Path

from runtime.embedded.console import Console, readable


def test_a_structured_line_is_shown_as_a_sentence_with_its_keys() -> None:
    line = json.dumps(
        {"level": "INFO", "message": "solved", "timestamp": "2026", "count": 3, "service": "hrma"}
    )
    assert readable(line) == "INFO    solved  count=3"


def test_an_exception_keeps_its_traceback() -> None:
    line = json.dumps({"level": "ERROR", "message": "broke", "exception": "Traceback\nValueError"})
    assert readable(line) == "ERROR   broke\nTraceback\nValueError"


def test_other_lines_stay_as_they_are() -> None:
    for line in ("plain", "{broken", '{"a": 1}'):
        assert readable(line) == line


def test_each_process_has_a_file_and_its_name_before_each_line(tmp_path: Path) -> None:
    terminal = io.StringIO()
    console = Console(tmp_path, terminal)
    console.write("gateway", "hello\n")
    console.write("postgres", "LOG:  starting PostgreSQL")
    console.write("postgres", "ERROR:  broken")
    console.close()
    assert terminal.getvalue().split() == ["gateway", "hello", "postgres", "ERROR:", "broken"]
    assert (tmp_path / "postgres.log").read_text() == "LOG:  starting PostgreSQL\nERROR:  broken\n"
    assert console.recent("gateway") == "hello"
