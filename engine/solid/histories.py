"""What solid motors do at every moment of their burns, and what it comes to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.solid.chambers import ChamberGas, Chambers
from engine.solid.flows import PortFlow, port_flow
from engine.solid.headlines import headlines
from engine.solid.motors import Motors
from engine.solid.quasi_steady import Steps
from engine.solid.stacks import Stacks
from engine.solid.thrust import Thrust, thrust_of
from engine.thermo.nasa_polynomials import Array


@dataclass(frozen=True)
class Histories:
    """Of N motors: `points` are the curves of a history by name, (T, N) each, of which the first `moments` (N,) are
    the burn; `numbers` the headline numbers, (N,) each; `grains` those of every grain, (N, G) each.
    """

    moments: NDArray[np.intp]
    points: dict[str, Array]
    numbers: dict[str, Array]
    grains: dict[str, Array]
    gas: ChamberGas
    thrust: Thrust

    @classmethod
    def of(cls, steps: Steps, motors: Motors, stacks: Stacks, chambers: Chambers) -> "Histories":
        """Those of steps."""
        state = stacks.at(steps.regression)
        area = np.where(stacks.burns(steps.regression, motors.burnout_web), state.burning_area, 0.0)
        gas = chambers.gas(steps.pressure, area)
        thrust = thrust_of(motors, steps.pressure, gas.gamma, steps.throat_diameter)
        moments = moments_of(thrust.ambient, motors.burnout_thrust)
        flow = port_flow(steps, stacks, chambers, state, area, gas)
        points = _points(steps, gas, thrust, flow, area, state.volume, stacks.density)
        kept = np.arange(len(steps.pressure))[:, None] < moments
        thrust_at_start = points["thrust"].copy()
        thrust_at_start[0] = 0.0
        points["thrust"] = thrust_at_start
        numbers = headlines(points, kept, steps.time_step, motors, thrust)
        of_motor, of_grains = _of_stacks(flow, kept, points, motors, stacks)
        return cls(moments, points, numbers | of_motor, of_grains, gas, thrust)


def moments_of(thrust: Array, burnout_thrust: Array) -> NDArray[np.intp]:
    """(N,): how many of the moments (T, N) belong to the burn: up to the first, after the start, whose thrust is no
    more than `burnout_thrust` (N,) of the highest before it.
    """
    thrust = thrust.copy()
    thrust[0] = 0.0
    goes_on = thrust > burnout_thrust * np.maximum.accumulate(thrust, axis=0)
    goes_on[0] = True
    ended = ~goes_on
    return np.where(ended.any(axis=0), np.argmax(ended, axis=0) + 1, len(thrust))


def _points(
    steps: Steps, gas: ChamberGas, thrust: Thrust, flow: PortFlow, area: Array, volume: Array, density: Array
) -> dict[str, Array]:
    """The curves by their names."""
    throat = np.pi / 4.0 * steps.throat_diameter**2
    return {
        "time": np.arange(len(steps.pressure))[:, None] * steps.time_step,
        "thrust": thrust.ambient,
        "chamber_pressure": steps.pressure,
        "mass_flow_rate": steps.pressure * throat / gas.c_star,
        "kn": np.sum(area, axis=-1) / throat,
        "mass_flux": np.max(flow.mass_flux, axis=-1),
        "port_mach": np.max(flow.mach, axis=-1),
        "exit_pressure": thrust.exit_pressure,
        "propellant_mass": np.sum(volume * density, axis=-1),
        "throat_diameter": steps.throat_diameter,
    }


def _of_stacks(
    flow: PortFlow, kept: NDArray[np.bool_], points: dict[str, Array], motors: Motors, stacks: Stacks
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Numbers of motors, (N,) each, and of their grains, (N, G) each, that come of ports and webs."""
    inside = kept[..., None]
    flux, mach = (np.max(np.where(inside, value, 0.0), axis=0) for value in (flow.mass_flux, flow.mach))
    first_port = flow.port_area[0, :, -1]
    mass = stacks.density * flow.volume[0]
    of_motors = {
        "kn_initial": points["kn"][0],
        "kn_peak": np.max(np.where(kept, points["kn"], 0.0), axis=0),
        "port_throat_ratio": np.where(first_port > 0.0, first_port / motors.throat_area, np.nan),
        "mass_flux_peak": np.max(flux, axis=-1),
        "port_mach_peak": np.max(mach, axis=-1),
        "volume_loading": np.sum(flow.volume[0], axis=-1) / stacks.case_volume,
    }
    return of_motors, {"propellant_mass": mass, "mass_flux_peak": flux, "port_mach_peak": mach}
