"""The propellant of a specification: lists of ingredients, monopropellants, and the measures of a mixture."""

import json
from typing import Any

import pytest

import engine
from engine.errors import SpecError, UnknownPropellantError
from engine.propellants import BipropellantMixture, Monopropellant
from tests.unit.engine.examples import lox_lh2

HYDRAZINES = [{"name": "N2H4", "mass_fraction": 0.5}, {"name": "UDMH", "mass_fraction": 0.5}]
OWN = {"name": "mine", "formula": {"C": 1, "H": 1.9}, "enthalpy": -2e4}

MISTAKES: list[tuple[Any, str, str]] = [
    (
        {"fuel": HYDRAZINES, "oxidizer": "LOX"},
        "mixture_ratio",
        "give exactly one of mixture_ratio, equivalence",
    ),
    (
        {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0, "percent_fuel": 10.0},
        "mixture_ratio",
        "mixture_ratio and percent_fuel each set the mixture",
    ),
    (
        {"fuel": "LH2", "oxidizer": "LOX", "percent_fuel": -1.0},
        "percent_fuel",
        "give mass of fuel in percent",
    ),
    ({"fuel": "LH2", "oxidizer": "LOX", "equivalence_ratio": -1.0}, "equivalence_ratio", "below 0;"),
    ({"fuel": "LH2", "oxidizer": "LOX", "equivalnce_ratio": 1.0}, "equivalnce_ratio", "'equivalence_ratio'"),
    ({"fuel": [], "oxidizer": "LOX", "mixture_ratio": 1.0}, "fuel", "has no ingredients"),
    (
        {"fuel": ["LH2"], "oxidizer": "LOX", "mixture_ratio": 1.0},
        "fuel.0",
        "give an object with name and mass_fraction",
    ),
    ({"monopropellant": [{"name": "N2H4"}]}, "monopropellant.0", "'N2H4' has no fraction"),
    ({"monopropellant": [{"mass_fraction": 1.0}]}, "monopropellant.0.name", "is missing"),
    (
        {"monopropellant": [{"name": "N2H4", "mas_fraction": 1.0}]},
        "monopropellant.0.mas_fraction",
        "'mass_fraction'",
    ),
    (
        {"monopropellant": [{"name": "N2H4", "mass_fraction": 1.0, "mole_fraction": 1.0}]},
        "monopropellant.0",
        "has both a mass and a mole fraction",
    ),
    (
        {"monopropellant": [*HYDRAZINES, {"name": "H2O(L)", "mole_fraction": 1.0}]},
        "monopropellant.2.mole_fraction",
        "give all by mass_fraction or all by mole_fraction",
    ),
    (
        {"monopropellant": [{"name": "N2H4", "mass_fraction": -0.5}]},
        "monopropellant.0.mass_fraction",
        "-0.5 is not possible: it is below 0; give parts of the whole",
    ),
    (
        {"monopropellant": [{"name": "N2H4", "mass_fraction": 0}]},
        "monopropellant.0.mass_fraction",
        "all fractions are 0",
    ),
    (
        {"monopropellant": [{"name": "N2H4", "mole_fraction": 0}]},
        "monopropellant.0.mole_fraction",
        "all fractions are 0",
    ),
    (
        {"monopropellant": [{"name": "H2(L)", "mass_fraction": 1.0, "temperature": 90.0}]},
        "monopropellant.0.temperature",
        "90 K is not possible: the enthalpy of H2(L) is known at 20.27 K only",
    ),
    (
        {"monopropellant": [{**OWN, "mass_fraction": 1.0, "enthalpy": "x"}]},
        "monopropellant.0.enthalpy",
        "J/mol",
    ),
    ({"monopropellant": "N2H4", "mixture_ratio": 2.0}, "mixture_ratio", "has no place beside monopropellant"),
    ({"monopropelant": "N2H4"}, "monopropelant", "did you mean 'monopropellant'?"),
    ({}, "fuel", "is missing"),
]


