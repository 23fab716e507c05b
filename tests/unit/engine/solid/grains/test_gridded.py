"""What a grid of cells makes of cross-sections, against facts about openMotor's."""

import numpy as np
import pytest

from engine.solid.grains.tables import cross_section_tables
from tests.unit.engine.solid.grains.kinds import SHAPES, grain

DRAWN = [
    shape
    for shape in SHAPES
    if SHAPES[shape]["type"] not in ("bates", "end_burner", "conical", "rod_and_tube")
]


@pytest.mark.parametrize("shape", DRAWN)
def test_a_finer_grid_comes_closer_to_the_outline(shape: str) -> None:
    share = np.linspace(0.05, 0.8, 9)[:, None]
    exact = cross_section_tables([grain(shape)], resolution=2000)
    apart = []
    for cells in (250, 2000):
        seen = cross_section_tables([grain(shape)], resolution=cells, gridded=True)
        areas = [tables.state(share * exact.web).burning_area for tables in (seen, exact)]
        apart.append(np.abs(areas[0] - areas[1]).mean() / areas[1].mean())
    assert apart[1] < 0.02
    assert apart[1] < 0.5 * apart[0]


@pytest.mark.parametrize("shape", DRAWN)
def test_a_grid_counts_less_propellant(shape: str) -> None:
    grains = [grain(shape)] * 2
    tables = cross_section_tables(grains, resolution=750, gridded=[True, False])
    seen, exact = tables.state(np.zeros(2)).volume
    assert seen / exact == pytest.approx((749 / 750) ** 2)


def test_a_slanted_front_begins_in_steps() -> None:
    whole, seen = (
        cross_section_tables([grain("moon")], resolution=750, gridded=gridded).state(np.zeros(1)).perimeter[0]
        for gridded in (False, True)
    )
    # of all directions the way over cells, straight or diagonally, is 5.5 % longer
    assert seen / whole == pytest.approx(1.048, abs=0.003)


def test_round_grains_have_no_grid() -> None:
    tables = cross_section_tables([grain("bates")] * 2, resolution=[750, 750], gridded=[True, False])
    state = tables.state(np.full(2, 0.012))
    assert state.burning_area[0] == state.burning_area[1]
    assert state.volume[0] == state.volume[1]


def test_what_is_smaller_than_a_cell_is_left_as_it_is() -> None:
    tiny = grain("moon", core_diameter=1e-4, core_offset=0.0)
    state = cross_section_tables([tiny], resolution=250, gridded=True).state(np.array([0.01]))
    assert state.perimeter[0] == pytest.approx(2 * np.pi * 0.01005, rel=0.02)


def test_ports_that_leave_nothing_burn_nothing() -> None:
    halves = [[(-0.06, -0.06), (0.06, -0.06), (0.06, 0.01), (0.0, 0.01), (-0.06, 0.01)],
              [(-0.06, -0.01), (0.0, -0.01), (0.06, -0.01), (0.06, 0.06), (-0.06, 0.06)]]  # fmt: skip
    for gridded in (False, True):
        tables = cross_section_tables([grain("custom", loops=halves)], resolution=250, gridded=gridded)
        state = tables.state(np.zeros(1))
        assert state.burning_area[0] == pytest.approx(0.0, abs=1e-12)
        assert state.volume[0] == pytest.approx(0.0, abs=1e-12)
