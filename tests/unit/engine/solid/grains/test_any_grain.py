"""Grains of any dimensions that the models let through."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.solid.grains.cross_sections import WHOLE, alive, opened_by
from engine.solid.grains.lives import lived
from engine.solid.grains.profiles import FRONTS
from engine.solid.grains.tables import cross_section_tables
from engine.solid_grains import Grain
from tests.unit.engine.solid.grains.kinds import GRAIN

share = st.floats(0.005, 1.2)
ends = st.sampled_from(["neither", "top", "bottom", "both"])
count = st.integers(2, 12)


def scaled(grain: Grain) -> Grain:
    """With a diameter of 2, as fronts are drawn."""
    return grain.model_copy(
        update={
            name: 2.0 * value
            for name, value in grain.model_dump(exclude={"length", "propellant"}).items()
            if isinstance(value, float)
        }
    )


def grains(kind: str, **dimensions: st.SearchStrategy[Any]) -> st.SearchStrategy[Grain | None]:
    def cast(given: dict[str, Any]) -> Grain | None:
        try:
            return GRAIN.validate_python(given)
        except ValidationError:
            return None

    fixed = {"type": st.just(kind), "diameter": st.just(1.0), "length": st.floats(0.5, 20.0)}
    return st.fixed_dictionaries({**fixed, "inhibited_ends": ends, **dimensions}).map(cast)


anything = st.one_of(
    grains("bates", core_diameter=share),
    grains("conical", forward_core_diameter=share, aft_core_diameter=share),
    grains("rod_and_tube", core_diameter=share, rod_diameter=share, support_diameter=st.floats(0.0, 0.5)),
    grains("finocyl", core_diameter=share, fins=count, fin_width=share, fin_length=share),
    grains(
        "finocyl", core_diameter=share, fins=count, fin_width=share, fin_length=share, inverted=st.just(True)
    ),
    grains(
        "finocyl", core_diameter=share, fins=count, fin_width=share, fin_length=share, short_fin_length=share
    ),
    grains("star", points=count, point_length=share, point_width=share),
    grains("moon", core_diameter=share, core_offset=st.floats(0.0, 1.0)),
    grains("c", slot_width=share, slot_offset=st.floats(-0.5, 0.5)),
    grains("d", slot_offset=st.floats(-0.5, 0.5)),
    grains("x", slot_width=share, slot_length=share),
    grains("wagon_wheel", core_diameter=share, hub_diameter=share, spokes=count, spoke_width=share),
).filter(lambda grain: grain is not None)


@settings(deadline=None, max_examples=150)
@given(anything)
def test_fronts_pass_all_of_the_propellant(grain: Grain) -> None:
    """Before the table is scaled so that nothing is left over, next to nothing is."""
    assume(grain.type in FRONTS)
    outline = FRONTS[grain.type](scaled(grain), 150.0)
    assume(outline.area < 0.95 * WHOLE)
    flames = lived(outline)
    steps = np.linspace(0.0, float(flames.life.max()), 4001)
    rate = 2.0 * (outline.sectors or 0.5) * alive(flames, flames.life, steps)
    assert opened_by(rate, steps)[-1] == pytest.approx(WHOLE - outline.area, rel=0.01)


@settings(deadline=None, max_examples=150)
@given(anything, st.booleans())
def test_volume_is_the_integral_of_area_and_all_of_it_burns(grain: Grain, is_gridded: bool) -> None:
    tables = cross_section_tables([grain], resolution=750, gridded=is_gridded)
    assert np.isfinite(tables.web[0])
    assert tables.web[0] > 0.0
    state = tables.state(np.linspace(0.0, tables.web[0], 2001)[:-1, None])
    area, volume, port = state.burning_area[:, 0], state.volume[:, 0], state.port_area[:, 0]
    assert all(np.isfinite(values).all() for values in state)
    assert (area >= 0.0).all()
    assert (np.diff(volume) <= 1e-12).all()
    assert (np.diff(port) >= -1e-12).all()
    assert (port <= np.pi / 4.0 * (1.0 + 1e-12)).all()
    if not is_gridded:
        burnt = np.trapezoid(area, dx=tables.web[0] / 2000) + area[-1] * tables.web[0] / 2000
        assume(volume[0] > 1e-3)
        assert abs(burnt / volume[0] - 1.0) < 5e-3
