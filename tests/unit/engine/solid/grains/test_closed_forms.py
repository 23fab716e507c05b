"""Shapes of which the answer is known, against the tables and the formulas."""

import numpy as np
import pytest

from engine.solid.grains.tables import cross_section_tables
from tests.unit.engine.solid.grains.kinds import grain

FINE = 4096


def perimeter(shape: str, depth: float, **changes: object) -> float:
    tables = cross_section_tables([grain(shape, inhibited_ends="both", **changes)], resolution=FINE)
    return float(tables.state(np.array([depth])).perimeter[0])


def port(shape: str, **changes: object) -> float:
    tables = cross_section_tables([grain(shape, **changes)], resolution=750)
    return float(tables.state(np.zeros(1)).port_area[0])


def test_a_tube_burns_as_circles_and_from_its_ends() -> None:
    tables = cross_section_tables([grain("bates")], resolution=750)
    depth = 0.01
    state = tables.state(np.array([depth]))
    core, length = 0.03 + 2 * depth, 0.2 - 2 * depth
    face = np.pi / 4 * (0.1**2 - core**2)
    assert state.burning_area[0] == pytest.approx(np.pi * core * length + 2 * face)
    assert state.volume[0] == pytest.approx(face * length)
    assert state.hydraulic_diameter[0] == pytest.approx(core)


def test_a_rod_goes_before_its_tube() -> None:
    tables = cross_section_tables([grain("supported", inhibited_ends="both")], resolution=750)
    assert tables.web[0] == pytest.approx(0.02)
    state = tables.state(np.array([[0.005], [0.015]]))
    rods, tubes = (0.03, 0.0), (0.07, 0.09)
    expected = [np.pi * (rod + tube) * 0.2 for rod, tube in zip(rods, tubes, strict=True)]
    np.testing.assert_allclose(state.burning_area[:, 0], expected)


def test_an_end_burner_has_no_port() -> None:
    state = cross_section_tables([grain("end_burner")], resolution=750).state(np.array([[0.0], [0.15]]))
    np.testing.assert_allclose(state.burning_area[:, 0], np.pi / 4 * 0.1**2)
    np.testing.assert_allclose(state.length[:, 0], [0.2, 0.05])
    assert (state.port_area == 0.0).all()
    assert (state.hydraulic_diameter == 0.0).all()


def test_a_cone_of_no_angle_is_a_tube() -> None:
    cone = grain("conical", forward_core_diameter=0.03, aft_core_diameter=0.03)
    tables = cross_section_tables([cone, grain("bates")], resolution=750)
    state = tables.state(np.array([0.013, 0.013]))
    for values in state:
        assert values[0] == pytest.approx(values[1])


def test_a_moon_is_arcs_of_circles() -> None:
    core, offset, wall = 0.015, 0.02, 0.05
    for depth in (0.0, 0.01, 0.03, 0.05):
        radius = core + depth
        cosine = (wall**2 - offset**2 - radius**2) / (2 * offset * radius)
        half = np.pi - (np.arccos(cosine) if radius + offset > wall else 0.0)
        assert perimeter("moon", depth) == pytest.approx(2 * half * radius, rel=2e-4)


def test_a_chord_goes_across() -> None:
    assert perimeter("half_d", 0.0) == pytest.approx(2 * np.sqrt(0.05**2 - 0.02**2), rel=1e-4)
    assert perimeter("half_d", 0.02) == pytest.approx(2 * np.sqrt(0.05**2 - 0.04**2), rel=1e-4)
    # beyond the middle of the grain the flame has to come around the ends of the chord
    end = np.sqrt(0.05**2 - 0.01**2)
    assert 2 * end < perimeter("d", 0.01) < 2 * 0.05 * 1.0001


def test_a_slot_has_sides_and_round_corners() -> None:
    depth, half_width, offset = 0.005, 0.01, -0.01
    side = np.sqrt(0.05**2 - (half_width + depth) ** 2) - offset
    assert perimeter("c", depth) == pytest.approx(2 * side + 2 * half_width + np.pi * depth, rel=1e-4)


def test_crossed_slots_lose_their_inner_corners() -> None:
    depth, half_width, length = 0.004, 0.005, 0.03
    arm = 2 * (length - half_width - depth) + 2 * half_width + np.pi * depth
    assert perimeter("x", depth) == pytest.approx(4 * arm, rel=1e-4)
    assert port("x") == pytest.approx(4 * 0.03 * 0.01 - 0.01**2)


def test_a_finocyl_has_a_core_and_fins() -> None:
    core, half_width, length = 0.015, 0.003, 0.02
    root = np.sqrt(core**2 - half_width**2)
    gap = 2 * np.pi / 6 - 2 * np.arcsin(half_width / core)
    expected = 6 * (2 * (core + length - root) + 2 * half_width + gap * core)
    assert perimeter("finocyl", 0.0) == pytest.approx(expected, rel=1e-4)


