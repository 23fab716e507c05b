import math

import numpy as np
import pytest

from engine.hybrid.cross_sections import PLACES, perimeters
from engine.hybrid_grain import Grain

RING = Grain(outer_diameter=0.12, port_diameter=0.02, length=0.5, ports=4)
STAR = Grain(type="star", outer_diameter=0.1, port_diameter=0.03, tip_diameter=0.06, points=6, length=0.5)
WHEEL = Grain(
    type="wagon_wheel",
    outer_diameter=0.2,
    port_diameter=0.15,
    hub_diameter=0.05,
    spoke_width=0.015,
    ports=5,
    length=0.5,
)
SHAPES = {"ring": RING, "star": STAR, "wheel": WHEEL}


def at(grain: Grain, area: float) -> float:
    first, table = perimeters(grain)
    even = np.linspace(first, math.pi / 4.0 * grain.outer_diameter**2, PLACES)
    return float(np.interp(area, even, table))


@pytest.mark.parametrize("name", SHAPES)
def test_the_whole_web_is_the_integral_of_area_over_perimeter(name: str) -> None:
    grain = SHAPES[name]
    first, table = perimeters(grain)
    assert (table > 0.0).all()
    assert first < math.pi / 4.0 * grain.outer_diameter**2
    area = np.linspace(first, math.pi / 4.0 * grain.outer_diameter**2, PLACES)
    web = np.trapezoid(1.0 / np.maximum(table, table.max() * 1e-3), area)
    assert 0.005 < web < grain.outer_diameter / 2.0


def test_round_ports_burn_as_circles_until_they_meet() -> None:
    first, _ = perimeters(RING)
    assert first == pytest.approx(4 * math.pi / 4.0 * 0.02**2, rel=1e-4)
    for web in (0.0, 0.003, 0.008):
        radius = 0.01 + web
        assert at(RING, 4 * math.pi * radius**2) == pytest.approx(8 * math.pi * radius, rel=0.01)
    # they touch each other with a radius of the ring's chord: then there is less to burn
    met = 0.03 * math.sqrt(2.0) / 2.0
    assert at(RING, 4 * math.pi * (met + 0.004) ** 2) < 8 * math.pi * (met + 0.004) * 0.9


def test_a_star_begins_with_its_outline() -> None:
    first, table = perimeters(STAR)
    tip, valley = 0.03, 0.015 * np.exp(1j * math.pi / 6)
    assert table[0] == pytest.approx(12 * abs(tip - valley), rel=1e-6)
    assert first == pytest.approx(6 * tip * valley.imag, rel=1e-4)


def test_a_wheel_begins_with_its_openings_and_loses_its_spokes() -> None:
    first, table = perimeters(WHEEL)
    ring = math.pi / 4.0 * (0.15**2 - 0.05**2)
    assert first == pytest.approx(ring - 5 * 0.015 * 0.05, rel=0.01)
    assert table[0] == pytest.approx(math.pi * (0.15 + 0.05) - 10 * 0.015 + 10 * 0.05, rel=0.03)
    assert table[60] < table[0]


def test_the_size_of_a_grain_does_not_change_its_shape() -> None:
    larger = RING.model_copy(update={"outer_diameter": 0.24, "port_diameter": 0.04})
    area, table = perimeters(larger)
    first, small = perimeters(RING)
    assert area == pytest.approx(4.0 * first)
    np.testing.assert_allclose(table, 2.0 * small)
