"""Static tests that were never run: the fit has to find what made them."""

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine import SpecError
from engine.studies.fit_plot import plot_fit
from engine.studies.fitting import Fit, fit_tests
from engine.studies.static_tests import StaticTest

RATE = "propellant.burn_rates.0"
MOTOR: dict[str, Any] = {
    "motor_type": "solid",
    "propellant": {
        "density": 1680.0,
        "burn_rates": [
            {
                "coefficient": 3.5e-5,
                "exponent": 0.33,
                "gamma": 1.21,
                "flame_temperature": 3500.0,
                "molar_mass": 0.0237,
            }
        ],
    },
    "grains": [{"type": "bates", "diameter": 0.083, "length": 0.14, "core_diameter": 0.03}] * 2,
    "nozzle": {"throat_diameter": 0.014, "exit_diameter": 0.035, "efficiency": 0.9},
    "settings": {"time_step": 0.005},
}


def motor(
    throat: float = 0.014, coefficient: float = 3.5e-5, exponent: float = 0.33, efficiency: float = 0.9
) -> dict[str, Any]:
    spec = copy.deepcopy(MOTOR)
    spec["propellant"]["burn_rates"][0] |= {"coefficient": coefficient, "exponent": exponent}
    spec["nozzle"] |= {"throat_diameter": throat, "efficiency": efficiency}
    return spec


def fired(made_of: dict[str, Any], noise: float = 0.0, delay: float = 0.0, seed: int = 1) -> dict[str, Any]:
    history = engine.analyze(made_of).history
    own = np.array(history["time"])
    time = np.arange(0.05, own[-1] + 0.3, 0.01)
    luck = np.random.default_rng(seed)
    curves = {}
    for name in ("thrust", "chamber_pressure"):
        exact = np.interp(time - delay, own, history[name], 0.0, 0.0)
        curves[name] = exact + noise * exact.max() * luck.standard_normal(len(time))
    return {"time": time, **curves}


def test_burn_rate_and_efficiency_are_found_again() -> None:
    truth = {"coefficient": 4.1e-5, "exponent": 0.325, "efficiency": 0.93}
    tests = [
        StaticTest(motor(throat), **fired(motor(throat, **truth), 0.01, 0.03, seed))
        for seed, throat in enumerate((0.0125, 0.017))
    ]
    fit = fit_tests(tests, [f"{RATE}.coefficient", f"{RATE}.exponent", "nozzle.efficiency"])
    expected = np.array(list(truth.values()))
    assert np.all(np.abs(fit.values - expected) < 5.0 * fit.standard_errors)
    np.testing.assert_allclose(fit.values, expected, rtol=0.03)
    np.testing.assert_allclose(fit.delays, 0.03, atol=0.01)
    assert np.all((fit.intervals[:, 0] < fit.values) & (fit.values < fit.intervals[:, 1]))
    assert fit.correlation[0, 1] < -0.9
    assert fit.explained > 0.99
    assert fit.specs[1]["nozzle"]["throat_diameter"] == 0.017
    assert fit.specs[0]["nozzle"]["efficiency"] == pytest.approx(0.93, rel=0.01)


def test_more_noise_is_more_uncertainty() -> None:
    def fitted(noise: float) -> Fit:
        return fit_tests(
            [StaticTest(motor(), **fired(motor(coefficient=3.8e-5), noise))], [f"{RATE}.coefficient"]
        )

    quiet, loud = fitted(0.002), fitted(0.03)
    assert loud.standard_errors[0] > 3.0 * quiet.standard_errors[0]
    assert quiet.values[0] == pytest.approx(3.8e-5, rel=0.005)


def test_thrust_alone_is_enough_for_an_efficiency(tmp_path: Path) -> None:
    measured = fired(motor(efficiency=0.85))
    test = StaticTest(motor(), measured["time"], thrust=measured["thrust"])
    fit = fit_tests([test], ["nozzle.efficiency"], fit_delays=False)
    assert fit.values[0] == pytest.approx(0.85, rel=1e-3)
    assert np.median(np.abs(fit.residuals[0]["thrust"])) < 2e-3 * max(measured["thrust"])
    assert list(fit.delays) == [0.0]
    plot_fit(fit, tmp_path / "fit.svg")
    assert (tmp_path / "fit.svg").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("tests", "parameters", "field"),
    [
        ([], ["nozzle.efficiency"], "tests"),
        ([StaticTest(MOTOR, [0.0, 1.0])], ["nozzle.efficiency"], "tests.0"),
        ([StaticTest(MOTOR, [1.0, 1.0], thrust=[1.0, 2.0])], ["nozzle.efficiency"], "tests.0.time"),
        ([StaticTest(MOTOR, [0.0, 1.0], thrust=[1.0])], ["nozzle.efficiency"], "tests.0.thrust"),
        ([StaticTest(MOTOR, [0.0, 1.0], thrust=[1.0, 2.0])], [], "parameters"),
        ([StaticTest(MOTOR, [0.0, 1.0], thrust=[1.0, 2.0])], ["efficiency.c_star"], "parameters"),
        ([StaticTest(MOTOR, [0.0, 1.0], thrust=[1.0, 2.0])], ["grains.9.length"], "parameters"),
    ],
)
def test_what_cannot_be_fitted_is_refused(tests: list[StaticTest], parameters: list[str], field: str) -> None:
    with pytest.raises(SpecError) as caught:
        fit_tests(tests, parameters)
    assert caught.value.problems[0].field == field
