"""Motors scaled until they do what was asked."""

from typing import Any

import pytest

import engine
from engine.errors import AnalysisError
from engine.hybrid.sizing import CLOSE
from engine.result import HybridResult
from tests.unit.engine.examples import nitrous_htpb, steady_oxygen

STAR = {
    "type": "star",
    "outer_diameter": 0.1,
    "length": 0.3,
    "points": 5,
    "port_diameter": 0.03,
    "tip_diameter": 0.06,
}
ASKED: list[dict[str, Any]] = [
    nitrous_htpb(sizing={"thrust": 1000.0}),
    nitrous_htpb(sizing={"burn_time": 5.0}),
    nitrous_htpb(sizing={"thrust": 3000.0, "total_impulse": 2e4}, tank__vent_diameter=0.001),
    nitrous_htpb(sizing={"burn_time": 9.0, "total_impulse": 2e4}, chamber_volume=1e-3),
    steady_oxygen(sizing={"thrust": 2000.0, "burn_time": 8.0}),
    steady_oxygen(sizing={"thrust": 4000.0}, grain=STAR),
    steady_oxygen(sizing={"total_impulse": 3e4}),
]


@pytest.fixture(scope="module")
def answers() -> list[HybridResult | AnalysisError]:
    return engine.analyze_many(ASKED)  # type: ignore[return-value]


@pytest.mark.parametrize("place", range(len(ASKED)))
def test_a_sized_motor_does_what_was_asked(place: int, answers: list[Any]) -> None:
    answer = answers[place]
    assert isinstance(answer, HybridResult)
    for name, wanted in ASKED[place]["sizing"].items():
        assert getattr(answer, name) == pytest.approx(wanted, rel=2.5 * CLOSE)


def test_the_sizes_that_were_found_burn_alike_without_the_sizing(answers: list[Any]) -> None:
    for place in (0, 3):
        spec = {name: value for name, value in ASKED[place].items() if name != "sizing"}
        again = engine.analyze(spec | answers[place].sized)
        assert isinstance(again, HybridResult)
        assert again.sized is None
        assert again.total_impulse == pytest.approx(answers[place].total_impulse, rel=1e-6)


def test_scaling_keeps_the_character_of_the_motor(answers: list[Any]) -> None:
    given, small = engine.analyze(nitrous_htpb()), answers[0]
    assert isinstance(given, HybridResult)
    assert small.chamber_pressure == pytest.approx(given.chamber_pressure, rel=0.02)
    assert small.mixture_ratio == pytest.approx(given.mixture_ratio, rel=0.05)
    assert small.oxidizer_flux_peak == pytest.approx(given.oxidizer_flux_peak, rel=0.05)
    assert small.burn_time == pytest.approx(given.burn_time, rel=0.02)
    assert small.geometry.throat_diameter == small.sized["nozzle"]["throat_diameter"]


def test_a_table_holds_the_sized_motor(answers: list[Any]) -> None:
    table = engine.tabulate(ASKED[:1], ["thrust", "best_mixture_ratio"])
    assert table.columns["thrust"][0] == pytest.approx(answers[0].thrust, rel=1e-6)
    assert table.columns["best_mixture_ratio"][0] == pytest.approx(answers[0].best_mixture_ratio, rel=1e-6)
