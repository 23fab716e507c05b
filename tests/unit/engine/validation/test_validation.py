import math
import sys
from typing import Any

import pytest

import engine
from engine.errors import AnalysisError
from engine.parsing import parse_spec
from engine.spec import LiquidSpec
from engine.thermo.catalogue import find
from engine.validation import cea, rocketcea, validate
from engine.validation.case import QUANTITIES, ReferenceAnswer
from engine.validation.explanations import of_definitions, read_card
from engine.validation.report import ValidationReport, compare, deviation
from engine.validation.validate import ideal_quantities, reference_case
from tests.unit.engine.examples import lox_lh2

RP_1 = {"name": "RP-1", "formula": {"C": 1.0, "H": 1.9423}, "enthalpy": -22719.0, "temperature": 298.15}


@pytest.fixture(autouse=True)
def without_rocketcea(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rocketcea, "default_interpreter", lambda: None)


def parsed(**changes: Any) -> LiquidSpec:
    spec = parse_spec(lox_lh2(**changes))
    assert isinstance(spec, LiquidSpec)
    return spec


def test_a_report_compares_every_quantity_and_names_the_worst() -> None:
    report = validate(parsed())
    assert report.reference.startswith("NASA CEA 3.")
    assert report.converged
    assert list(report.quantities) == list(QUANTITIES)
    for comparison in report.quantities.values():
        assert comparison.deviation == pytest.approx(
            100.0 * (comparison.value / comparison.reference - 1.0), abs=1e-12
        )
        assert abs(comparison.deviation) < 0.01
    assert report.worst_deviation == max(abs(item.deviation) for item in report.quantities.values())
    assert report.worst_deviation == abs(report.quantities[str(report.worst_quantity)].deviation)
    assert report.second_opinions == []
    assert report.explanations == []


def test_an_answer_carries_its_report_where_it_is_asked_for_and_survives_json() -> None:
    answer = engine.analyze(lox_lh2(validate=True))
    assert answer.validation is not None
    report = ValidationReport.model_validate(answer.validation)
    assert report == validate(parsed())
    assert engine.analyze(lox_lh2()).validation is None


def test_what_is_compared_is_ideal_whatever_the_efficiencies() -> None:
    losses = parsed(
        efficiency={"c_star": 0.9, "nozzle": 0.9}, nozzle__type="conical", nozzle__half_angle=20.0, altitude=0
    )
    assert validate(losses).quantities == validate(parsed()).quantities
    answer = engine.analyze(parsed())
    assert ideal_quantities(answer)["c_star"] == pytest.approx(answer.c_star, rel=1e-12)


def test_a_propellant_under_nasas_name_with_another_definition_is_named_as_the_cause() -> None:
    spec = parsed(propellant={"fuel": RP_1, "oxidizer": "LOX", "mixture_ratio": 2.5}, nozzle__area_ratio=20.0)
    report = validate(spec)
    assert abs(report.quantities["exit_temperature"].deviation) < 1e-3
    (opinion,) = report.second_opinions
    assert opinion.reference.endswith("its own reactants")
    assert abs(opinion.quantities["exit_temperature"].deviation) > 0.1
    (reason,) = report.explanations
    assert "exit_temperature differs by" in reason
    assert "the formula of RP-1 is C1H1.95 there and C1H1.9423 here" in reason
    assert "the enthalpy of RP-1 is -1768.56 kJ/kg there" in reason
    assert "With the same reactants the difference is" in reason


def test_another_temperature_is_named_as_the_cause() -> None:
    warm = parsed(
        propellant={"fuel": "CH4", "oxidizer": "GOX", "mixture_ratio": 3.0, "fuel_temperature": 500.0}
    )
    report = validate(warm)
    assert abs(report.quantities["chamber_temperature"].deviation) < 1e-3
    (reason,) = report.explanations
    assert "its temperature is 298.15 K there and 500 K here" in reason
    assert "the enthalpy of CH4 is" in reason
    ((_, fuel),) = reference_case(warm).fuel
    assert fuel.temperature == 500.0
    assert fuel.enthalpy > find("CH4").components[0][1].enthalpy + 8e3


def test_a_definition_that_changes_nothing_needs_no_reason() -> None:
    ((_, nasa),) = find("RP-1").components
    same = {**RP_1, "formula": {"C": 2.0, "H": 3.9}, "enthalpy": 2.0 * nasa.enthalpy}
    spec = parsed(propellant={"fuel": same, "oxidizer": "LOX", "mixture_ratio": 2.5})
    assert validate(spec).explanations == []
    assert validate(spec).second_opinions == []


def test_a_reference_that_fails_says_so_and_is_compared_with_nothing() -> None:
    """Water freezes in this exit, where NASA's code takes a state of another area for the solution."""
    report = validate(parsed(propellant__mixture_ratio=1.3, chamber_pressure=4e7, nozzle__area_ratio=150.0))
    assert not report.converged
    assert "not 150" in report.message
    assert report.quantities == {}
    assert report.worst_quantity is None
    assert report.worst_deviation is None


def test_a_case_without_an_answer_of_ours_cannot_be_validated() -> None:
    with pytest.raises(AnalysisError):
        validate(parsed(propellant__mixture_ratio=0.05))


def test_the_references_are_not_loaded_where_nothing_is_compared() -> None:
    answer = ReferenceAnswer("nobody", converged=True, quantities={"c_star": 2000.0, "unknown": 1.0})
    opinion = compare({"c_star": 2001.0, "chamber_temperature": 3000.0}, answer)
    assert list(opinion.quantities) == ["c_star"]
    assert opinion.quantities["c_star"].deviation == pytest.approx(0.05)
    assert "rocketcea" not in sys.modules


