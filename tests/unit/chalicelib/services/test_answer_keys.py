"""Specifications that mean the same share a key; any other number, name or choice makes another."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.services import answer_keys
from chalicelib.services.answer_keys import canonical, engine_release, key_of, nasa_name
from engine.thermo import catalogue

SPEC: dict[str, Any] = {
    "motor_type": "liquid",
    "propellant": {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0},
    "chamber_pressure": 7e6,
    "nozzle": {"area_ratio": 40.0},
}
MIXED: dict[str, Any] = {
    **SPEC,
    "propellant": {
        "fuel": [{"name": "AL", "mass_fraction": 0.2}, {"name": "HTPB", "mass_fraction": 0.8}],
        "oxidizer": {"name": "OF", "formula": {"O": 2}, "enthalpy": -12979.0, "temperature": 90.17},
        "mixture_ratio": 2.0,
    },
}


def changed(spec: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    copied = copy.deepcopy(spec)
    *parents, name = path.split(".")
    place: Any = copied
    for parent in parents:
        place = place[int(parent)] if isinstance(place, list) else place.setdefault(parent, {})
    place[name] = value
    return copied


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("chamber_pressure", 7_000_000),
        ("propellant.mixture_ratio", 6),
        ("flow_model", "equilibrium"),
        ("validate", False),
        ("combustor", {"type": "infinite_area"}),
        ("efficiency", {"nozzle": 1, "c_star": 1.0}),
        ("efficiency", {}),
        ("nozzle.type", "bell"),
        ("thrust", None),
        ("propellant.fuel", "lh2"),
        ("propellant.fuel", "H2(L)"),
        ("propellant.oxidizer", "O2(L)"),
    ],
)
def test_what_means_the_same_has_the_same_key(path: str, value: Any) -> None:
    assert key_of(changed(SPEC, path, value)) == key_of(SPEC)


@given(st.permutations(list(SPEC)), st.permutations(list(SPEC["propellant"])))
def test_the_order_of_fields_makes_no_difference(outer: list[str], inner: list[str]) -> None:
    turned = {name: SPEC[name] for name in outer}
    turned["propellant"] = {name: SPEC["propellant"][name] for name in inner}
    assert key_of(turned) == key_of(SPEC)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("validate", True),
        ("flow_model", "frozen"),
        ("combustor", {"type": "finite_area", "contraction_ratio": 3.0}),
        ("efficiency", {"nozzle": 0.98}),
        ("nozzle.type", "conical"),
        ("nozzle.throat_diameter", 0.1),
        ("thrust", 1e6),
        ("mass_flow_rate", 1.0),
        ("ambient_pressure", 0.0),
        ("altitude", 0.0),
        ("propellant.fuel", "GH2"),
        ("propellant.fuel_temperature", 20.27),
        ("propellant.fuel", {"name": "LH2", "formula": {"H": 2}, "enthalpy": -9012.0, "temperature": 20.27}),
        ("propellant.fuel", [{"name": "LH2", "mass_fraction": 1.0}]),
    ],
)
def test_what_may_mean_something_else_has_another_key(path: str, value: Any) -> None:
    key = key_of(changed(SPEC, path, value))
    assert key is not None
    assert key != key_of(SPEC)


@pytest.mark.parametrize(
    ("path", "low", "high"),
    [
        ("chamber_pressure", 1e5, 9e7),
        ("propellant.mixture_ratio", 0.1, 100.0),
        ("nozzle.area_ratio", 1.1, 4e3),
    ],
)
@given(data=st.data())
def test_any_other_number_has_another_key(path: str, low: float, high: float, data: st.DataObject) -> None:
    first, second = (data.draw(st.floats(low, high)) for _ in range(2))
    keys = [key_of(changed(SPEC, path, number)) for number in (first, second)]
    assert None not in keys
    assert (keys[0] == keys[1]) == (first == second)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("propellant.fuel.0.mass_fraction", 0.3),
        ("propellant.fuel.1.name", "HDPE"),
        ("propellant.fuel.0.temperature", 300.0),
        ("propellant.oxidizer.enthalpy", -12980.0),
        ("propellant.oxidizer.formula.O", 3),
        ("propellant.oxidizer.temperature", 91.0),
    ],
)
def test_every_part_of_a_mixed_propellant_counts(path: str, value: Any) -> None:
    key = key_of(changed(MIXED, path, value))
    assert key is not None
    assert key != key_of(MIXED)


def test_an_ingredient_may_have_nasas_name_and_a_definition_keeps_its_own() -> None:
    assert key_of(changed(MIXED, "propellant.fuel.0.name", "AL(cr)")) == key_of(MIXED)
    renamed = key_of(changed(MIXED, "propellant.oxidizer.name", "O2(L)"))
    assert renamed != key_of(MIXED)


def test_a_validation_keeps_the_names_that_its_references_are_asked_by() -> None:
    asked = {**SPEC, "validate": True}
    assert key_of(changed(asked, "propellant.oxidizer", "O2(L)")) != key_of(asked)


def test_a_name_stands_for_nasas_only_where_it_is_the_same_substance_and_nothing_else() -> None:
    for alias in (entry["name"] for entry in catalogue.entries()):
        resolved = nasa_name(alias)
        assert catalogue.find(resolved).components == catalogue.find(alias).components
    assert nasa_name("LOX") == "O2(L)"
    assert nasa_name("HTPB") == "HTPB"
    assert nasa_name("A-50") == "A-50"


def test_what_breaks_a_rule_has_no_key() -> None:
    assert key_of({**SPEC, "chamber_pressure": -1.0}) is None
    assert key_of({"case": "a"}) is None
    assert canonical({}) is None


def test_the_release_is_the_version_and_what_the_engine_is_made_of(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = engine_release()
    assert release.startswith(f"{answer_keys.engine.__version__}+")
    (tmp_path / "data").mkdir()
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "data" / "table.json").write_text("{}")
    monkeypatch.setattr(answer_keys.engine, "__file__", str(tmp_path / "__init__.py"))
    found = []
    for content in ("{}", "[]", "{}"):
        (tmp_path / "data" / "table.json").write_text(content)
        (tmp_path / "compiled.pyc").write_text(content)
        engine_release.cache_clear()
        found.append(engine_release())
    engine_release.cache_clear()
    assert found[0] == found[2]
    assert len({*found, release}) == 3
