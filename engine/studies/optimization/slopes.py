"""Exact derivatives of a motor's outputs by its variables, where the core has them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.arrays.gradients import RocketGradients, rocket_gradients
from engine.studies.kinds import OptimizationStudy
from engine.studies.places import Filler
from engine.thermo.nasa_polynomials import Array
from engine.thermo.sweeps.known import KnownSweeps, knowing_only

Slopes = Callable[[Array], Array]
"""From the values of the variables (D,) to the derivatives (M, D) of the outputs, NaN where there is none."""

INPUTS = {
    "propellant.mixture_ratio": "mixture_ratio",
    "propellant.fuel_temperature": "fuel_temperature",
    "propellant.oxidizer_temperature": "oxidizer_temperature",
    "chamber_pressure": "chamber_pressure",
    "nozzle.area_ratio": "area_ratio",
}
"""Fields of a liquid engine, and what `rocket_gradients` calls them."""
PLAIN = (
    "chamber_temperature",
    "chamber_gamma",
    "chamber_molar_mass",
    "exit_temperature",
    "exit_pressure",
    "exit_mach",
    "exit_velocity",
)
STATIONS = {
    f"stations.{place}.{name}": f"{place}_{name}"
    for place in ("chamber", "throat", "exit")
    for name in ("temperature", "pressure", "gamma", "molar_mass", "density", "mach", "velocity")
    if (place, name)
    not in (
        ("chamber", "pressure"),
        ("chamber", "mach"),
        ("chamber", "velocity"),
        ("throat", "density"),
        ("throat", "mach"),
        ("throat", "velocity"),
        ("exit", "density"),
    )
}
OUTPUTS = {
    "c_star": "c_star",
    "specific_impulse_vacuum": "specific_impulse_vacuum",
    **{name: name for name in PLAIN},
    **STATIONS,
}
"""Results of a liquid engine, and what `rocket_gradients` calls them."""


def exact_slopes(study: OptimizationStudy, experience: KnownSweeps) -> Slopes | None:
    """The derivatives of a liquid engine whose chamber has no width, for variables and outputs that the core can
    differentiate, each time from the same `experience`; None for all others.
    """
    paths = [variable.path for variable in study.variables]
    if not (_is_suited(study.base) and set(paths) <= INPUTS.keys() and set(study.aims) <= OUTPUTS.keys()):
        return None
    filler = Filler(study.base, paths)
    factors = np.array([_factor(study.base, output) for output in study.outputs])

    def slopes(values: Array) -> Array:
        """(outputs, variables) at the `values` of the variables."""
        with knowing_only(experience.copy()):
            found = _gradients(filler.filled(values.tolist()))
        rows = [
            [_number(found, OUTPUTS.get(output), INPUTS[path]) for path in paths] for output in study.outputs
        ]
        return np.asarray(factors[:, None] * np.array(rows))

    return slopes


def _is_suited(base: dict[str, Any]) -> bool:
    """No width of the chamber, and no cone, whose share of the momentum along the axis the core does not know."""
    propellant, combustor = base.get("propellant"), base.get("combustor")
    has_width = isinstance(combustor, dict) and combustor.get("type") != "infinite_area"
    return (
        base.get("motor_type") == "liquid"
        and isinstance(propellant, dict)
        and "monopropellant" not in propellant
        and not has_width
        and base.get("nozzle", {}).get("type", "bell") == "bell"
    )


def _factor(base: dict[str, Any], output: str) -> float:
    """What is reached of the ideal that the core knows."""
    efficiency = {"c_star": 1.0, "nozzle": 1.0, **base.get("efficiency", {})}
    if output == "c_star":
        return float(efficiency["c_star"])
    if output == "specific_impulse_vacuum":
        return float(efficiency["c_star"] * efficiency["nozzle"])
    return 1.0


def _gradients(spec: dict[str, Any]) -> RocketGradients:
    return rocket_gradients(
        **spec["propellant"],
        chamber_pressure=spec["chamber_pressure"],
        area_ratio=spec["nozzle"]["area_ratio"],
        flow_model=spec.get("flow_model", "equilibrium"),
    )


def _number(found: RocketGradients, output: str | None, name: str) -> float:
    """NaN for what is only reported and has no derivative, and for a propellant without a heat capacity."""
    return float(found.derivatives.get(output or "", {}).get(name, np.array(np.nan)))
