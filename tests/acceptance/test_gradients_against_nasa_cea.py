"""Exact derivatives against differences of NASA's `cea` wheel, solved live with the same reactants.

The wheel ends its search for the area ratio within 4e-5 of ln(p); differences over steps of 1 % make that up
to 4e-3 of a derivative at the exit. What does not depend on that search agrees to a few millionths.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import engine
from engine.parsing import parse_propellant
from engine.spec import FlowModel
from engine.thermo.nasa_polynomials import Array
from engine.thermo.performance import FLOW_MODELS
from engine.validation import cea
from engine.validation.case import QUANTITIES, ReferenceCase
from tests.unit.engine.thermo.test_gradients import AP_WITH_BINDER, SCALE_OF_ENTHALPY

STEP = 0.01
PRESSURE = 5e6
LIMITS = {
    "chamber_temperature": 1e-6,
    "chamber_molar_mass": 1e-6,
    "chamber_gamma": 5e-6,
    "c_star": 2e-5,
    "throat_temperature": 2e-4,
    "specific_impulse_vacuum": 2e-4,
    "exit_temperature": 1e-3,
    "exit_pressure": 5e-3,
}
"""Of the quantity over what is given."""
MOTORS: dict[str, tuple[Any, Any, float, float]] = {
    "LOX/LH2": ("LH2", "LOX", 5.0, 40.0),
    "LOX/RP-1": ("RP-1", "LOX", 2.5, 20.0),
    "LOX/RP-1 with soot": ("RP-1", "LOX", 1.0, 4.0),
    "N2O4/MMH": ("MMH", "N2O4", 1.8, 40.0),
    "N2O/HTPB": ("HTPB", "N2O", 5.5, 20.0),
    "N2O/HTPB with soot": ("HTPB", "N2O", 2.7, 4.0),
    "AP/HTPB/Al, alumina molten": ("AL", AP_WITH_BINDER, 4.6, 2.0),
    "AP/HTPB/Al, alumina freezing": ("AL", AP_WITH_BINDER, 4.6, 8.0),
}
EQUILIBRIUM_ONLY = ("N2O/HTPB with soot", "AP/HTPB/Al, alumina freezing")
"""The wheel does not solve their frozen expansions."""
CASES = [
    (name, flow_model)
    for name in MOTORS
    for flow_model in FLOW_MODELS
    if flow_model == "equilibrium" or name not in EQUILIBRIUM_ONLY
]


def wheel(case: ReferenceCase) -> Array:
    answer = cea.solve(case)
    assert answer.converged, answer.message
    return np.array([answer.quantities[name] for name in QUANTITIES])


def difference(case: ReferenceCase, field: str) -> Array:
    """The wheel's derivatives over quantity over input, by central differences of fourth order."""

    def change(step: float) -> Array:
        ends = (wheel(changed(case, field, sign * step)) for sign in (1.0, -1.0))
        return np.asarray((next(ends) - next(ends)) / (2.0 * step))

    return np.asarray((4.0 * change(STEP / 2.0) - change(STEP)) / 3.0 / wheel(case))


def changed(case: ReferenceCase, field: str, step: float) -> ReferenceCase:
    if field != "enthalpy":
        return replace(case, **{field: getattr(case, field) * (1.0 + step)})
    (fraction, reactant), *others = case.fuel
    added = step * SCALE_OF_ENTHALPY * reactant.molar_mass * (1.0 + case.mixture_ratio) / fraction
    warmer = replace(reactant, enthalpy=reactant.enthalpy + added)
    return replace(case, fuel=((fraction, warmer), *others))


@pytest.mark.parametrize(("name", "flow_model"), CASES)
def test_the_wheel_shows_the_same_derivatives(name: str, flow_model: FlowModel) -> None:
    fuel, oxidizer, ratio, area = MOTORS[name]
    sides = (parse_propellant(side, "propellant").components for side in (fuel, oxidizer))
    case = ReferenceCase(*sides, ratio, PRESSURE, area, flow_model)
    found = engine.rocket_gradients(
        fuel=fuel,
        oxidizer=oxidizer,
        mixture_ratio=ratio,
        chamber_pressure=PRESSURE,
        area_ratio=area,
        flow_model=flow_model,
    )
    scales = {
        "mixture_ratio": ratio,
        "chamber_pressure": PRESSURE,
        "area_ratio": area,
        "enthalpy": SCALE_OF_ENTHALPY,
    }
    for field, scale in scales.items():
        expected = difference(case, field)
        for place, quantity in enumerate(QUANTITIES):
            relative = found.derivatives[quantity][field] * scale / getattr(found.values, quantity)
            assert abs(relative - expected[place]) < LIMITS[quantity], (
                field,
                quantity,
                relative,
                expected[place],
            )
