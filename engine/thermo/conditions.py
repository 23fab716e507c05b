"""The conditions that fix a station's pressure: sonic flow at the throat, a flow area up- or downstream of it.

All are met inside the Newton iteration of the composition. Along an isentrope the enthalpy falls by
dh = V dp, so that u2 = 2 (h0 - h) and the area change with ln p through n T and the response of volume.
"""

import numpy as np

from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure, Moments
from engine.thermo.state import State, Targets

SLOWEST = 1e-3
"""The least u2/(n R T) that a step reckons with; before the first steps h may still exceed h0."""
SLOW = 0.1
"""Of the u2 that a subsonic area asks for at the present density: below, u2 itself is what is stepped to."""
STEP_BACK = 0.2
"""In ln p, for an iteration that strayed across the speed of sound."""
LONGEST_CHANGE = 1.0
"""In ln u2, of a subsonic iteration."""


def pressure_step(
    state: State, targets: Targets, now: Moments, solution: Array, closure: Closure, phases: Array
) -> Array:
    """The correction (N,) of ln p; `solution` (m, 2, N) holds the step at constant p and the response to ln p.

    `phases` (C', E) are the atoms in the condensed phases in play. The step to the entropy and the elements wanted
    changes the enthalpy by dh = T ds + R T sum pi_i db_i.
    """
    residual, response = solution[:, 0], solution[:, 1]
    volume = response[-2] + response[-1] - 1.0
    exponent = -1.0 / volume
    flow = np.exp(state.log_total + state.log_temperature + residual[-2] + residual[-1])
    enthalpy = now.enthalpy * state.temperature
    elements = targets.elements - now.elements - now.condensed @ phases
    potential = np.einsum("ne,ne->n", state.potentials, elements)
    gap = (targets.entropy - now.entropy + potential) * state.temperature
    kinetic = 2.0 * (targets.enthalpy - enthalpy - gap)
    if closure is Closure.THROAT:
        return sonic_change(np.maximum(kinetic, SLOWEST * flow), flow, exponent)
    change = subsonic_change if closure is Closure.SUBSONIC else supersonic_change
    return change(kinetic, flow, exponent, state.log_pressure, targets.log_flux)


def sonic_change(kinetic: Array, flow: Array, exponent: Array) -> Array:
    """The correction (N,) of ln p towards sonic flow, from u2/R, n T and the isentropic exponent there."""
    mismatch = np.log(kinetic / (exponent * flow))
    return np.asarray(mismatch / (2.0 * flow / kinetic + (exponent - 1.0) / exponent))


def area_change(kinetic: Array, flow: Array, exponent: Array, log_pressure: Array, log_flux: Array) -> Array:
    """The correction (N,) of ln p towards the area where ln(n T/(p u)) is `log_flux`."""
    mismatch = np.log(flow) - log_pressure - 0.5 * np.log(kinetic) - log_flux
    return np.asarray(-mismatch / (flow / kinetic - 1.0 / exponent))


def supersonic_change(
    kinetic: Array, flow: Array, exponent: Array, log_pressure: Array, log_flux: Array
) -> Array:
    """As `area_change`, and back downstream where the flow has become subsonic."""
    positive = np.maximum(kinetic, SLOWEST * flow)
    change = area_change(positive, flow, exponent, log_pressure, log_flux)
    return np.where(kinetic > exponent * flow, change, -STEP_BACK)


def subsonic_change(
    kinetic: Array, flow: Array, exponent: Array, log_pressure: Array, log_flux: Array
) -> Array:
    """The correction (N,) of ln p towards the subsonic place with that area.

    There u2 = 2 n R T ln(p0/p) goes to nothing with the pressure drop, and ln u2 is the unknown in which the area is
    nearly linear: Newton's step is taken in it, and becomes one of ln p. Where h still exceeds h0, u2 goes to what the
    area asks for at the present density.
    """
    wanted = np.exp(2.0 * (np.log(flow) - log_pressure - log_flux))
    positive = np.maximum(kinetic, SLOW * wanted)
    subsonic = 1.0 - positive / (exponent * flow)
    faster = np.clip(np.log(wanted / positive) / subsonic, -LONGEST_CHANGE, LONGEST_CHANGE)
    faster = np.where(subsonic > 0.0, faster, -STEP_BACK)
    change = -0.5 * positive / flow * np.expm1(faster)
    return np.where(kinetic > SLOW * wanted, change, -0.5 * (wanted - kinetic) / flow)


def sonic_log_flux(log_stream: Array, log_pressure: Array, exponent: Array) -> Array:
    """ln(n T/(p u)) (N,) of sonic flow from ln(n T), u in units of the root of R."""
    return np.asarray(0.5 * log_stream - log_pressure - 0.5 * np.log(exponent))
