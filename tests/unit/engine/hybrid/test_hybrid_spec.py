from typing import Any

import pytest

import engine
from engine.errors import SpecError
from engine.regression_laws import LAWS
from tests.unit.engine.examples import nitrous_htpb, steady_oxygen

WRONG: list[tuple[dict[str, Any], str, str]] = [
    (nitrous_htpb(grain__port_diameter=0.1), "grain.port_diameter", "less than outer_diameter 0.1"),
    (nitrous_htpb(grain__ports=7), "grain.port_diameter", "overlap"),
    (nitrous_htpb(grain__points=5), "grain.points", "belongs to a grain of type 'star'"),
    (nitrous_htpb(grain__type="star"), "grain.points", "is missing"),
    (nitrous_htpb(tank__temperature=312.0), "tank.temperature", "critical point"),
    (nitrous_htpb(tank__temperature=200.0), "tank.temperature", "too cold"),
    (nitrous_htpb(tank__oxidizer_mass=11.0), "tank.oxidizer_mass", "overfill"),
    (nitrous_htpb(tank__oxidizer_mass=1.0), "tank.oxidizer_mass", "vapour alone"),
    (nitrous_htpb(injector__diameter=0.012), "injector.diameter", "wider than the throat"),
    (nitrous_htpb(injector=None), "injector", "is missing"),
    (nitrous_htpb(oxidizer_mass_flow_rate=1.0), "oxidizer_mass_flow_rate", "both feed the motor"),
    (steady_oxygen(oxidizer_mass_flow_rate=None), "oxidizer_mass_flow_rate", "is missing"),
    (nitrous_htpb(propellant__oxidizer="LOX"), "tank.pressure", "only N2O drives itself"),
    (nitrous_htpb(propellant__fuel="AL"), "regression", "no law is known"),
    (nitrous_htpb(altitude=100.0), "altitude", "both set the ambient"),
    (nitrous_htpb(nozzle__half_angle=10.0), "nozzle.half_angle", "conical"),
    (nitrous_htpb(grain__lenght=1.0), "grain.lenght", "did you mean 'length'?"),
    (nitrous_htpb(grain__length="long"), "grain.length", "is not a number"),
    (nitrous_htpb(tank__pressure=4e6), "tank.pressure", "less than the vapour pressure"),
    (nitrous_htpb(tank__pressure=6e6, tank__temperature=150.0), "tank.temperature", "triple point"),
    (nitrous_htpb(tank__pressure=6e6, injector__model="dyer"), "injector.model", "leave it out"),
    (nitrous_htpb(tank__pressure=6e6, tank__vent_diameter=1e-3), "tank.vent_diameter", "leave it out"),
    (nitrous_htpb(tank__pressure=9e6, tank__temperature=315.0), "propellant.oxidizer_density", "in kg/m3"),
    (
        nitrous_htpb(tank__pressure=5e6, propellant__oxidizer="LOX", tank__oxidizer_mass=20.0),
        "tank.oxidizer_mass",
        "do not fit",
    ),
    (nitrous_htpb(sizing={}), "sizing.thrust", "is missing"),
    (
        nitrous_htpb(sizing={"thrust": 1e3, "burn_time": 5.0, "total_impulse": 1e3}),
        "sizing.total_impulse",
        "leave out one",
    ),
    (nitrous_htpb(sizing={"trust": 1e3}), "sizing.trust", "did you mean 'thrust'?"),
    (nitrous_htpb(sizing={"thrust": 1e8}), "sizing.thrust", "no size of this motor"),
    (
        steady_oxygen(nozzle__throat_diameter=2.0, ambient_pressure=101325.0),
        "nozzle.throat_diameter",
        "too wide a throat",
    ),
]


@pytest.mark.parametrize(("spec", "field", "words"), WRONG, ids=[field for _, field, _ in WRONG])
def test_what_is_wrong_is_named_with_its_remedy(spec: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        engine.analyze(spec)
    assert [problem.field for problem in caught.value.problems] == [field]
    assert words in caught.value.problems[0].message


def test_a_fuel_without_a_density_asks_for_it() -> None:
    fuel = {"name": "my wax", "formula": {"C": 25, "H": 52}, "enthalpy": -7e5}
    spec = steady_oxygen(propellant__fuel=fuel, regression={"coefficient": 1e-4, "exponent": 0.6})
    with pytest.raises(SpecError, match="fuel_density: is missing"):
        engine.parse_spec(spec)
    spec["propellant"]["fuel"]["density"] = 900.0
    assert engine.parse_spec(spec).motor_type == "hybrid"


@pytest.mark.parametrize("law", LAWS, ids=lambda law: f"{law.fuel}/{law.oxidizer}")
def test_every_law_of_the_catalogue_belongs_to_a_pair_that_can_be_analysed(law: Any) -> None:
    spec = steady_oxygen(propellant={"fuel": law.fuel, "oxidizer": law.oxidizer})
    parsed = engine.parse_spec(spec)
    assert parsed.rule.exponent == law.exponent  # type: ignore[union-attr]
    assert law.source
    assert 0.1e-3 < law.coefficient * 100.0**law.exponent < 10e-3


REZAEI_TABLE_4 = [
    (6.88, 0.779), (11.95, 0.891), (11.61, 1.044), (7.70, 0.882), (6.36, 0.775), (5.93, 0.810),
    (4.65, 0.653), (4.89, 0.740), (11.61, 1.006), (8.79, 0.940), (5.47, 0.710), (12.02, 0.899),
    (5.12, 0.693), (6.19, 0.739), (8.64, 0.953), (10.20, 0.948), (4.66, 0.732), (3.24, 0.613),
]  # fmt: skip
"""Mean flux, g/(s cm2), and regression rate, mm/s, of 18 firings (Scientia Iranica B 25 (2018) 253)."""


def test_the_law_of_htpb_with_nitrous_oxide_is_that_of_its_papers_firings() -> None:
    law = next(law for law in LAWS if (law.fuel, law.oxidizer) == ("HTPB", "N2O"))
    ratios = [1e3 * law.coefficient * (10.0 * flux) ** law.exponent / rate for flux, rate in REZAEI_TABLE_4]
    assert sum(ratios) / len(ratios) == pytest.approx(1.0, abs=0.02)
    assert max(abs(ratio - 1.0) for ratio in ratios) < 0.12


PAPERS = [
    ("HTPB", "GOX", 10.0, 0.146 * 10.0**0.681),
    ("PARAFFIN", "GOX", 10.0, 0.488 * 10.0**0.62),
    ("HDPE", "GOX", 10.0, 0.132 * 10.0**0.498),
    ("PMMA", "GOX", 10.0, 0.087 * 10.0**0.615),
    ("HDPE", "N2O", 10.0, 0.248 * 10.0**0.331),
    ("PMMA", "N2O", 10.0, 0.284 * 10.0**0.335),
]


@pytest.mark.parametrize(("fuel", "oxidizer", "flux", "rate"), PAPERS)
def test_laws_in_the_units_of_their_papers(fuel: str, oxidizer: str, flux: float, rate: float) -> None:
    law = next(law for law in LAWS if (law.fuel, law.oxidizer) == (fuel, oxidizer))
    assert 1e3 * law.coefficient * (10.0 * flux) ** law.exponent == pytest.approx(rate, rel=1e-9)
