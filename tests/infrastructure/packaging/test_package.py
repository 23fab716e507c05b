"""The package of the stage prod: complete, the same twice, within its limits, and the image made of it."""

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from delivery.errors import DeliveryError
from delivery.manifest import ARCHIVE_LIMIT, UNZIPPED_LIMIT
from delivery.packaging import package
from delivery.recipes import ROOT, Architecture
from delivery.template import FUNCTION, LAYER, functions_of

DOCKERFILE = (ROOT / "template-extras" / "docker" / "Dockerfile").read_text()


@pytest.fixture(scope="module")
def written(packaged_stage: Path) -> dict[str, Any]:
    template: dict[str, Any] = json.loads((packaged_stage / "template.json").read_text())
    return template


def of_type(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: one["Properties"] for name, one in template["Resources"].items() if one["Type"] == kind}


def test_packing_again_gives_the_same_bytes(
    packaged_stage: Path, machine: Architecture, tmp_path: Path
) -> None:
    again = package("prod", machine, tmp_path / "again")
    assert json.loads((packaged_stage / "manifest.json").read_text()) == json.loads(again.as_json())
    first, second = (
        (folder / "template.json").read_bytes() for folder in (packaged_stage, tmp_path / "again")
    )
    assert first == second


def test_every_function_keeps_the_limits(packaged_stage: Path, written: dict[str, Any]) -> None:
    manifest = json.loads((packaged_stage / "manifest.json").read_text())
    assert manifest["archive_bytes"] <= ARCHIVE_LIMIT
    assert manifest["unzipped"].keys() == functions_of(written).keys()
    assert max(manifest["unzipped"].values()) <= UNZIPPED_LIMIT


def test_every_file_that_the_template_names_is_there(packaged_stage: Path, written: dict[str, Any]) -> None:
    named = [one["CodeUri"] for one in of_type(written, FUNCTION).values() if "CodeUri" in one]
    named += [one["ContentUri"] for one in of_type(written, LAYER).values()]
    named += [
        one["DefinitionS3Location"] for one in of_type(written, "AWS::StepFunctions::StateMachine").values()
    ]
    assert len(set(named)) >= 7
    assert [name for name in named if not (packaged_stage / name).is_file()] == []


def test_the_archive_holds_the_service_compiled_and_nothing_of_the_layers(packaged_stage: Path) -> None:
    names = zipfile.ZipFile(packaged_stage / "deployment.zip").namelist()
    assert {
        "app.py",
        "chalice/app.py",
        "chalicelib/bootstrap.py",
        "botocore/client.pyc",
        "psycopg/sql.pyc",
    } <= set(names)
    assert "chalicelib/__pycache__/bootstrap.cpython" in " ".join(names)
    assert not [
        name for name in names if re.match(r"(engine|runtime|tests|numpy|scipy|pyarrow|sqlalchemy)/", name)
    ]


def test_only_the_functions_that_solve_carry_what_solves(written: dict[str, Any]) -> None:
    layers = functions_of(written)
    assert {name for name, used in layers.items() if "ScienceLayer" in used} == {
        "SolveQueue",
        "SolveRetryQueue",
        "Precompute",
    }
    assert layers["APIHandler"] == ["EngineLayer"]
    assert all("EngineLayer" in used for used in layers.values())


def test_functions_in_images_know_their_handler_and_are_no_archives(written: dict[str, Any]) -> None:
    images = {n: one for n, one in of_type(written, FUNCTION).items() if one.get("PackageType") == "Image"}
    assert set(images) == {"BatchQueue", "StudyQueue"}
    for one in images.values():
        assert not {"CodeUri", "Handler", "Runtime", "Layers"} & one.keys()
        assert one["ImageConfig"]["Command"][0].startswith("chalicelib.events.")


def test_the_image_is_made_of_what_is_packed(packaged_stage: Path) -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+) ", DOCKERFILE, re.MULTILINE)
    assert copied == ["image/"]
    image = packaged_stage / "image"
    for name in (
        "app.py",
        "chalicelib/tasks/study.py",
        "engine/spec.py",
        "awslambdaric/__main__.py",
        "numpy",
        "cea",
    ):
        assert (image / name).exists() or name == "cea", name


def test_the_image_is_pinned_runs_as_nobody_and_writes_nowhere() -> None:
    assert re.search(r"^ARG PYTHON_IMAGE=python:[\w.-]+@sha256:[0-9a-f]{64}$", DOCKERFILE, re.MULTILINE)
    assert DOCKERFILE.count("FROM ${PYTHON_IMAGE}") == 2
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    assert "PYTHONDONTWRITEBYTECODE=1" in DOCKERFILE


def test_an_unknown_stage_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="dev, prod, staging"):
        package("production", "x86_64", tmp_path / "out")
