"""What studies are refused for, in words that name field, value and remedy."""

import json
from typing import Any

import pytest

from engine.errors import SpecError
from engine.studies import trials
from engine.studies.models import count_cases, parse_study
from tests.unit.engine.studies.studies import AREA, BASE, MIXTURE, PRESSURE

NORMAL = {"distribution": "normal", "mean": 6.0, "standard_deviation": 0.1}
SWEEP: dict[str, Any] = {"type": "sweep", "base": BASE, "variables": [MIXTURE | {"grid": "4:8:0.5"}]}
OPTIMIZATION: dict[str, Any] = {
    "type": "optimization",
    "base": BASE,
    "variables": [MIXTURE | {"minimum": 3.0, "maximum": 8.0}],
    "objectives": [{"output": "specific_impulse_vacuum", "sense": "maximize"}],
}
UNCERTAINTY: dict[str, Any] = {
    "type": "uncertainty",
    "base": BASE,
    "variables": [MIXTURE | NORMAL],
    "samples": 100,
}
SENSITIVITY: dict[str, Any] = {
    "type": "sensitivity",
    "base": BASE,
    "variables": [MIXTURE | NORMAL, PRESSURE | {"minimum": 6e6, "maximum": 8e6}],
    "method": "sobol",
    "samples": 64,
}


def sweep_of(**variable: Any) -> dict[str, Any]:
    return SWEEP | {"variables": [MIXTURE | variable]}


def distributed(**variable: Any) -> dict[str, Any]:
    return UNCERTAINTY | {"variables": [MIXTURE | variable]}


@pytest.mark.parametrize(
    ("document", "cases"),
    [
        (SWEEP, 9),
        (SWEEP | {"variables": [MIXTURE | {"grid": "4:8:0.01"}, AREA | {"values": [10.0, 20.0]}]}, 802),
        (sweep_of(minimum=1.0, maximum=8.0, count=7, scale="logarithmic"), 7),
        (sweep_of(minimum=4.0, maximum=4.0, count=1), 1),
        (UNCERTAINTY, 100),
        (SENSITIVITY, 64 * 4),
        (SENSITIVITY | {"second_order": True}, 64 * 6),
        (SENSITIVITY | {"method": "morris"}, 64 * 3),
        (OPTIMIZATION | {"method": "nsga2", "population": 20, "generations": 10}, 220),
        (OPTIMIZATION, 32 + 100 * 3),
    ],
)
def test_cases_are_counted_without_solving(document: dict[str, Any], cases: int) -> None:
    assert count_cases(parse_study(document)) == cases
    assert count_cases(parse_study(json.loads(json.dumps(document)))) == cases


