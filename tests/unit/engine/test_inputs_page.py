"""The page about inputs shows what really happens, and the limits that really are."""

import doctest
from pathlib import Path

from engine.arrays.limits import DENSEST, HIGHEST
from engine.arrays.numbers import MOST_CASES
from engine.propellants import BipropellantMixture
from engine.spec import FiniteAreaCombustor, LiquidSpec, Nozzle
from engine.thermo.settling import TEMPERATURE_LIMITS

PAGE = (Path(__file__).parents[3] / "docs" / "inputs.md").read_text()


def test_its_examples_are_true() -> None:
    text = "\n".join(line for line in PAGE.splitlines() if not line.startswith("```"))
    example = doctest.DocTestParser().get_doctest(text, {}, "inputs.md", None, None)
    assert len(example.examples) == 4
    assert doctest.DocTestRunner().run(example).failed == 0


def test_its_limits_are_those_of_the_code() -> None:
    rows = {cells[1].strip(): cells[2:4] for line in PAGE.splitlines() if len(cells := line.split("|")) == 5}
    assert HIGHEST == 1e11
    assert "at most 1e11 Pa" in rows["pressure, chamber pressure"][0]
    assert DENSEST == 2e4
    assert "at most 2e4 kg" in rows["density"][0]
    assert MOST_CASES == 1e8
    assert "at most 1e8" in rows["cases, or stations of all cases"][0]
    assert TEMPERATURE_LIMITS == (160.0, 22_000.0)
    assert "(160 to 22,000 K)" in rows["temperature of a condition"][0]
    for row, model, field in (
        ("pressure, chamber pressure", LiquidSpec, "chamber_pressure"),
        ("mixture ratio, equivalence ratios", BipropellantMixture, "mixture_ratio"),
        ("mixture ratio, equivalence ratios", BipropellantMixture, "equivalence_ratio"),
        ("percent of fuel", BipropellantMixture, "percent_fuel"),
        ("area ratio, pressure ratio", Nozzle, "area_ratio"),
        ("contraction ratio", FiniteAreaCombustor, "contraction_ratio"),
        ("mass flux", FiniteAreaCombustor, "mass_flux"),
    ):
        words = rows[row][1].replace(",", "").split()
        told = [float(word) for word in words if word[0].isdigit()]
        described = str(model.model_json_schema()["properties"][field])
        assert len(told) == 2
        assert f"'minimum': {told[0]}" in described
        assert f"'maximum': {told[1]}" in described
