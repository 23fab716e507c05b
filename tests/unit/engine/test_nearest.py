"""Names that are not known are answered with what they may have meant."""

import pytest

from engine.nearest import SYNONYMS, nearest
from engine.propellants import BipropellantMixture, NamedIngredient
from engine.spec import LiquidSpec, Nozzle

MOTOR = list(LiquidSpec.model_fields)
MIXTURE = list(BipropellantMixture.model_fields)


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("Pc", MOTOR, "chamber_pressure"),
        ("pressure", MOTOR, "chamber_pressure"),
        ("pressure", ["pressure", "temperature"], "pressure"),
        ("mdot", MOTOR, "mass_flow_rate"),
        ("O/F", MIXTURE, "mixture_ratio"),
        ("phi", MIXTURE, "equivalence_ratio"),
        ("oxidiser", MIXTURE, "oxidizer"),
        ("eps", list(Nozzle.model_fields), "area_ratio"),
        ("THRUST", MOTOR, "thrust"),
        ("mixture_ration", MIXTURE, "mixture_ratio"),
        ("weight_fraction", list(NamedIngredient.model_fields), "mass_fraction"),
    ],
)
def test_a_name_is_answered_with_what_it_meant(name: str, known: list[str], meant: str) -> None:
    assert nearest(name, known) == f"did you mean '{meant}'?"


def test_where_nothing_is_near_nothing_is_said() -> None:
    assert nearest("colour", MOTOR) is None
    assert nearest("eps", MIXTURE) is None


def test_synonyms_are_written_as_they_are_looked_up() -> None:
    assert all(words == words.casefold() for words in SYNONYMS.values())
