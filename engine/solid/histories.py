"""What solid motors do at every moment of their burns, and what it comes to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.solid.chambers import ChamberGas, Chambers
from engine.solid.flows import PortFlow, mach_of, port_flow
from engine.solid.grains.tables import GrainState
from engine.solid.headlines import headlines
from engine.solid.moments import Moments
from engine.solid.motors import Motors
from engine.solid.openings import Openings
from engine.solid.stacks import Stacks
from engine.solid.thrust import Thrust, thrust_of
from engine.thermo.nasa_polynomials import Array

PORT_NUMBERS = ("mass_flux_peak", "port_mach_peak")


@dataclass(frozen=True)
class Histories:
    """Of N motors: `points` are the curves of a history by name, (T, N) each, of which the first `moments` (N,) are
    the burn; `numbers` the headline numbers, (N,) each; `grains` those of every grain, (N, G) each. What flows through
    ports is left out of all three where nothing `detailed` was asked for.
    """

    moments: NDArray[np.intp]
    points: dict[str, Array]
    numbers: dict[str, Array]
    grains: dict[str, Array]
    thrust: Thrust

    @classmethod
    def of(
        cls,
        moments: Moments,
        motors: Motors,
        stacks: Stacks,
        chambers: Chambers,
        ambient: Array,
        *,
        detailed: bool = True,
    ) -> "Histories":
        """Those of the moments of a march, with pressures `ambient` (T, N) or (N,) outside."""
        state = stacks.at(moments.regression)
        openings = stacks.openings(state, stacks.burns(moments.regression, motors.burnout_web))
        gas = chambers.gas(moments.pressure, openings.burning_area)
        is_full = moments.ending is None
        thrust = thrust_of(
            motors, moments.pressure, gas.gamma, moments.throat_diameter, ambient, is_full=is_full
        )
        points = _points(moments, gas, thrust, openings)
        points["propellant_mass"] = np.sum(state.volume * stacks.density, axis=-1)
        count = moments_of(points["thrust"], motors.burnout_thrust)
        if moments.ending is not None:
            count = np.minimum(count, moments.ending.count)
        kept = np.arange(len(moments.pressure))[:, None] < count
        numbers = headlines(points, kept, moments, motors, thrust)
        numbers |= _of_stacks(state, openings, points["kn"], kept, motors, stacks)
        grains = {"propellant_mass": stacks.density * state.volume[0]}
        if detailed:
            ports = port_flow(moments, chambers, openings, gas)
            flowing, grains["mass_flux_peak"], grains["port_mach_peak"] = _of_ports(ports, gas, kept)
            points |= flowing
            numbers |= {name: np.max(grains[name], axis=-1) for name in PORT_NUMBERS}
        return cls(count, points, numbers, grains, thrust)


def moments_of(thrust: Array, burnout_thrust: Array) -> NDArray[np.intp]:
    """(N,): how many of the moments (T, N) belong to the burn: up to the first, after the start, whose thrust is no
    more than `burnout_thrust` (N,) of the highest before it.
    """
    goes_on = thrust > burnout_thrust * np.maximum.accumulate(thrust, axis=0)
    goes_on[0] = True
    ended = ~goes_on
    return np.where(ended.any(axis=0), np.argmax(ended, axis=0) + 1, len(thrust))


def _points(moments: Moments, gas: ChamberGas, thrust: Thrust, openings: Openings) -> dict[str, Array]:
    """The curves by their names."""
    throat = np.pi / 4.0 * moments.throat_diameter**2
    pushes = thrust.ambient.copy()
    if moments.ending is None:
        # at the first moment the motor is at pressure, and does not push yet
        pushes[0] = 0.0
        flow = moments.pressure * throat / gas.c_star
    else:
        flow = moments.ending.mass_flow_rate
    return {
        "time": moments.time,
        "thrust": pushes,
        "chamber_pressure": moments.pressure,
        "mass_flow_rate": flow,
        "kn": np.sum(openings.burning_area, axis=-1) / throat,
        "exit_pressure": thrust.exit_pressure,
        "throat_diameter": moments.throat_diameter,
    }


def _of_stacks(
    state: GrainState,
    openings: Openings,
    kn: Array,
    kept: NDArray[np.bool_],
    motors: Motors,
    stacks: Stacks,
) -> dict[str, Array]:
    """(N,) each: numbers that come of surfaces and volumes."""
    port, has_port = state.port_area[0, :, -1], openings.is_open[0, :, -1]
    return {
        "kn_initial": kn[0],
        "kn_peak": np.max(np.where(kept, kn, 0.0), axis=0),
        "port_throat_ratio": np.where(has_port, port / motors.throat_area, np.nan),
        "volume_loading": np.sum(state.volume[0], axis=-1) / stacks.case_volume,
    }


def _of_ports(
    ports: PortFlow, gas: ChamberGas, kept: NDArray[np.bool_]
) -> tuple[dict[str, Array], Array, Array]:
    """Two curves, of the ports with the most, and the peaks (N, G) of flux and Mach number."""
    inside = kept[..., None]
    flux = np.max(np.where(inside, ports.mass_flux, 0.0), axis=0)
    share = np.max(np.where(inside, ports.share, 0.0), axis=0)
    curves = {
        "mass_flux": np.max(ports.mass_flux, axis=-1),
        "port_mach": mach_of(np.max(ports.share, axis=-1), gas.gamma),
    }
    return curves, flux, mach_of(share, gas.gamma[0][:, None])
