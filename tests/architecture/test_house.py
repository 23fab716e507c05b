"""The rules of the house that an import graph alone cannot show."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("app.py", "engine", "chalicelib", "runtime")
LONGEST_FILE = 400
LONGEST_FUNCTION = 50


def sources(*places: str) -> Iterator[Path]:
    for place in places:
        path = ROOT / place
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    docstring = ast.get_docstring(function, clean=False) or ""
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1 - (docstring.count("\n") + 1 if docstring else 0)


@pytest.mark.parametrize("path", list(sources(*PRODUCT)), ids=name_of)
def test_a_file_has_one_subject_and_a_readable_length(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", list(sources(*PRODUCT)), ids=name_of)
def test_a_function_fits_a_screen(path: Path) -> None:
    long = [
        f"{function.name} at line {function.lineno}: {lines_of(function)} lines"
        for function in functions(ast.parse(path.read_text()))
        if lines_of(function) > LONGEST_FUNCTION
    ]
    assert not long


@pytest.mark.parametrize("path", list(sources("engine")), ids=name_of)
def test_every_public_function_of_the_engine_is_documented(path: Path) -> None:
    tree = ast.parse(path.read_text())
    bare = [
        f"{node.name} at line {node.lineno}"
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not bare


def test_the_environment_is_read_in_the_settings_only() -> None:
    readers = [
        name_of(path)
        for path in sources("engine", "chalicelib", "app.py")
        if path.name != "settings.py" and re.search(r"\bos\.(environ|getenv)\b", path.read_text())
    ]
    assert not readers


def test_sql_is_written_in_the_database_adapter_and_the_views_only() -> None:
    statement = re.compile(r"\"\s*(SELECT .* FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b", re.IGNORECASE)
    places = {name_of(path) for path in sources("chalicelib", "app.py") if statement.search(path.read_text())}
    allowed = ("chalicelib/adapters/database/", "chalicelib/views/")
    assert [place for place in places if not place.startswith(allowed)] == []


def test_app_registers_blueprints_and_nothing_else() -> None:
    assert len((ROOT / "app.py").read_text().splitlines()) < 60


@pytest.mark.parametrize("module", ["app", "engine", "engine.spec", "engine.result", "engine.studies.models"])
def test_importing_brings_nothing_slow(module: str) -> None:
    slow = {"numpy", "scipy", "sqlalchemy", "cea", "boto3", "pydantic_settings", "jwt", "psycopg"}
    code = f"import sys, {module}; print(sorted({slow} & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_the_import_graph_keeps_its_contracts() -> None:
    answer = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
