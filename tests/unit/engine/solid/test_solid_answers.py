import json
from typing import Any

import numpy as np
import pytest

import engine
from engine.result import CURVES, SolidResult
from tests.unit.engine.examples import COMPOSITE, PROPELLANT, two_tubes

MODELS = ("quasi_steady", "transient")
END_BURNER = [{"type": "end_burner", "diameter": 0.06, "length": 0.15}]


def solved(**changes: Any) -> SolidResult:
    answer = engine.analyze(two_tubes(**changes))
    assert isinstance(answer, SolidResult)
    return answer


def of_model(model: str) -> dict[str, Any]:
    return {"settings": {"model": model}}


@pytest.mark.parametrize("model", MODELS)
def test_an_answer_is_plain_and_its_history_is_of_one_length(model: str) -> None:
    answer = solved(**of_model(model))
    assert SolidResult.model_validate(json.loads(json.dumps(answer.model_dump(mode="json")))) == answer
    assert next(iter(answer.history)) == "time"
    assert set(answer.history) <= set(CURVES)
    assert {len(curve) for curve in answer.history.values()} == {len(answer.history["time"])}
    assert np.all(np.diff(np.array(answer.history["time"], dtype=float)) > 0.0)


@pytest.mark.parametrize("model", MODELS)
def test_the_impulse_is_the_integral_of_the_thrust(model: str) -> None:
    answer = solved(**of_model(model))
    time, thrust = (np.array(answer.history[name], dtype=float) for name in ("time", "thrust"))
    assert np.trapezoid(thrust, time) == pytest.approx(answer.total_impulse, rel=2e-3)
    assert answer.specific_impulse * 9.80665 * answer.propellant_mass == pytest.approx(answer.total_impulse)
    assert answer.thrust_peak == pytest.approx(thrust.max())


def test_a_neutral_surface_burns_at_the_pressure_of_the_closed_form() -> None:
    answer = solved(grains=END_BURNER, nozzle__throat_diameter=0.006, nozzle__exit_diameter=0.015)
    rate = PROPELLANT["burn_rates"][0]
    generated = PROPELLANT["density"] * 100.0 * rate["coefficient"] * answer.c_star
    assert answer.kn_initial == pytest.approx(100.0)
    assert answer.chamber_pressure_peak == pytest.approx(generated ** (1.0 / (1.0 - rate["exponent"])))
    assert answer.port_throat_ratio is None
    assert answer.mass_flux_peak == 0.0


def test_thrust_follows_from_coefficient_pressure_and_throat() -> None:
    answer = solved()
    chamber, leaving = answer.stations["chamber"], answer.stations["exit"]
    ideal = leaving.specific_impulse_vacuum or 0.0
    losses = 0.9 * 0.99 * (1.0 + np.cos(np.radians(15.0))) / 2.0
    share = 0.99 + 0.01 * answer.c_star / (9.80665 * ideal)
    assert answer.specific_impulse_vacuum == pytest.approx(ideal * losses * share, rel=0.015)
    assert chamber.temperature == answer.chamber_temperature == 3500.0
    assert chamber.viscosity is None


def test_ingredients_are_burnt_by_the_core() -> None:
    answer = solved(propellant=COMPOSITE)
    assert 3000.0 < answer.chamber_temperature < 3600.0
    assert answer.composition["chamber"]["AL2O3(L)"] > 0.05
    assert answer.stations["exit"].viscosity is not None
    assert answer.c_star == pytest.approx(1580.0, rel=0.02)


def test_what_condenses_costs_thrust() -> None:
    plain = {
        **COMPOSITE,
        "ingredients": [{"name": "AP", "mass_fraction": 0.8}, {"name": "HTPB", "mass_fraction": 0.2}],
    }
    losses = []
    for propellant in (plain, COMPOSITE):
        answer = solved(propellant=propellant)
        ideal = answer.stations["exit"].specific_impulse_vacuum or 0.0
        losses.append(1.0 - answer.specific_impulse_vacuum / ideal)
    assert losses[0] + 0.005 < losses[1] < losses[0] + 0.1


def test_a_warmer_motor_burns_faster() -> None:
    cold = solved()
    sensitive = {**PROPELLANT, "temperature_sensitivity": 0.002, "temperature": 314.15}
    warm = solved(propellant=sensitive)
    faster = np.exp(0.002 * 20.0) ** (1.0 / (1.0 - 0.3273))
    assert warm.chamber_pressure_peak / cold.chamber_pressure_peak == pytest.approx(faster, rel=1e-3)


