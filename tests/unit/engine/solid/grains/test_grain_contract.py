"""What holds of every grain, whatever its shape."""

import numpy as np
import pytest

from engine.solid.grains.tables import GrainState, GrainTables, cross_section_tables
from engine.solid_grains import KINDS_OF_GRAIN, Grain
from tests.unit.engine.solid.grains.kinds import SHAPES, grain

RESOLUTION = 750
FINE = 20_000
ENDS = ("neither", "top", "bottom", "both")


def tables_of(*grains: Grain, resolution: int = RESOLUTION) -> GrainTables:
    return cross_section_tables(grains, resolution=resolution)


def burnt(tables: GrainTables, share: np.ndarray) -> GrainState:
    return tables.state(share[:, None] * tables.web)


def test_no_kind_is_left_out() -> None:
    assert {shape["type"] for shape in SHAPES.values()} == set(KINDS_OF_GRAIN)


@pytest.mark.parametrize("shape", SHAPES)
def test_all_is_there_at_first_and_nothing_at_last(shape: str) -> None:
    tables = tables_of(grain(shape))
    first, last = (tables.state(np.array([depth])) for depth in (0.0, tables.web[0]))
    assert first.volume[0] > 0.0
    assert first.burning_area[0] > 0.0
    assert not first.exhausted[0]
    assert last.exhausted[0]
    assert last.burning_area[0] == last.volume[0] == last.length[0] == 0.0
    assert last.port_area[0] == pytest.approx(np.pi / 4.0 * 0.1**2)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_volume_burnt_is_the_integral_of_the_area(shape: str) -> None:
    tables = tables_of(grain(shape))
    state = burnt(tables, np.linspace(0.0, 1.0, FINE)[:-1])
    area, volume = state.burning_area[:, 0], state.volume[:, 0]
    step = tables.web[0] / (FINE - 1)
    lost = np.cumsum(0.5 * (area[1:] + area[:-1])) * step
    np.testing.assert_allclose(volume[0] - lost, volume[1:], atol=2e-4 * volume[0])
    # what the last moment leaves is nothing but the last step
    assert volume[-1] <= 1.5 * step * max(area[-1], area.mean()) + 1e-6 * volume[0]


@pytest.mark.parametrize("shape", SHAPES)
def test_volumes_fall_and_ports_widen(shape: str) -> None:
    state = burnt(tables_of(grain(shape)), np.linspace(0.0, 0.9999, 500))
    assert (np.diff(state.volume[:, 0]) < 0.0).all()
    assert (np.diff(state.port_area[:, 0]) >= -1e-15).all()
    assert (np.diff(state.length[:, 0]) <= 1e-15).all()
    assert all(np.isfinite(values).all() for values in state)


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_size_burns_twice_as_long(shape: str) -> None:
    small = grain(shape)
    doubled = {
        name: [[(2.0 * x, 2.0 * y) for x, y in loop] for loop in value]
        if name == "loops"
        else 2.0 * value
        if isinstance(value, float)
        else value
        for name, value in {"diameter": 0.1, "length": 0.2, **SHAPES[shape]}.items()
    }
    tables = tables_of(small, grain(shape, **doubled))
    assert tables.web[1] == pytest.approx(2.0 * tables.web[0])
    state = burnt(tables, np.array([0.0, 0.3, 0.7, 0.95]))
    np.testing.assert_allclose(state.burning_area[:, 1], 4.0 * state.burning_area[:, 0])
    np.testing.assert_allclose(state.volume[:, 1], 8.0 * state.volume[:, 0])
    np.testing.assert_allclose(state.hydraulic_diameter[:, 1], 2.0 * state.hydraulic_diameter[:, 0])


@pytest.mark.parametrize("ends", ENDS)
@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "end_burner"])
def test_inhibited_ends_do_not_burn(shape: str, ends: str) -> None:
    tables = tables_of(grain(shape, inhibited_ends=ends), grain(shape, inhibited_ends="both"))
    burning = {"neither": 2, "top": 1, "bottom": 1, "both": 0}[ends]
    state = tables.state(np.full(2, 0.3 * tables.web.min()))
    assert tables.web[0] <= tables.web[1]
    if SHAPES[shape]["type"] != "conical":
        depth = 0.3 * tables.web.min()
        assert state.length[0] == pytest.approx(0.2 - burning * depth)
        face = np.pi / 4.0 * 0.1**2 - state.port_area[0]
        side = state.perimeter[0] * state.length[0]
        assert state.burning_area[0] == pytest.approx(side + burning * face)


def test_a_short_grain_ends_where_its_ends_meet() -> None:
    tables = tables_of(grain("bates", length=0.02), grain("star", length=0.01))
    np.testing.assert_allclose(tables.web, [0.01, 0.005])


@pytest.mark.parametrize(
    "shape",
    [s for s in SHAPES if SHAPES[s]["type"] not in ("bates", "end_burner", "conical", "rod_and_tube")],
)
def test_refinement_converges(shape: str) -> None:
    share = np.linspace(0.02, 0.9, 12)
    fine = burnt(tables_of(grain(shape), resolution=4096), share)
    errors = []
    for resolution in (128, 1024):
        state = burnt(tables_of(grain(shape), resolution=resolution), share)
        errors.append(np.abs(state.burning_area - fine.burning_area).mean() / fine.burning_area.mean())
    assert errors[1] < 2e-3
    assert errors[1] < 0.5 * errors[0] + 1e-4


def test_many_grains_are_what_each_is_alone() -> None:
    grains = [grain(shape) for shape in SHAPES]
    together = burnt(tables_of(*grains), np.array([0.0, 0.4, 0.99]))
    for place, one in enumerate(grains):
        alone = burnt(tables_of(one), np.array([0.0, 0.4, 0.99]))
        for values, single in zip(together, alone, strict=True):
            np.testing.assert_array_equal(values[:, place], single[:, 0])


def test_taken_grains_are_those_taken() -> None:
    tables = tables_of(*(grain(shape) for shape in ("star", "conical", "bates", "narrowing", "moon")))
    places = np.array([4, 1, 1, 0, 3])
    some = tables.take(places)
    np.testing.assert_array_equal(some.web, tables.web[places])
    depth = 0.3 * tables.web
    for values, chosen in zip(tables.state(depth), some.state(depth[places]), strict=True):
        np.testing.assert_array_equal(values[places], chosen)
