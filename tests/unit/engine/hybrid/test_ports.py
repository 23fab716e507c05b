import math

import numpy as np
import pytest

from engine.hybrid.cross_sections import PLACES, _length_inside, _lines, _thickness, perimeters
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
def test_the_surface_is_there_until_the_fuel_is_gone(name: str) -> None:
    grain = SHAPES[name]
    first, table = perimeters(grain)
    assert (table[:-1] > 0.0).all()
    assert first < math.pi / 4.0 * grain.outer_diameter**2


@pytest.mark.parametrize("name", SHAPES)
def test_what_burns_layer_by_layer_is_all_of_the_fuel(name: str) -> None:
    grain = SHAPES[name]
    shares = [
        size / grain.outer_diameter if size else 0.0
        for size in (grain.port_diameter, grain.tip_diameter, grain.hub_diameter, grain.spoke_width)
    ]
    half = math.pi / (grain.points or grain.ports)
    web = np.linspace(0.0, _thickness(grain.type, half, *shares), 1001)
    lengths = 2.0 * math.pi / half * _length_inside(_lines(grain.type, half, *shares, web), half)
    fuel = math.pi / 4.0 - perimeters(grain)[0] / grain.outer_diameter**2
    assert np.trapezoid(lengths, web) == pytest.approx(fuel, rel=1e-3)


def test_a_star_keeps_straight_sides_and_rounds_its_points() -> None:
    first, table = perimeters(STAR)
    edge = 0.03 - 0.015 * np.exp(1j * math.pi / 6)
    web, turned = 0.002, math.pi / 2.0 - abs(np.angle(edge))
    lost = web / math.tan(np.angle(0.015 * np.exp(1j * math.pi / 6)) - np.angle(edge))
    wanted = 12.0 * (abs(edge) + web * turned - abs(lost))
    area = first + web * 0.5 * (table[0] + wanted)
    assert at(STAR, area) == pytest.approx(wanted, rel=5e-3)


def test_round_ports_burn_as_circles_until_they_meet() -> None:
    first, _ = perimeters(RING)
    assert first == pytest.approx(4 * math.pi / 4.0 * 0.02**2, rel=1e-4)
    for web in (0.0, 0.003, 0.008):
        radius = 0.01 + web
        assert at(RING, 4 * math.pi * radius**2) == pytest.approx(8 * math.pi * radius, rel=1e-3)
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
    turns = {radius: math.pi / 5 - math.asin(0.0075 / radius) for radius in (0.075, 0.025)}
    arcs = sum(radius * turn for radius, turn in turns.items())
    side = abs(0.075 * np.exp(1j * turns[0.075]) - 0.025 * np.exp(1j * turns[0.025]))
    assert table[0] == pytest.approx(10.0 * (arcs + side), rel=1e-4)
    assert table[60] < table[0]


def test_the_size_of_a_grain_does_not_change_its_shape() -> None:
    larger = RING.model_copy(update={"outer_diameter": 0.24, "port_diameter": 0.04})
    area, table = perimeters(larger)
    first, small = perimeters(RING)
    assert area == pytest.approx(4.0 * first)
    np.testing.assert_allclose(table, 2.0 * small)
