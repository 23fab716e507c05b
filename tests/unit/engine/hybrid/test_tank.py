"""Emptying tanks against the equation of state itself, and against measured ones."""

from typing import Any

import numpy as np

from engine.hybrid.saturation import equilibrium_root, root_of, saturation_at
from tests.unit.engine.examples import nitrous_htpb

BLOWDOWN = [
    (8.0, 5.03533e6, 293.0),
    (7.04, 4.78909e6, 290.805),
    (6.08, 4.5447e6, 288.539),
    (5.12, 4.30026e6, 286.179),
    (4.16, 4.05357e6, 283.692),
    (3.2, 3.8018e6, 281.036),
    (2.24, 3.54099e6, 278.143),
]
"""Mass, pressure and temperature of 12 litres that liquid leaves, in equilibrium and without heat from outside: marched
by RK4 with flashes by density and energy of CoolProp 8.0.0, which has nothing of ours.
"""


def test_liquid_leaves_an_adiabatic_tank_as_by_flashes_of_the_equation_of_state(marched: Any) -> None:
    burn = marched(nitrous_htpb(settings__time_step=0.02))
    mass, energy = burn.record.state[0], burn.record.state[1]
    state = saturation_at(equilibrium_root(0.012 / mass, energy / mass, root_of(np.full(mass.shape, 280.0))))
    wanted = np.array(BLOWDOWN)
    order = np.argsort(mass)
    for values, column, close in ((state.pressure, 1, 1e-4), (state.temperature, 2, 2e-5)):
        found = np.interp(wanted[:, 0], mass[order], values[order])
        np.testing.assert_allclose(found, wanted[:, column], rtol=close)


def test_the_vapour_that_is_left_stays_saturated(marched: Any) -> None:
    burn = marched(nitrous_htpb())
    state = burn.record.state
    late = (burn.record.phase == 0) & (state[0] < 0.8)
    assert late.sum() > 5
    mass, energy = state[0][late], state[1][late]
    found = saturation_at(equilibrium_root(0.012 / mass, energy / mass, root_of(np.full(mass.shape, 265.0))))
    vapour = mass / 0.012 / found.vapour_density
    np.testing.assert_allclose(vapour, 1.0, atol=0.02)
