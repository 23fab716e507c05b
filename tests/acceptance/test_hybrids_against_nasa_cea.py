"""What hybrids burn to, against NASA's `cea` wheel: at the points themselves 1e-4, through the tables 2e-4."""

import numpy as np
import pytest

import engine
from engine.hybrid.combustion import combustion_table
from engine.hybrid.optimum import best_mixture
from engine.parsing import parse_spec
from engine.thermo.catalogue import find
from engine.validation import cea
from engine.validation.validate import reference_case

PAIRS = [
    ("HTPB", "N2O"),
    ("PARAFFIN", "N2O"),
    ("HTPB", "LOX"),
    ("HDPE", "H2O2"),
    ("ABS", "N2O"),
    ("SORBITOL", "N2O"),
]
BEFORE, THROUGH = 1e-4, 2e-4


def wheel_c_star(pair: tuple[str, str], ratio: float, pressure: float) -> float:
    """NaN where the reference does not converge."""
    spec = {
        "motor_type": "liquid",
        "propellant": {"fuel": pair[0], "oxidizer": pair[1], "mixture_ratio": ratio},
        "chamber_pressure": pressure,
        "nozzle": {"area_ratio": 4.0},
    }
    answer = cea.solve(reference_case(parse_spec(spec)))
    return answer.quantities["c_star"] if answer.converged else float("nan")


@pytest.mark.parametrize("pair", PAIRS, ids="/".join)
def test_characteristic_velocity_of_the_core_and_of_the_table(pair: tuple[str, str]) -> None:
    table = combustion_table(find(pair[0]), find(pair[1]))
    random = np.random.default_rng(7)
    ratio = table.stoichiometric * np.exp(random.uniform(np.log(0.3), np.log(3.0), 30))
    pressure = np.exp(random.uniform(np.log(3e5), np.log(8e6), 30))
    wheel = np.array(
        [wheel_c_star(pair, *point) for point in zip(ratio.tolist(), pressure.tolist(), strict=True)]
    )
    known = np.isfinite(wheel)
    assert known.mean() > 0.9
    core = table.stations(ratio, pressure, np.full(30, 4.0)).c_star
    read = table.at_pressure(table.share(ratio, np.ones(30)), pressure).c_star
    assert np.abs(core / wheel - 1.0)[known].max() < BEFORE
    assert np.abs(read / wheel - 1.0)[known].max() < THROUGH


@pytest.mark.parametrize("pair", [("HTPB", "N2O"), ("PARAFFIN", "N2O"), ("HTPB", "LOX")], ids="/".join)
def test_the_best_mixture_is_the_wheels(pair: tuple[str, str]) -> None:
    table = combustion_table(find(pair[0]), find(pair[1]))
    ratios, c_star = best_mixture(table, np.array([3e6]))
    best = float(ratios[0])
    around = best * np.array([0.94, 1.0, 1.06])
    left, middle, right = (wheel_c_star(pair, float(ratio), 3e6) for ratio in around)
    shift = 0.5 * (left - right) / (left - 2.0 * middle + right)
    assert abs(shift) * 0.06 < 5e-3  # how far the top of the wheel's parabola is from ours, of the ratio
    assert c_star[0] == pytest.approx(middle, rel=THROUGH)


def test_a_burn_is_compared_at_its_mean_point() -> None:
    answer = engine.analyze(
        {
            "motor_type": "hybrid",
            "propellant": {"fuel": "HTPB", "oxidizer": "N2O"},
            "grain": {"outer_diameter": 0.1, "port_diameter": 0.05, "length": 0.6},
            "oxidizer_mass_flow_rate": 1.0,
            "burn_time": 3.0,
            "nozzle": {"throat_diameter": 0.03, "area_ratio": 4.0},
            "validate": True,
        }
    )
    assert answer.validation is not None
    deviations = [found["deviation"] for found in answer.validation["quantities"].values()]
    assert len(deviations) == 8
    assert max(map(abs, deviations)) < 0.01  # percent
