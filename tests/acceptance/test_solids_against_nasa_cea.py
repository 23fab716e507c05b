"""Solid propellants by their ingredients: the mean operating point of a burn against NASA CEA."""

from typing import Any

import pytest

import engine
from tests.unit.engine.examples import two_tubes

INGREDIENTS: dict[str, list[tuple[str, float]]] = {
    "aluminised composite": [("AP", 0.70), ("HTPB", 0.14), ("AL", 0.16)],
    "composite without metal": [("AP", 0.80), ("HTPB", 0.20)],
    "potassium nitrate and sorbitol": [("KNO3", 0.65), ("SORBITOL", 0.35)],
    "potassium nitrate and sucrose": [("KNO3", 0.65), ("SUCROSE", 0.35)],
    "ammonium nitrate": [("AN", 0.80), ("HTPB", 0.20)],
    "double base": [("NC", 0.5), ("NG", 0.5)],
}
LARGEST_DEVIATION = 0.01
"""Percent."""


def spec_of(parts: list[tuple[str, float]]) -> dict[str, Any]:
    propellant = {
        "density": 1750.0,
        "burn_rates": [{"coefficient": 3e-5, "exponent": 0.35}],
        "ingredients": [{"name": name, "mass_fraction": share} for name, share in parts],
    }
    return two_tubes(propellant=propellant, validate=True)


@pytest.mark.parametrize("name", INGREDIENTS)
def test_the_mean_point_agrees(name: str) -> None:
    answer = engine.analyze(spec_of(INGREDIENTS[name]))
    report = answer.validation
    assert report is not None
    assert report["converged"]
    assert abs(report["worst_deviation"]) <= LARGEST_DEVIATION
    ideal = answer.stations["exit"]
    assert answer.c_star == pytest.approx(
        (ideal.velocity or 0.0) / (ideal.thrust_coefficient or 1.0), rel=2e-3
    )
