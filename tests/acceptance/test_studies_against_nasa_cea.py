"""Studies against NASA's `cea` wheel: the best mixture of its own scan, a sweep and a spread that it solves too."""

from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

import engine
from engine.parsing import parse_propellant
from engine.validation import cea
from engine.validation.case import ReferenceCase
from engine.version import __version__

BASE: dict[str, Any] = {
    "motor_type": "liquid",
    "propellant": {"fuel": "LH2", "oxidizer": "LOX"},
    "chamber_pressure": 7e6,
    "nozzle": {"area_ratio": 40.0},
}
MIXTURE = {"path": "propellant.mixture_ratio"}
IMPULSE = "specific_impulse_vacuum"


def wheel(mixture_ratio: float, chamber_pressure: float = 7e6) -> float:
    case = ReferenceCase(
        fuel=parse_propellant("LH2", "fuel").components,
        oxidizer=parse_propellant("LOX", "oxidizer").components,
        mixture_ratio=mixture_ratio,
        chamber_pressure=chamber_pressure,
        area_ratio=40.0,
        flow_model="equilibrium",
    )
    answer = cea.solve(case)
    assert answer.converged, answer.message
    return answer.quantities[IMPULSE]


@pytest.mark.parametrize("method", ["gradient", "differential_evolution"])
def test_the_best_mixture_is_the_one_of_the_wheels_own_scan(method: str) -> None:
    scan = {ratio: wheel(ratio) for ratio in np.arange(3.0, 8.01, 0.1).round(9)}
    near = max(scan, key=lambda ratio: scan[ratio])
    # the wheel's impulse is smooth to some 1e-5 s only: a parabola through 31 points around the best one
    around = np.linspace(near - 0.3, near + 0.3, 31)
    parabola = np.polynomial.Polynomial.fit(around, [wheel(ratio) for ratio in around], 4)
    expected = minimize_scalar(lambda ratio: -parabola(ratio), bounds=(around[0], around[-1])).x
    found = engine.run_study(
        {
            "type": "optimization",
            "base": BASE,
            "variables": [MIXTURE | {"minimum": 3.0, "maximum": 8.0}],
            "objectives": [{"output": IMPULSE, "sense": "maximize"}],
            "method": method,
            "generations": 30,
        }
    ).summary["optimum"]
    assert found["variables"]["propellant.mixture_ratio"] == pytest.approx(expected, abs=2e-3)
    assert found["outputs"][IMPULSE] == pytest.approx(wheel(expected), rel=2e-5)


def test_a_sweep_has_the_wheels_numbers() -> None:
    found = engine.run_study(
        {
            "type": "sweep",
            "base": BASE,
            "variables": [MIXTURE | {"grid": "4:8:1"}, {"path": "chamber_pressure", "values": [3e6, 1e7]}],
            "outputs": [IMPULSE],
        }
    ).table
    expected = [wheel(ratio, pressure) for ratio in (4.0, 5.0, 6.0, 7.0, 8.0) for pressure in (3e6, 1e7)]
    np.testing.assert_allclose(found[IMPULSE], expected, rtol=2e-5)


def test_the_spread_of_impulse_is_the_wheels() -> None:
    """The same 200 samples solved by the wheel have the same moments and the same correlation."""
    found = engine.run_study(
        {
            "type": "uncertainty",
            "base": BASE,
            "variables": [
                MIXTURE | {"distribution": "normal", "mean": 6.0, "standard_deviation": 0.1},
                {"path": "chamber_pressure", "distribution": "uniform", "minimum": 6e6, "maximum": 8e6},
            ],
            "samples": 200,
            "outputs": [IMPULSE],
        }
    )
    ratios, pressures = found.table["propellant.mixture_ratio"], found.table["chamber_pressure"]
    theirs = np.array([wheel(float(ratio), float(p)) for ratio, p in zip(ratios, pressures, strict=True)])
    ours = found.summary["outputs"][IMPULSE]
    assert ours["mean"] == pytest.approx(np.mean(theirs), rel=2e-5)
    assert ours["standard_deviation"] == pytest.approx(np.std(theirs, ddof=1), rel=5e-3)
    linear = ours["correlations"]["propellant.mixture_ratio"]["linear"]
    assert linear == pytest.approx(np.corrcoef(ratios, theirs)[0, 1], abs=1e-3)
    assert found.summary["engine_version"] == __version__
