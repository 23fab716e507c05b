import json

import pytest
from pydantic import ValidationError

import engine
from engine.result import AnalysisResult, Station
from tests.unit.engine.examples import lox_lh2

HEADLINES = [
    "thrust",
    "specific_impulse",
    "specific_impulse_vacuum",
    "specific_impulse_sea_level",
    "c_star",
    "thrust_coefficient",
    "mass_flow_rate",
    "chamber_pressure",
    "chamber_temperature",
    "chamber_gamma",
    "chamber_molar_mass",
    "exit_pressure",
    "exit_temperature",
    "exit_mach",
]


@pytest.fixture(scope="module")
def result() -> AnalysisResult:
    return engine.analyze(lox_lh2())


@pytest.mark.parametrize("name", HEADLINES)
def test_a_headline_number_lies_flat_in_the_answer(result: AnalysisResult, name: str) -> None:
    assert result.model_dump()[name] > 0.0


def test_the_headline_numbers_are_those_of_the_stations(result: AnalysisResult) -> None:
    chamber, exit_plane = result.stations["chamber"], result.stations["exit"]
    assert result.chamber_pressure == pytest.approx(chamber.pressure)
    assert result.chamber_temperature == chamber.temperature
    assert result.chamber_gamma == chamber.gamma
    assert result.chamber_molar_mass == chamber.molar_mass
    assert (result.exit_pressure, result.exit_temperature) == (exit_plane.pressure, exit_plane.temperature)
    assert (result.exit_mach, result.exit_velocity) == (exit_plane.mach, exit_plane.velocity)


def test_stations_go_from_the_chamber_to_the_exit_and_conserve_energy_and_entropy(
    result: AnalysisResult,
) -> None:
    assert list(result.stations) == ["chamber", "throat", "exit"]
    chamber = result.stations["chamber"]
    for station in result.stations.values():
        assert station.enthalpy + station.velocity**2 / 2 == pytest.approx(chamber.enthalpy, abs=1.0)
        assert station.entropy == pytest.approx(chamber.entropy, rel=1e-7)
    assert result.stations["throat"].mach == pytest.approx(1.0, abs=1e-5)


def test_mole_fractions_are_sorted_and_sum_to_one(result: AnalysisResult) -> None:
    for fractions in result.composition.values():
        values = list(fractions.values())
        assert values == sorted(values, reverse=True)
        assert min(values) > 1e-8
        assert sum(values) == pytest.approx(1.0, abs=1e-6)


def test_an_answer_survives_json(result: AnalysisResult) -> None:
    written = json.dumps(result.model_dump(mode="json"), allow_nan=False)
    assert AnalysisResult.model_validate(json.loads(written)) == result


def test_an_answer_cannot_be_changed_or_have_more_than_its_fields(result: AnalysisResult) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        result.thrust = 1.0  # type: ignore[misc]
    with pytest.raises(ValidationError, match="thrst"):
        AnalysisResult.model_validate({**result.model_dump(), "thrst": 1.0})


def test_a_station_has_a_number_for_everything_but_what_has_no_meaning_there(result: AnalysisResult) -> None:
    empty = {name for name in Station.model_fields if getattr(result.stations["chamber"], name) is None}
    assert empty <= {"area_ratio", "thrust_coefficient", "specific_impulse", "specific_impulse_vacuum"}
    assert None not in result.stations["exit"].model_dump().values()