@pytest.mark.parametrize(("propellant", "field", "words"), MISTAKES, ids=lambda value: str(value)[:50])
def test_a_mistake_is_named_by_its_field_with_value_and_remedy(
    propellant: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(SpecError) as caught:
        engine.parse_spec(lox_lh2(propellant=propellant))
    messages = {problem.field: problem.message for problem in caught.value.problems}
    assert words in messages[f"propellant.{field}"]


def test_an_unknown_ingredient_is_answered_with_the_nearest_names() -> None:
    with pytest.raises(UnknownPropellantError) as caught:
        engine.parse_spec(lox_lh2(propellant__fuel=[*HYDRAZINES, {"name": "MHM", "mass_fraction": 1.0}]))
    (problem,) = caught.value.problems
    assert problem.field == "propellant.fuel.2.name"
    assert "MMH" in problem.message


@pytest.mark.parametrize(
    "propellant",
    [
        {"fuel": HYDRAZINES, "oxidizer": "N2O4", "equivalence_ratio": 1.5},
        {
            "fuel": "LH2",
            "oxidizer": [{"name": "O2", "mole_fraction": 1, "temperature": 400.0}],
            "percent_fuel": 20,
        },
        {"fuel": [{**OWN, "mass_fraction": 1.0}], "oxidizer": OWN, "chemical_equivalence_ratio": 1.0},
        {"monopropellant": "N2H4", "monopropellant_temperature": 350.0},
        {"monopropellant": HYDRAZINES},
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_good_propellant_survives_json(propellant: dict[str, Any]) -> None:
    parsed = engine.parse_spec(lox_lh2(propellant=json.loads(json.dumps(propellant))))
    kind = Monopropellant if "monopropellant" in propellant else BipropellantMixture
    assert isinstance(parsed.propellant, kind)
    dumped = parsed.model_dump(mode="json", by_alias=True)
    assert engine.parse_spec(dumped) == parsed
    assert engine.parse_spec(parsed) is parsed


def test_a_ratio_that_the_pair_cannot_have_is_refused_when_it_is_solved() -> None:
    good = lox_lh2(propellant={"fuel": "LH2", "oxidizer": "LOX", "equivalence_ratio": 1.3})
    bad = lox_lh2(propellant={"fuel": "LOX", "oxidizer": "LH2", "equivalence_ratio": 1.3})
    answers = engine.analyze_many([bad, good])
    assert isinstance(answers[0], SpecError)
    assert answers[0].problems[0].field == "propellant.equivalence_ratio"
    assert "no mixture of LOX and LH2" in str(answers[0])
    assert answers[1].c_star > 2000.0


def test_all_measures_of_one_mixture_have_one_answer() -> None:
    ratio = 6.0
    stoichiometric = 0.0319988 / (2 * 0.00201588)
    measures = {
        "mixture_ratio": ratio,
        "equivalence_ratio": stoichiometric / ratio,
        "chemical_equivalence_ratio": stoichiometric / ratio,
        "percent_fuel": 100.0 / (1.0 + ratio),
    }
    specs = [
        lox_lh2(propellant={"fuel": "LH2", "oxidizer": "LOX", name: value})
        for name, value in measures.items()
    ]
    answers = engine.analyze_many(specs)
    assert [answer.c_star for answer in answers] == pytest.approx([answers[0].c_star] * 4, rel=1e-10)


def test_monopropellants_and_mixtures_are_solved_beside_each_other() -> None:
    water = {"name": "H2O(L)", "mass_fraction": 0.1}
    specs = [
        lox_lh2(propellant={"monopropellant": "N2H4"}),
        lox_lh2(propellant={"monopropellant": [{"name": "H2O2", "mass_fraction": 0.9}, water]}),
        lox_lh2(propellant={"monopropellant": "H2O2-90"}),
        lox_lh2(propellant={"fuel": HYDRAZINES, "oxidizer": "N2O4", "mixture_ratio": 2.0}),
        lox_lh2(propellant={"fuel": "A-50", "oxidizer": "N2O4", "mixture_ratio": 2.0}),
    ]
    hydrazine, listed, named, blended, alias = engine.analyze_many(specs)
    assert 870.0 < hydrazine.chamber_temperature < 910.0
    assert listed.c_star == pytest.approx(named.c_star, rel=1e-10)
    assert blended.c_star == pytest.approx(alias.c_star, rel=1e-10)
    assert listed.chamber_temperature == pytest.approx(1029.0, abs=3.0)


def test_a_temperature_of_an_ingredient_goes_before_that_of_its_side() -> None:
    methane = {"name": "CH4", "mass_fraction": 1.0}
    ethane = {"name": "C2H6", "mass_fraction": 1.0}
    oxygen = {"oxidizer": "GOX", "mixture_ratio": 3.0}
    fuels = [
        {"fuel": [{**methane, "temperature": 500.0}, ethane], "fuel_temperature": 400.0},
        {"fuel": [{**methane, "temperature": 500.0}, {**ethane, "temperature": 400.0}]},
        {"fuel": [methane, ethane], "fuel_temperature": 400.0},
    ]
    first, same, colder = engine.analyze_many([lox_lh2(propellant={**fuel, **oxygen}) for fuel in fuels])
    assert first.chamber_temperature == pytest.approx(same.chamber_temperature, rel=1e-12)
    assert colder.chamber_temperature < first.chamber_temperature


def test_a_temperature_that_is_not_used_is_told_of_each_ingredient() -> None:
    liquid = {"name": "N2O4(L)", "mass_fraction": 0.9, "temperature": 290.0}
    oxide = {"name": "NO", "mass_fraction": 0.1, "temperature": 290.0}
    answer = engine.analyze(
        lox_lh2(propellant={"fuel": "MMH", "oxidizer": [liquid, oxide], "mixture_ratio": 2.0})
    )
    told = [caution for caution in answer.warnings if caution.code == "oxidizer_temperature_not_used"]
    assert ["N2O4(L)" in caution.message for caution in told] == [True]
