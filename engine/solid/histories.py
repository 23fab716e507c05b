"""What solid motors do at every moment of their burns, and what it comes to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.solid.chambers import ChamberGas, Chambers
from engine.solid.flows import PortFlow, port_flow
from engine.solid.headlines import headlines
from engine.solid.moments import Moments
from engine.solid.motors import Motors
from engine.solid.openings import Openings
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
    thrust: Thrust

    @classmethod
    def of(
        cls, moments: Moments, motors: Motors, stacks: Stacks, chambers: Chambers, ambient: Array
    ) -> "Histories":
        """Those of the moments of a march, with pressures `ambient` (T, N) or (N,) outside."""
        state = stacks.at(moments.regression)
        openings = stacks.openings(state, stacks.burns(moments.regression, motors.burnout_web))
        gas = chambers.gas(moments.pressure, openings.burning_area)
        is_full = moments.ending is None
        thrust = thrust_of(
            motors, moments.pressure, gas.gamma, moments.throat_diameter, ambient, is_full=is_full
        )
        ports = port_flow(moments, chambers, openings, gas)
        points = _points(moments, gas, thrust, ports, openings)
        points["propellant_mass"] = np.sum(state.volume * stacks.density, axis=-1)
        count = moments_of(points["thrust"], motors.burnout_thrust)
        if moments.ending is not None:
            count = np.minimum(count, moments.ending.count)
        kept = np.arange(len(moments.pressure))[:, None] < count
        numbers = headlines(points, kept, moments, motors, thrust)
        of_motor, of_grains = _of_stacks(ports, kept, points)
        first_port = state.port_area[0, :, -1]
        has_port = openings.is_open[0, :, -1]
        of_motor["port_throat_ratio"] = np.where(has_port, first_port / motors.throat_area, np.nan)
        of_motor["volume_loading"] = np.sum(state.volume[0], axis=-1) / stacks.case_volume
        of_grains["propellant_mass"] = stacks.density * state.volume[0]
        return cls(count, points, numbers | of_motor, of_grains, thrust)


def moments_of(thrust: Array, burnout_thrust: Array) -> NDArray[np.intp]:
    """(N,): how many of the moments (T, N) belong to the burn: up to the first, after the start, whose thrust is no
    more than `burnout_thrust` (N,) of the highest before it.
    """
    goes_on = thrust > burnout_thrust * np.maximum.accumulate(thrust, axis=0)
    goes_on[0] = True
    ended = ~goes_on
    return np.where(ended.any(axis=0), np.argmax(ended, axis=0) + 1, len(thrust))


def _points(
    moments: Moments, gas: ChamberGas, thrust: Thrust, ports: PortFlow, openings: Openings
) -> dict[str, Array]:
    """The curves by their names."""
    throat = np.pi / 4.0 * moments.throat_diameter**2
    flow = moments.pressure * throat / gas.c_star
    pushes = thrust.ambient.copy()
    if moments.ending is None:
        # at the first moment the motor is at pressure, and does not push yet
        pushes[0] = 0.0
    else:
        flow = moments.ending.mass_flow_rate
    return {
        "time": moments.time,
        "thrust": pushes,
        "chamber_pressure": moments.pressure,
        "mass_flow_rate": flow,
        "kn": np.sum(openings.burning_area, axis=-1) / throat,
        "mass_flux": np.max(ports.mass_flux, axis=-1),
        "port_mach": np.max(ports.mach, axis=-1),
        "exit_pressure": thrust.exit_pressure,
        "throat_diameter": moments.throat_diameter,
    }


def _of_stacks(
    flow: PortFlow, kept: NDArray[np.bool_], points: dict[str, Array]
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Numbers of motors, (N,) each, and of their grains, (N, G) each, that come of ports and surfaces."""
    inside = kept[..., None]
    flux, mach = (np.max(np.where(inside, value, 0.0), axis=0) for value in (flow.mass_flux, flow.mach))
    of_motors = {
        "kn_initial": points["kn"][0],
        "kn_peak": np.max(np.where(kept, points["kn"], 0.0), axis=0),
        "mass_flux_peak": np.max(flux, axis=-1),
        "port_mach_peak": np.max(mach, axis=-1),
    }
    return of_motors, {"mass_flux_peak": flux, "port_mach_peak": mach}