@pytest.mark.parametrize(
    ("reference", "is_number"), [(0.0, False), (math.nan, False), (math.inf, False), (2.0, True)]
)
def test_a_deviation_from_nothing_is_no_number(reference: float, is_number: bool) -> None:
    assert math.isfinite(deviation(1.0, reference)) is is_number


def test_another_meaning_of_the_molar_mass_is_said_to_be_that() -> None:
    theirs = ReferenceAnswer("theirs", converged=True, quantities={"chamber_molar_mass": 0.029})
    opinion = compare({"chamber_molar_mass": 0.030}, theirs)
    assert of_definitions(theirs, opinion, is_condensed=False) == []
    (reason,) = of_definitions(theirs, opinion, is_condensed=True)
    assert "counts condensed species in the molar mass" in reason


@pytest.mark.parametrize(("gravity", "is_named"), [(32.174 * 0.3048, True), (9.80665, False), (9.81, False)])
def test_another_g_is_named_where_it_is_the_cause(gravity: float, is_named: bool) -> None:
    theirs = ReferenceAnswer("theirs", converged=True, quantities={"c_star": 2000.0 * gravity / 9.80665})
    reasons = of_definitions(theirs, compare({"c_star": 2000.0}, theirs), is_condensed=False)
    assert any("9.8066352 m/s2 instead of 9.80665" in reason for reason in reasons) is is_named


def test_frozen_flow_is_compared_with_frozen_flow() -> None:
    for flow_model in ("frozen", "frozen_at_throat"):
        report = validate(parsed(flow_model=flow_model))
        assert report.converged
        assert report.worst_deviation is not None
        assert report.worst_deviation < 0.01
    assert (
        report.quantities["specific_impulse_vacuum"].value
        < validate(parsed()).quantities["specific_impulse_vacuum"].value
    )


CARDS = {
    " fuel RP-1  C 1 H 1.9423 \n h,cal=-5430.     t(k)=298.15   rho=0.773 ": [
        (1.0, {"C": 1.0, "H": 1.9423}, -5430.0 * 4.184, 298.15)
    ],
    " oxid NitrousOxide  N 2.0 O 1.0  wt%=100.00 \n h,cal= 19467.0 t(k)=298.15 ": [
        (1.0, {"N": 2.0, "O": 1.0}, 19467.0 * 4.184, 298.15)
    ],
    " oxid H2O2(L) H 2 O 2  wt%=90.00 \n h,cal=-44880.0     t(k)=298.15  rho.g/cc=1.407 \n"
    " oxid = WATER H 2.0 O 1.0 wt%= 10.0        \n h,cal=-68317. t(k)=298.15 rho.g/cc=1.0   ": [
        (0.9, {"H": 2.0, "O": 2.0}, -44880.0 * 4.184, 298.15),
        (0.1, {"H": 2.0, "O": 1.0}, -68317.0 * 4.184, 298.15),
    ],
    " fuel C2H8N2(L),UDMH wt% 50.   t(k) 298.15 \n h,cal=11900.0     t(k)=298.15   rho=.783 \n"
    " fuel N2H4(L)  N 2 H 4    wt%=50. \n h,cal=12100.0     t(k)=298.15   rho=1.0036 ": [
        (0.5, {"C": 2.0, "H": 8.0, "N": 2.0}, 48900.0, 298.15),
        (0.5, {"N": 2.0, "H": 4.0}, 12100.0 * 4.184, 298.15),
    ],
}


@pytest.mark.parametrize("text", CARDS, ids=lambda text: text.split()[1])
def test_a_card_in_ceas_language_is_read(text: str) -> None:
    for (share, part), (mass, formula, enthalpy, temperature) in zip(
        read_card(text), CARDS[text], strict=True
    ):
        assert share == pytest.approx(mass)
        assert dict(part.formula) == formula
        assert part.enthalpy == pytest.approx(enthalpy, rel=2e-3)
        assert part.temperature == temperature


@pytest.mark.parametrize("text", ["", "fuel WOOD  wt%=100.", "fuel X C 1 H 2\n t(k)=298.15"])
def test_a_card_that_cannot_be_read_is_empty_and_not_half_read(text: str) -> None:
    assert read_card(text) == ()


def test_a_card_of_ours_is_read_back_by_the_wheels_case() -> None:
    case = reference_case(parsed(propellant={"fuel": "A-50", "oxidizer": "N2O4", "mixture_ratio": 2.0}))
    text = rocketcea.card("fuel", case.fuel)
    assert text.splitlines()[0].split() == ["fuel", "SUBSTANCE0", "H", "4", "N", "2", "wt%=50"]
    assert text.splitlines()[1] == "h,j=50380  t(k)=298.15"
    assert cea.solve(case).converged


@pytest.mark.parametrize("flow_model", ["equilibrium", "frozen_at_throat"])
@pytest.mark.parametrize("width", [{"contraction_ratio": 2.5}, {"mass_flux": 1200.0}], ids=str)
def test_a_combustor_of_finite_area_is_compared(width: dict[str, float], flow_model: str) -> None:
    report = validate(parsed(combustor={"type": "finite_area", **width}, flow_model=flow_model))
    assert report.converged
    assert list(report.quantities) == list(QUANTITIES)
    assert report.worst_deviation is not None
    assert report.worst_deviation < 0.01
    assert report.second_opinions == []


def test_frozen_flow_of_the_reference_from_a_combustor_that_loses_mass_is_no_reference() -> None:
    report = validate(
        parsed(combustor={"type": "finite_area", "contraction_ratio": 2.0}, flow_model="frozen")
    )
    assert not report.converged
    assert "more flows through its throat than through its chamber" in report.message
    assert report.quantities == {}