def test_inverted_fins_reach_into_the_core() -> None:
    core, half_width, length = 0.03, 0.003, 0.01
    root = np.sqrt(core**2 - half_width**2)
    gap = 2 * np.pi / 6 - 2 * np.arcsin(half_width / core)
    expected = 6 * (2 * (root - core + length) + 2 * half_width + gap * core)
    # the table smoothes the moment at which all fins are gone, and all of it makes up for that
    assert perimeter("inverted", 0.0) == pytest.approx(expected, rel=1e-3)
    # the fins are gone from both sides after half of their width: then it is a tube
    assert perimeter("inverted", 0.018) == pytest.approx(2 * np.pi * 0.048, rel=0.02)


def test_staggered_fins_of_one_length_are_a_finocyl() -> None:
    for depth in (0.0, 0.004, 0.015):
        straight = perimeter("finocyl", depth)
        assert perimeter("finocyl", depth, short_fin_length=0.02) == pytest.approx(straight, rel=2e-3)


def test_a_wheel_loses_its_spokes() -> None:
    ring, hub, half_width = 0.04, 0.015, 0.003
    outer, inner = (np.arcsin(half_width / radius) for radius in (ring, hub))
    sides = ring * np.cos(outer) - hub * np.cos(inner)
    expected = 5 * ((2 * np.pi / 5 - 2 * outer) * ring + (2 * np.pi / 5 - 2 * inner) * hub + 2 * sides)
    assert perimeter("wagon_wheel", 0.0) == pytest.approx(expected, rel=1e-3)
    assert perimeter("wagon_wheel", 0.004) == pytest.approx(2 * np.pi * (0.044 + 0.011), rel=0.2)


def test_a_drawn_port_is_that_of_its_kind() -> None:
    half, length = 0.005, 0.03
    x = [
        (length, -half), (length, half), (half, half), (half, length), (-half, length), (-half, half),
        (-length, half), (-length, -half), (-half, -half), (-half, -length), (half, -length), (half, -half),
    ]  # fmt: skip
    for depth in (0.0, 0.008, 0.02, 0.025):
        drawn = perimeter("custom", depth, loops=[x])
        assert drawn == pytest.approx(perimeter("x", depth), rel=3e-3)
        assert perimeter("custom", depth, loops=[x[::-1]]) == pytest.approx(drawn, rel=1e-6)


def test_a_drawn_port_that_leaves_the_grain_is_cut_at_the_wall() -> None:
    slot = [(-0.01, -0.01), (0.06, -0.01), (0.06, 0.01), (-0.01, 0.01)]
    for depth in (0.0, 0.01, 0.03):
        assert perimeter("custom", depth, loops=[slot]) == pytest.approx(perimeter("c", depth), rel=1e-3)
    assert port("custom", loops=[slot]) == pytest.approx(port("c"))


def test_a_circle_of_points_is_a_tube() -> None:
    turn = np.linspace(0.0, 2.0 * np.pi, 200, endpoint=False)
    circle = [(0.015 * np.cos(angle), 0.015 * np.sin(angle)) for angle in turn]
    for depth in (0.0, 0.02, 0.034):
        assert perimeter("custom", depth, loops=[circle]) == pytest.approx(
            2 * np.pi * (0.015 + depth), rel=1e-3
        )


def square(x: float, y: float, half: float) -> list[tuple[float, float]]:
    return [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]


def test_drawn_ports_that_overlap_are_one() -> None:
    arms = [
        [(-0.03, -0.005), (0.03, -0.005), (0.03, 0.005), (-0.03, 0.005)],
        [(-0.005, -0.03), (0.005, -0.03), (0.005, 0.03), (-0.005, 0.03)],
    ]
    assert port("custom", loops=arms) == pytest.approx(port("x"))
    for depth in (0.0, 0.005, 0.02):
        assert perimeter("custom", depth, loops=arms) == pytest.approx(perimeter("x", depth), rel=3e-3)


def test_a_drawn_port_inside_of_another_is_nothing_more() -> None:
    nested = [square(0.0, 0.0, 0.02), square(0.002, 0.001, 0.01)]
    assert port("custom", loops=nested) == pytest.approx(0.04**2)
    assert perimeter("custom", 0.01, loops=nested) == perimeter("custom", 0.01, loops=nested[:1])


def test_a_drawing_of_many_points_is_burnt_like_one_of_few() -> None:
    def gear(count: int) -> list[tuple[float, float]]:
        turn = np.linspace(0.0, 2.0 * np.pi, count, endpoint=False)
        radius = 0.015 + 0.006 * np.cos(5 * turn)
        return list(zip(radius * np.cos(turn), radius * np.sin(turn), strict=True))

    assert port("custom", loops=[gear(5000)]) == pytest.approx(port("custom", loops=[gear(400)]), rel=5e-4)
    for depth in (0.0, 0.01, 0.02):
        many = perimeter("custom", depth, loops=[gear(5000)])
        assert many == pytest.approx(perimeter("custom", depth, loops=[gear(400)]), rel=2e-3)
