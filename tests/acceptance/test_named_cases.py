"""The named cases of `engine/validation/cases`: remade from NASA's wheel, held by ours, and beside the real engines."""

import json
import re
from pathlib import Path

import pytest

import engine
from engine.validation import make_cases
from engine.validation.case import QUANTITIES
from engine.validation.validate import ideal_quantities

FOLDERS = make_cases.case_folders()
NAMES = ["aestus_like", "lox_lh2_70_bar", "merlin_like", "rs25_like"]
LIMIT = 1e-5
"""What the reference itself leaves open: it meets the area ratio to 4e-5 of ln p."""


@pytest.fixture(scope="module")
def remade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases")
    make_cases.make_cases(folder)
    return folder


def document(folder: Path) -> dict[str, dict[str, float]]:
    content: dict[str, dict[str, float]] = json.loads((folder / "reference.json").read_text())
    return content


def figure(folder: Path, name: str) -> float | None:
    found = re.search(rf"^{name}: ([\d.]+)", (folder / "SOURCE.md").read_text(), re.MULTILINE)
    return float(found[1]) if found else None


def test_all_named_cases_are_there_with_their_sources() -> None:
    assert [folder.name for folder in FOLDERS] == NAMES
    for folder in FOLDERS:
        assert {path.name for path in folder.iterdir()} == {"spec.json", "reference.json", "SOURCE.md"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_remaking_a_case_gives_the_committed_reference(remade: Path, folder: Path) -> None:
    made, committed = document(remade / folder.name), document(folder)
    assert made["reference"] == committed["reference"]
    assert list(committed["quantities"]) == list(QUANTITIES)
    assert made["quantities"] == pytest.approx(committed["quantities"], rel=1e-9)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_ours_is_the_reference(folder: Path) -> None:
    ours = ideal_quantities(engine.analyze(make_cases.specification(folder)))
    for name, reference in document(folder)["quantities"].items():
        limit = 1e-4 if name == "exit_pressure" else LIMIT
        assert ours[name] == pytest.approx(reference, rel=limit), name


@pytest.mark.parametrize("name", ["aestus_like", "merlin_like", "rs25_like"])
def test_the_real_engine_is_a_little_worse_by_the_efficiency_that_its_page_states(name: str) -> None:
    folder = make_cases.CASES / name
    published = figure(folder, "Published vacuum specific impulse")
    implied = figure(folder, "Implied efficiency")
    ideal = engine.analyze(make_cases.specification(folder)).specific_impulse_vacuum
    assert published is not None
    assert implied == pytest.approx(published / ideal, abs=1e-4)
    assert 0.90 < published / ideal < 0.99


def test_the_case_of_70_bar_says_what_its_c_star_is() -> None:
    folder = make_cases.CASES / "lox_lh2_70_bar"
    stated = re.search(r"is ([\d,]+) m/s, not", (folder / "SOURCE.md").read_text())
    assert stated is not None
    c_star = engine.analyze(make_cases.specification(folder)).c_star
    assert round(c_star) == int(stated[1].replace(",", ""))


def test_a_case_that_the_reference_cannot_solve_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "cases" / "freezing"
    source.mkdir(parents=True)
    spec = json.loads((make_cases.CASES / "lox_lh2_70_bar" / "spec.json").read_text())
    spec["propellant"]["mixture_ratio"], spec["chamber_pressure"], spec["nozzle"]["area_ratio"] = (
        1.3,
        4e7,
        150.0,
    )
    (source / "spec.json").write_text(json.dumps(spec))
    monkeypatch.setattr(make_cases, "CASES", source.parent)
    with pytest.raises(ValueError, match="'freezing' has no reference"):
        make_cases.make_cases(tmp_path)
    assert not (tmp_path / "freezing").exists()
