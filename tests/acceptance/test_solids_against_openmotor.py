"""Solid motors against what openMotor computes for them, and one against its firing."""

import numpy as np
import pytest

import engine
from tests.acceptance.openmotor import MOTORS, spec_of

QUANTITIES = {
    "average_thrust": "thrust",
    "burn_time": "burn_time",
    "specific_impulse": "specific_impulse",
    "propellant_mass": "propellant_mass",
    "peak_pressure": "chamber_pressure_peak",
    "total_impulse": "total_impulse",
}
ON_A_GRID = ("star", "moon")
WARNINGS = {
    "Initial port/throat ratio": "port_throat_ratio_low",
    "Peak mass flux": "mass_flux_above_limit",
}


@pytest.mark.parametrize("name", MOTORS)
def test_quasi_steady_motors_agree_with_openmotor(name: str) -> None:
    theirs, ours = MOTORS[name]["openmotor"], engine.analyze(spec_of(name))
    allowed = 0.01 if name in ON_A_GRID else 2e-5
    for quantity, own in QUANTITIES.items():
        assert getattr(ours, own) == pytest.approx(theirs[quantity], rel=allowed), quantity
    assert ours.kn_initial == pytest.approx(theirs["initial_kn"], rel=allowed)
    assert 100.0 * ours.volume_loading == pytest.approx(theirs["volume_loading_percent"], rel=allowed)
    assert ours.impulse_class == theirs["designation"][0]


@pytest.mark.parametrize("name", [name for name in MOTORS if name not in ON_A_GRID])
def test_the_warnings_that_openmotor_gives_are_given(name: str) -> None:
    codes = {caution.code for caution in engine.analyze(spec_of(name)).warnings}
    for alert in MOTORS[name]["openmotor"]["alerts"]:
        for text, code in WARNINGS.items():
            assert code in codes or not alert.startswith(text)


def test_the_fired_motor_is_at_least_as_close_as_openmotor() -> None:
    motor = MOTORS["o3100"]
    measured, theirs, ours = motor["measured"], motor["openmotor"], engine.analyze(spec_of("o3100"))
    for quantity in ("average_thrust", "specific_impulse", "burn_time", "propellant_mass"):
        own = getattr(ours, QUANTITIES[quantity])
        their_miss = abs(theirs[quantity] / measured[quantity] - 1.0)
        assert abs(own / measured[quantity] - 1.0) <= their_miss * 1.01 + 1e-5, quantity


def test_motors_solved_together_are_those_solved_alone() -> None:
    specs = [spec_of(name) for name in MOTORS]
    for spec, together in zip(specs, engine.analyze_many(specs), strict=True):
        alone = engine.analyze(spec)
        assert isinstance(together, engine.AnalysisResult)
        np.testing.assert_allclose(together.history["thrust"], alone.history["thrust"], rtol=1e-9)


@pytest.mark.parametrize("name", MOTORS)
def test_a_transient_march_without_losses_at_its_ends_is_near_the_quasi_steady_one(name: str) -> None:
    settings = {"burnout_web": 0.0, "cross_sections": "exact"}
    steady = engine.analyze(spec_of(name, model="quasi_steady", time_step=0.005, **settings))
    moving = engine.analyze(spec_of(name, model="transient", **settings))
    # against an ambient the flow parts from the wall as the pressure falls, which the quasi-steady model leaves out
    assert moving.specific_impulse_vacuum == pytest.approx(steady.specific_impulse_vacuum, rel=0.015)
    assert moving.chamber_pressure_peak == pytest.approx(steady.chamber_pressure_peak, rel=0.02)