def test_less_efficient_combustion_lowers_pressure_and_impulse() -> None:
    ideal, real = solved(), solved(efficiency={"c_star": 0.95, "nozzle": 1.0})
    assert real.c_star == pytest.approx(0.95 * ideal.c_star)
    assert real.specific_impulse < 0.95 * ideal.specific_impulse
    assert real.burn_time > ideal.burn_time


def test_a_grain_of_another_propellant_changes_its_own_burn() -> None:
    spec = two_tubes()
    for grain in spec["grains"]:
        grain["propellant"] = PROPELLANT
    own, common = engine.analyze(spec), engine.analyze(two_tubes())
    np.testing.assert_allclose(own.history["thrust"], common.history["thrust"], rtol=2e-4, atol=0.1)
    faster = {**PROPELLANT, "burn_rates": [{**PROPELLANT["burn_rates"][0], "coefficient": 7e-5}]}
    spec["grains"][0]["propellant"] = faster
    two = engine.analyze(spec)
    assert two.thrust_peak > 1.2 * common.thrust_peak
    assert min(value for value in two.history["thrust"][2:-2] if value) < 0.7 * common.thrust_peak


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"settings": {"pressure_limit": 1e6}}, "pressure_above_limit"),
        ({"settings": {"mass_flux_limit": 100.0}}, "mass_flux_above_limit"),
        ({"settings": {"port_throat_limit": 9.0}}, "port_throat_ratio_low"),
        ({"nozzle__exit_diameter": 0.08}, "flow_separation"),
        ({"nozzle__throat_diameter": 0.011}, "burn_rate_outside_range"),
    ],
)
def test_limits_are_warned_of(changes: dict[str, Any], code: str) -> None:
    assert code in {caution.code for caution in solved(**changes).warnings}
    assert code not in {caution.code for caution in solved().warnings}


def test_a_throat_too_wide_is_refused_with_the_remedy() -> None:
    with pytest.raises(engine.SpecError, match="smaller throat") as caught:
        solved(nozzle__throat_diameter=0.08, nozzle__exit_diameter=0.082)
    assert caught.value.code == "no_thrust"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"settings": {"time_step": 1e-5}}, "settings.time_step", "too_many_steps"),
        ({"nozzle__slag_coefficient": 1e6}, "nozzle.slag_coefficient", "throat_clogged"),
        ({"nozzle__throat_diameter": 3e-4}, "nozzle.throat_diameter", "pressure_runs_away"),
    ],
)
def test_what_cannot_be_followed_is_refused_by_its_field(
    changes: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(engine.SpecError) as caught:
        solved(**changes)
    assert (caught.value.code, caught.value.problems[0].field) == (code, field)


def test_a_table_has_the_numbers_of_the_answers_and_errors_stay_in_their_places() -> None:
    specs = [two_tubes(), two_tubes(nozzle__throat_diameter=0.08, nozzle__exit_diameter=0.082), two_tubes()]
    specs[2]["grains"] = END_BURNER
    specs[2]["nozzle"] = {"throat_diameter": 0.006, "exit_diameter": 0.012}
    outputs = ["thrust", "kn_peak", "geometry.exit_area", "stations.exit.temperature", "mixture_ratio"]
    table = engine.tabulate(specs, outputs)
    answers = engine.analyze_many(specs)
    assert list(table.errors) == [1]
    assert isinstance(answers[1], engine.AnalysisError)
    for row in (0, 2):
        answer = answers[row]
        assert isinstance(answer, SolidResult)
        assert table.columns["thrust"][row] == answer.thrust
        assert table.columns["kn_peak"][row] == answer.kn_peak
        assert table.columns["stations.exit.temperature"][row] == answer.stations["exit"].temperature
    assert np.isnan(table.columns["mixture_ratio"]).all()


@pytest.mark.parametrize("model", MODELS)
def test_thrust_rises_as_the_ambient_falls(model: str) -> None:
    climb = {"time": [0.0, 2.0], "altitude": [0.0, 20000.0]}
    low = solved(**of_model(model))
    high = solved(**of_model(model), ambient_pressure=None, ambient_history=climb)
    assert high.ambient_pressure == pytest.approx(101325.0)
    assert (
        low.total_impulse < high.total_impulse < low.specific_impulse_vacuum * 9.80665 * low.propellant_mass
    )
    assert high.chamber_pressure == pytest.approx(low.chamber_pressure, rel=1e-3)
