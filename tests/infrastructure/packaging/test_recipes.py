"""What recipes say, how folders are trimmed, compiled and packed, and what stops a package."""

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from chalicelib.adapters import aws
from delivery import archives, bytecode, recipes, trimming
from delivery.building import check, remove_older
from delivery.errors import DeliveryError
from delivery.manifest import ARCHIVE_LIMIT, UNZIPPED_LIMIT, Manifest
from delivery.recipes import ARCHITECTURES, ROOT, Architecture, Recipe, pins, read
from delivery.wheels import command

RECIPES = sorted(path.parent.name for path in (ROOT / "layers").glob("*/recipe.toml"))


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("pass\n")
    return folder


def names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in archives.files(folder)]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_names_what_is_pinned_and_fits(name: str, architecture: Architecture) -> None:
    recipe = read(name, architecture)
    assert 0 < recipe.budget < UNZIPPED_LIMIT
    assert all("==" in line for line in recipe.requirements)
    assert all((ROOT / source).exists() for source in recipe.sources)
    assert recipe.sources or recipe.requirements


def test_cea_is_left_out_where_it_has_no_wheel() -> None:
    assert [
        any(line.startswith("cea==") for line in read("science", one).requirements) for one in ARCHITECTURES
    ] == [
        True,
        False,
    ]


def test_botocore_knows_every_service_that_is_called() -> None:
    kept = read("dependencies", "x86_64").keep
    assert {f"botocore/data/{service}/*" for service in get_args(aws.Service)} <= set(kept)


def test_all_that_the_service_requires_is_packed_somewhere() -> None:
    packed = {line for name in ("dependencies", "identity") for line in read(name, "x86_64").requirements}
    pinned = {line for lines in pins(["requirements.txt"]).values() for line in lines}
    # one is for Windows, and one only builds what the other packages bring ready
    assert {line.partition("==")[0] for line in pinned - packed} == {"tzdata", "pycparser"}


def test_the_archive_and_the_image_have_the_same_versions() -> None:
    ours, all_of_them = (
        {name: {line.partition(" ;")[0] for line in lines} for name, lines in pins([lock]).items()}
        for lock in ("requirements.txt", "requirements/development.txt")
    )
    assert {name for name, lines in ours.items() if all_of_them[name] != lines} == set()


def test_a_package_that_is_not_pinned_is_named(tmp_path: Path) -> None:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "recipe.toml").write_text(
        'lock = "requirements.txt"\npackages = ["numpi"]\nbudget = 1\n'
    )
    with pytest.raises(DeliveryError, match="numpi"):
        read("odd", "x86_64", tmp_path)


def test_pip_is_asked_for_wheels_of_the_other_machine_only() -> None:
    asked = command("arm64")
    assert {"--only-binary=:all:", "--no-deps", "--no-compile", "--platform=manylinux_2_28_aarch64"} <= set(
        asked
    )
    assert not [one for one in asked if "x86_64" in one]


def test_tests_stubs_and_records_go_and_shared_libraries_stay(tmp_path: Path) -> None:
    kept = [
        "a/__init__.py",
        "a/testing/useful.py",
        "a-1.dist-info/METADATA",
        "a-1.dist-info/licenses/LICENSE",
        "a.libs/lib.so.1",
        "numpy/f2py/__init__.py",
    ]
    waste = [
        "a/tests/test_a.py",
        "a/b/test/x.txt",
        "a/a.pyi",
        "a/a.pyx",
        "a-1.dist-info/RECORD",
        "bin/a",
        "a/w/c.py",
    ]
    trimming.trim(fill(tmp_path, *kept, *waste, "a/w/keep.py"), ["a/w/*"], ["*/keep.py"])
    assert names(tmp_path) == sorted([*kept, "a/w/keep.py"])
    assert not (tmp_path / "a" / "tests").exists()


def test_modules_are_compiled_alike_wherever_they_are_built(tmp_path: Path) -> None:
    for place in ("one", "other"):
        fill(tmp_path / place, "a.py", "b/c.py")
        (tmp_path / place / "a.py").write_text("kinds = frozenset({'b', 'c', 'd', 'e'})\n")
        bytecode.compile_modules(tmp_path / place, "/opt/python", alone=True)
        assert names(tmp_path / place) == ["a.pyc", "b/c.pyc"]
    assert (tmp_path / "one" / "a.pyc").read_bytes() == (tmp_path / "other" / "a.pyc").read_bytes()
    assert b"/opt/python" in (tmp_path / "one" / "a.pyc").read_bytes()


def test_a_module_that_does_not_compile_keeps_its_source(tmp_path: Path) -> None:
    (tmp_path / "template.py").write_text("{{ name }} =\n")
    bytecode.compile_modules(tmp_path, "/opt/python", alone=True)
    assert names(tmp_path) == ["template.py"]


def test_the_same_files_are_the_same_archive_whenever_they_were_written(tmp_path: Path) -> None:
    for place, order in (("one", ["b.py", "a/c.so"]), ("other", ["a/c.so", "b.py"])):
        fill(tmp_path / place, *order)
        archives.write(tmp_path / place, tmp_path / f"{place}.zip")
    (tmp_path / "other" / "b.py").touch()
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()
    archives.unpack(tmp_path / "one.zip", tmp_path / "back")
    assert names(tmp_path / "back") == ["a/c.so", "b.py"]


def test_what_is_missing_or_too_large_is_said(tmp_path: Path) -> None:
    recipe = Recipe("odd", contains=("a.py", "*/b.*.so"), budget=100)
    with pytest.raises(DeliveryError, match=r"lacks \*/b"):
        check(recipe, fill(tmp_path, "a.py"))
    check(recipe, fill(tmp_path, "x/b.1.so"))
    with pytest.raises(DeliveryError, match="budget is 9"):
        check(replace(recipe, budget=9), tmp_path)


def test_only_the_newest_of_a_recipe_is_kept(tmp_path: Path) -> None:
    stay = ["science-x86_64-new/a", "science-x86_64-new.zip", "science-arm64-old/a", "tables-x86_64-old.zip"]
    fill(tmp_path, *stay, "science-x86_64-old/a", "science-x86_64-old.zip")
    remove_older(tmp_path / "science-x86_64-new")
    assert names(tmp_path) == sorted(stay)


@pytest.mark.parametrize(
    ("archive", "unzipped", "said"),
    [(ARCHIVE_LIMIT + 1, 1, "deployment.zip"), (1, UNZIPPED_LIMIT + 1, "Solve unpacks"), (1, 1, None)],
)
def test_a_function_that_aws_would_refuse_stops_the_package(
    archive: int, unzipped: int, said: str | None
) -> None:
    manifest = Manifest("3.11", "x86_64", archive, {}, {"Solve": unzipped}, {})
    if said is None:
        manifest.check()
        return
    with pytest.raises(DeliveryError, match=said):
        manifest.check()


def test_the_layers_in_the_template_have_recipes(resources: dict[str, object]) -> None:
    described = resources["Resources"]
    assert isinstance(described, dict)
    uris = [
        one["Properties"]["ContentUri"]
        for one in described.values()
        if one["Type"] == "AWS::Serverless::LayerVersion"
    ]
    assert {Path(uri).stem for uri in uris} <= set(recipes.LAYERS)