@pytest.mark.parametrize(
    ("document", "field", "words"),
    [
        ({}, "type", "sweep, optimization, uncertainty, sensitivity"),
        ({"type": "sweeep"}, "type", "'sweeep' is no kind of study; did you mean 'sweep'?"),
        ({"type": 3}, "type", "give one of sweep"),
        ("sweep", "", "an object"),
        (SWEEP | {"outptus": ["c_star"]}, "outptus", "did you mean 'outputs'"),
        (SWEEP | {"outputs": ["c_starr"]}, "outputs.0", "did you mean 'c_star'"),
        (SWEEP | {"outputs": []}, "outputs", "has 0 items"),
        (SWEEP | {"base": 3}, "base", "the specification in which"),
        (SWEEP | {"base": BASE | {"chamber_pressure": -1.0}}, "base.chamber_pressure", "below 100"),
        (SWEEP | {"base": {}}, "base.motor_type", "is missing"),
        (SWEEP | {"variables": []}, "variables", "has 0 items"),
        (SWEEP | {"variables": {}}, "variables", "a list of objects"),
        (SWEEP | {"variables": [{"values": [5.0]}]}, "variables.0.path", "is missing"),
        (
            SWEEP | {"variables": [{"path": "propellant.mixture_ratoi", "values": [5.0]}]},
            "variables.0.path",
            "did you mean 'mixture_ratio'",
        ),
        (
            SWEEP | {"variables": [{"path": "propelant.mixture_ratio", "values": [5.0]}]},
            "variables.0.path",
            "did you mean 'propellant'",
        ),
        (
            SWEEP | {"variables": [{"path": "propellant.fuel.0.mass_fraction", "values": [0.5]}]},
            "variables.0.path",
            "propellant.fuel is 'LH2' in base",
        ),
        (
            SWEEP | {"variables": [MIXTURE | {"values": [5.0]}, {"path": "propellant", "values": [{}]}]},
            "variables.1.path",
            "is varied by variables.0 already",
        ),
        (sweep_of(), "variables.0.values", "nothing says which values"),
        (sweep_of(grid="4:8:1", values=[4.0]), "variables.0.grid", "grid and values are given"),
        (sweep_of(grid="4:8"), "variables.0.grid", "start:stop:step"),
        (sweep_of(grid="4:8:-1"), "variables.0.grid", "never reaches its end"),
        (sweep_of(grid="4:8:0.000001"), "variables", "4,000,001 cases, and a study may have 2,000,000"),
        (sweep_of(grid="4:8:1e-300"), "variables", "make more than 1,000,000,000,000,000 cases"),
        (
            SWEEP | {"variables": [MIXTURE | {"grid": "4:8:1e-200"}, AREA | {"grid": "4:8:1e-200"}]},
            "variables",
            "make more than",
        ),
        (sweep_of(grid="4:1e999:1"), "variables.0.grid", "never reaches its end"),
        (
            OPTIMIZATION | {"method": "nsga2", "population": 10_000, "generations": 10_000},
            "generations",
            "100,010,000 cases",
        ),
        (sweep_of(minimum=8.0, maximum=4.0, count=3), "variables.0.minimum", "not below maximum 4"),
        (sweep_of(minimum=8.0), "variables.0.maximum", "is missing"),
        (
            sweep_of(minimum=0.0, maximum=8.0, count=3, scale="logarithmic"),
            "variables.0.minimum",
            "no logarithm",
        ),
        (sweep_of(values=[5.0], scale="logarithmic"), "variables.0.scale", "no meaning here"),
        (sweep_of(values=[5.0, -1.0]), "variables.0.values.1", "-1.0 is not possible: it is below 0"),
        (sweep_of(values=[5.0, "six"]), "variables.0.values.1", "'six' is not possible"),
        (sweep_of(grid="-2:8:1"), "variables.0.grid", "-2 is not possible"),
        (
            SWEEP | {"variables": [{"path": "propellant.fuel", "values": ["LH2", "LH3"]}]},
            "variables.0.values.1",
            "LH3",
        ),
        (OPTIMIZATION | {"objectives": []}, "objectives", "has 0 items"),
        ({**OPTIMIZATION, "objectives": None}, "objectives", "output and sense"),
        (
            OPTIMIZATION | {"objectives": [{"output": "c_stra", "sense": "maximize"}]},
            "objectives.0.output",
            "did you mean 'c_star'",
        ),
        (
            OPTIMIZATION | {"objectives": [{"output": "c_star", "sense": "max"}]},
            "objectives.0.sense",
            "one of maximize, minimize",
        ),
        (OPTIMIZATION | {"constraints": [{"output": "thrust"}]}, "constraints.0.minimum", "at least one"),
        (
            OPTIMIZATION | {"constraints": [{"output": "thrust", "minimum": 2.0, "maximum": 1.0}]},
            "constraints.0.minimum",
            "not below maximum 1",
        ),
        (
            OPTIMIZATION | {"constraints": [{"output": "thrst", "minimum": 2.0}]},
            "constraints.0.output",
            "did you mean 'thrust'",
        ),
        (
            OPTIMIZATION | {"objectives": 2 * OPTIMIZATION["objectives"], "method": "gradient"},
            "method",
            "knows one objective",
        ),
        (
            OPTIMIZATION | {"variables": [MIXTURE | {"minimum": 8.0, "maximum": 3.0}]},
            "variables.0.minimum",
            "8 is not below maximum 3",
        ),
        (
            OPTIMIZATION | {"variables": [MIXTURE | {"minimum": 3.0, "maximum": 8.0, "initial": 9.0}]},
            "variables.0.initial",
            "9 is not within 3 to 8",
        ),
        (
            OPTIMIZATION | {"variables": [MIXTURE | {"minimum": -3.0, "maximum": 8.0}]},
            "variables.0.minimum",
            "-3.0 is not possible",
        ),
        (
            OPTIMIZATION | {"variables": [{"path": "propellant.fuel", "minimum": 3.0, "maximum": 8.0}]},
            "variables.0.minimum",
            "propellant.fuel",
        ),
        (UNCERTAINTY | {"samples": 1}, "samples", "2 or more"),
        (UNCERTAINTY | {"samples": 3_000_000}, "samples", "3,000,000 cases"),
        (UNCERTAINTY | {"samples": True}, "samples", "a whole number"),
        (UNCERTAINTY | {"percentiles": [100.0]}, "percentiles.0", "less than 100"),
        (distributed(mean=6.0, standard_deviation=0.1), "variables.0", "'distribution' is missing"),
        (distributed(distribution="norml"), "variables.0", "'truncated_normal'"),
        (
            distributed(distribution="normal", mean=6.0, standard_deviation=0.0),
            "variables.0.standard_deviation",
            "0.0",
        ),
        (distributed(distribution="normal", mean=6.0), "variables.0.standard_deviation", "is missing"),
        (distributed(distribution="normal", mean=-6.0, standard_deviation=0.1), "variables.0.mean", "-6.0"),
        (distributed(minimum=7.0, maximum=5.0), "variables.0.minimum", "7 is not below maximum 5"),
        (
            distributed(distribution="lognormal", mean=-6.0, standard_deviation=1.0),
            "variables.0.mean",
            "-6.0",
        ),
        (
            distributed(distribution="truncated_normal", mean=6.0, standard_deviation=0.1),
            "variables.0.minimum",
            "distribution 'normal'",
        ),
        (
            distributed(distribution="truncated_normal", mean=6.0, standard_deviation=0.1, minimum=9.0),
            "variables.0.mean",
            "nothing is left",
        ),
        (
            distributed(distribution="triangular", minimum=5.0, mode=8.0, maximum=7.0),
            "variables.0.mode",
            "not within 5 to 7",
        ),
        (
            distributed(distribution="discrete", values=[5.0, 6.0], probabilities=[0.5, 0.6]),
            "variables.0.probabilities",
            "sum 1.1",
        ),
        (
            distributed(distribution="discrete", values=[5.0, 6.0], probabilities=[1.0]),
            "variables.0.probabilities",
            "1 for 2 values",
        ),
        (SENSITIVITY | {"method": "soboll"}, "method", "one of sobol, morris"),
        (SENSITIVITY | {"method": "morris", "second_order": True}, "second_order", "give method 'sobol'"),
        (SENSITIVITY | {"method": "morris", "samples": 20_000}, "samples", "give 10,000 or fewer"),
        (SENSITIVITY | {"variables": [MIXTURE | NORMAL]}, "variables", "has 1 items"),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy(document: Any, field: str, words: str) -> None:
    with pytest.raises(SpecError) as refused:
        parse_study(document)
    said = {problem.field: problem.message for problem in refused.value.problems}
    assert field in said
    assert words in said[field]
    # what is wrong with an item is not said of the whole list once more
    assert "variables" not in said or field == "variables"


def test_a_checked_study_is_taken_as_it_is() -> None:
    study = parse_study(SWEEP)
    assert parse_study(study) is study


def test_a_field_inside_a_list_can_be_varied_and_its_place_has_to_exist() -> None:
    parts = [{"name": "RP-1", "mass_fraction": 0.9}, {"name": "C2H5OH", "mass_fraction": 0.1}]
    base = BASE | {"propellant": {"fuel": parts, "oxidizer": "LOX", "mixture_ratio": 2.5}}
    path = "propellant.fuel.{}.mass_fraction"
    assert parse_study(SWEEP | {"base": base, "variables": [{"path": path.format(1), "values": [0.1, 0.2]}]})
    with pytest.raises(SpecError, match="a list of 2; count its items from 0 to 1"):
        parse_study(SWEEP | {"base": base, "variables": [{"path": path.format(2), "values": [0.1]}]})


def test_the_base_need_not_have_what_varies() -> None:
    base = BASE | {"propellant": {"fuel": "LH2", "oxidizer": "LOX"}}
    assert parse_study(SWEEP | {"base": base})
    efficiency = {"path": "efficiency.c_star", "values": [0.95, 0.99]}
    assert parse_study(SWEEP | {"variables": [efficiency]})


def test_long_lists_are_checked_in_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []
    parse = trials.parse_spec

    def counted(spec: Any) -> Any:
        tried.append(spec)
        return parse(spec)

    monkeypatch.setattr(trials, "parse_spec", counted)
    many = [4.0 + 1e-6 * place for place in range(200_000)]
    assert count_cases(parse_study(sweep_of(values=many))) == 200_000
    assert parse_study(distributed(distribution="discrete", values=many))
    assert len(tried) < 10
    with pytest.raises(SpecError) as refused:
        parse_study(sweep_of(values=[*many, -1.0]))
    assert refused.value.problems[0].field == "variables.0.values.200000"
