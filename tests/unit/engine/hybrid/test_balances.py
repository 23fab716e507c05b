"""Mass and energy of tank, ports and chamber, and how the march converges."""

from typing import Any

import numpy as np
import pytest

from engine.burns.march import Front, _jacobian
from engine.burns.rosenbrock import rosenbrock_step
from engine.hybrid.system import GATHERED, Row
from tests.unit.engine.examples import nitrous_htpb, steady_oxygen

MOTORS = {
    "self-pressurized": nitrous_htpb(),
    "vented": nitrous_htpb(tank__vent_diameter=0.002, injector__model="homogeneous_equilibrium"),
    "marched along the port by total flux": nitrous_htpb(
        regression={"coefficient": 4e-5, "exponent": 0.6, "length_exponent": -0.15, "flux": "total"},
        settings={"stations": 6},
    ),
    "steady": steady_oxygen(),
    "regulated and eroding": nitrous_htpb(
        tank__pressure=5.5e6, burn_time=3.0, nozzle__erosion_rate=1e-4, efficiency={"c_star": 0.93}
    ),
}


@pytest.mark.parametrize("name", MOTORS)
def test_mass_and_energy_are_kept(name: str, marched: Any) -> None:
    burn = marched(MOTORS[name], 1e-3)
    system, motors = burn.system, burn.motors
    first, last = burn.record.state[:, 0], burn.record.state[:, -1]
    change = last - first
    passed = dict(zip(GATHERED, change[system.core :], strict=True))
    area = change[Row.PORT_AREA : system.core].mean()
    fuel = float(motors.fuel_density[0] * motors.length[0] * area)
    assert fuel > 0.1
    mass = change[[Row.TANK_MASS, Row.OXIDIZER, Row.FUEL]].sum() - fuel
    mass += passed["expelled_mass"] + passed["vented_mass"]
    assert abs(mass) < 1e-8 * passed["expelled_mass"]
    tank = change[Row.TANK_ENERGY] + passed["injected_energy"] + passed["vented_energy"]
    assert abs(tank) <= 1e-8 * max(abs(first[Row.TANK_ENERGY]), 1.0)
    chamber = change[Row.ENERGY] + passed["expelled_enthalpy"] + passed["work"]
    assert abs(chamber) < 1e-8 * max(passed["work"], abs(passed["expelled_enthalpy"]))


def test_tighter_tolerances_come_to_the_same_burn(marched: Any) -> None:
    finals = {
        tolerance: marched(nitrous_htpb(), tolerance).record.state[:, -1]
        for tolerance in (1e-2, 1e-3, 1e-4, 1e-6)
    }
    rows = [Row.TANK_MASS, Row.TANK_ENERGY, Row.PORT_AREA]
    errors = [
        np.abs(finals[tolerance][rows] / finals[1e-6][rows] - 1.0).max() for tolerance in (1e-2, 1e-3, 1e-4)
    ]
    assert errors[0] < 3e-3
    assert errors[1] < 3e-4
    assert errors[2] < 3e-5


def test_the_march_through_the_full_chamber_is_of_fourth_order(marched: Any) -> None:
    burn = marched(nitrous_htpb(), 1e-6)
    place = int(np.searchsorted(burn.record.time, 0.1))
    begin = burn.record.state[:, [place]]
    coarse, middle, fine = (_marched(burn.system, begin, 3.0, steps)[:, 0] for steps in (2, 4, 64))
    rows = [Row.TANK_MASS, Row.TANK_ENERGY, Row.PORT_AREA]
    first, second = (np.abs(state[rows] / fine[rows] - 1.0).max() for state in (coarse, middle))
    assert second < 1e-5
    assert np.log2(first / second) > 3.0


def _marched(system: Any, state: Any, time: float, steps: int) -> Any:
    system.open = np.ones(1)
    nothing = np.zeros(1)
    with np.errstate(all="ignore"):
        for _ in range(steps):
            system.settle(state, np.zeros(1, dtype=bool))
            slope = system.rates(state)
            front = Front(*(nothing,) * 11, state, slope)
            step = np.array([time / steps])
            state, _ = rosenbrock_step(system.rates, state, slope, _jacobian(system, front), step)
    return state
