"""What the array functions take for a propellant, and what they refuse with which words."""

from typing import Any

import numpy as np
import pytest

import engine
from engine.arrays.inputs import mixture_of
from engine.errors import SpecError

MOTOR = {"chamber_pressure": 7e6, "area_ratio": 10.0}
LOX = [{"name": "LOX", "mass_fraction": 1.0}]

MISTAKES: list[tuple[dict[str, Any], str, str]] = [
    ({}, "fuel", "is missing; give fuel and oxidizer, or reactants"),
    ({"fuel": "LH2", "mixture_ratio": 6.0}, "oxidizer", "is missing"),
    ({"fuel": "LH2", "oxidizer": "LOX"}, "mixture_ratio", "is missing; give exactly one of mixture_ratio"),
    (
        {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0, "percent_fuel": 10.0},
        "mixture_ratio",
        "mixture_ratio and percent_fuel are given; give exactly one",
    ),
    ({"reactants": "N2H4", "percent_fuel": 1.0}, "percent_fuel", "has no place beside reactants"),
    ({"fuel": "LH2", "oxidizer": "LOX", "mixture_ration": 6.0}, "mixture_ration", "'mixture_ratio'"),
    ({"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": "six"}, "mixture_ratio", "is no number"),
    ({"fuel": 7, "oxidizer": "LOX", "mixture_ratio": 6.0}, "fuel", "give an alias of the catalogue"),
    ({"fuel": "LH3", "oxidizer": "LOX", "mixture_ratio": 6.0}, "fuel", "mean 'LH2'"),
    ({"fuel": [], "oxidizer": "LOX", "mixture_ratio": 6.0}, "fuel", "has no ingredients"),
    ({"reactants": ["N2H4"]}, "reactants.0", "is no ingredient; give an object with name"),
    ({"reactants": [{"name": "N2H4"}]}, "reactants.0.mass_fraction", "is missing"),
    ({"reactants": [{"name": "LH3", "mass_fraction": 1.0}]}, "reactants.0.name", "mean 'LH2'"),
    ({"reactants": [{"nme": "LH2", "mass_fraction": 1.0}]}, "reactants.0.nme", "did you mean 'name'?"),
    ({"reactants": [{**LOX[0], "mole_fraction": 1.0}]}, "reactants", "give one kind for all"),
    ({"reactants": [*LOX, {"name": "LH2", "mole_fraction": 1.0}]}, "reactants", "give one kind for all"),
    ({"reactants": [{"name": "AP", "mass_fraction": -1.0}]}, "reactants.0.mass_fraction", "is negative"),
    ({"reactants": [{"name": "AP", "mass_fraction": np.nan}]}, "reactants.0.mass_fraction", "no number"),
    ({"reactants": [{"name": "AP", "mass_fraction": "much"}]}, "reactants.0.mass_fraction", "no number"),
    (
        {"reactants": [{"name": "AP", "mass_fraction": 0.0}]},
        "reactants.0.mass_fraction",
        "all fractions are 0",
    ),
    (
        {"reactants": [*LOX, {"name": "CH4", "mass_fraction": 1.0, "temperature": [50.0, 100.0]}]},
        "reactants.1.temperature",
        "50 K is not possible: the data of CH4 reaches from 200 to 6000 K",
    ),
    (
        {"fuel": "CH4", "fuel_temperature": 9000.0, "oxidizer": LOX, "mixture_ratio": 3.0},
        "fuel_temperature",
        "9000 K is not possible",
    ),
    (
        {"reactants": [{"name": "x", "formula": {"Q": 1}, "enthalpy": 0.0, "mass_fraction": 1.0}]},
        "reactants.0.formula",
        "'Q' is no element",
    ),
    ({"fuel": "LOX", "oxidizer": "LH2", "equivalence_ratio": 1.0}, "equivalence_ratio", "no mixture of this"),
    (
        {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": [1.0, 2.0], "fuel_temperature": [20.0] * 3},
        "fuel_temperature",
        "shapes (2,) and (3,) do not broadcast",
    ),
]


@pytest.mark.parametrize(("propellant", "field", "words"), MISTAKES, ids=lambda value: str(value)[:50])
def test_a_mistake_is_named_by_its_field_with_value_and_remedy(
    propellant: dict[str, Any], field: str, words: str
) -> None:
    for function in (
        lambda: engine.rocket_performance(**propellant, **MOTOR),
        lambda: engine.equilibrium("HP", **propellant, pressure=1e6),
    ):
        with pytest.raises(SpecError) as caught:
            function()
        messages = {problem.field: problem.message for problem in caught.value.problems}
        assert words in messages[field]


def test_a_blend_of_the_catalogue_is_its_ingredients() -> None:
    named = engine.rocket_performance(fuel="A-50", oxidizer="N2O4", mixture_ratio=2.0, **MOTOR)
    fuel = [{"name": "N2H4", "mass_fraction": 3.0}, {"name": "UDMH", "mass_fraction": 3.0}]
    listed = engine.rocket_performance(fuel=fuel, oxidizer="N2O4", percent_fuel=100.0 / 3.0, **MOTOR)
    assert listed.c_star == pytest.approx(named.c_star, rel=1e-12)


def test_a_content_may_be_swept_with_every_other_input() -> None:
    aluminium = np.array([0.0, 10.0, 18.0])
    reactants = [
        {"name": "AP", "mass_fraction": 88.0 - aluminium},
        {"name": "HTPB", "mass_fraction": 12.0},
        {"name": "AL", "mass_fraction": aluminium},
    ]
    swept = engine.rocket_performance(
        reactants=reactants, chamber_pressure=np.array([[3e6], [7e6]]), area_ratio=10.0
    )
    assert swept.c_star.shape == (2, 3)
    assert not swept.status.any()
    assert (np.diff(swept.chamber_temperature, axis=1) > 0.0).all()
    alone = [{**part, "mass_fraction": np.asarray(part["mass_fraction"]).flat[-1]} for part in reactants]
    single = engine.rocket_performance(reactants=alone, chamber_pressure=7e6, area_ratio=10.0)
    assert swept.c_star[1, 2] == pytest.approx(single.c_star, rel=1e-12)


def test_a_bad_row_has_a_status_and_spares_the_others() -> None:
    swept = engine.equilibrium(
        "HP",
        reactants=[
            {"name": "N2H4", "mass_fraction": [1.0, -1.0, np.nan]},
            {"name": "H2O(L)", "mass_fraction": 1.0},
        ],
        pressure=1e6,
    )
    assert swept.status.tolist() == [0, 1, 1]
    assert np.isfinite(swept.temperature).tolist() == [True, False, False]


def test_one_side_alone_is_the_end_of_the_mixture_ratio() -> None:
    ends = engine.equilibrium("HP", fuel="N2H4", oxidizer="H2O2", mixture_ratio=[0.0, np.inf], pressure=1e6)
    assert not ends.status.any()
    for place, name in enumerate(("N2H4", "H2O2")):
        alone = engine.equilibrium("HP", reactants=name, pressure=1e6)
        assert ends.temperature[place] == pytest.approx(alone.temperature, rel=1e-9)


def test_a_definition_may_be_an_ingredient_and_by_mole() -> None:
    own = {"name": "mine", "formula": {"N": 2.0}, "enthalpy": 0.0, "mole_fraction": 0.79}
    air = [{"name": "O2", "mole_fraction": 0.21}, own]
    named = [air[0], {"name": "N2", "mole_fraction": 0.79}]
    ours, nasas = (
        engine.equilibrium("HP", fuel="CH4", oxidizer=side, equivalence_ratio=1.0, pressure=1e5).temperature
        for side in (air, named)
    )
    assert ours == pytest.approx(nasas, abs=0.01)
    assert nasas == pytest.approx(2226.0, abs=3.0)


def test_an_ingredients_temperature_goes_before_that_of_its_side() -> None:
    both = [
        {"name": "CH4", "mass_fraction": 1.0, "temperature": 500.0},
        {"name": "C2H6", "mass_fraction": 1.0},
    ]
    _, mixture, _ = mixture_of(
        {"fuel": both, "oxidizer": "O2", "mixture_ratio": 3.0, "fuel_temperature": [300.0, 400.0]}
    )
    all_own = [both[0], {**both[1], "temperature": np.array([300.0, 400.0])}]
    _, same, _ = mixture_of({"fuel": all_own, "oxidizer": "O2", "mixture_ratio": 3.0})
    np.testing.assert_array_equal(mixture.enthalpy, same.enthalpy)
    assert mixture.enthalpy[1] > mixture.enthalpy[0]


def test_the_mixture_tells_its_reactants_and_their_shares() -> None:
    shape, mixture, flat = mixture_of(
        {"fuel": "LH2", "oxidizer": "MON3", "mixture_ratio": [1.0, 3.0]}, pressure=[[1e5], [1e6]]
    )
    assert shape == (2, 2)
    assert [part.name for part in mixture.reactants] == ["N2O4(L)", "NO", "H2(L)"]
    np.testing.assert_allclose(mixture.mass_fractions[0], [0.485, 0.015, 0.5])
    np.testing.assert_allclose(mixture.mass_fractions.sum(axis=1), 1.0)
    assert flat["pressure"].tolist() == [1e5, 1e5, 1e6, 1e6]
