"""Why a solid motor has no answer."""

import math

from engine.errors import AnalysisError, Problem, SpecError
from engine.parsing import propellant
from engine.solid.burning import Burn
from engine.solid.quasi_steady import CLOGGED, MOST_STEPS
from engine.solid_spec import SolidSpec
from engine.thermo.reactants import check_temperature

HIGHEST = 1e10
"""Pa; beyond it nothing is a motor."""


def checked(spec: SolidSpec) -> SolidSpec | AnalysisError:
    """The specification, or what its models cannot see to be wrong with it."""
    given = spec.propellant
    if given.ingredients is None or given.temperature is None:
        return spec
    try:
        check_temperature(propellant(given.ingredients), given.temperature, "propellant.temperature")
    except SpecError as error:
        return error
    return spec


def refusal(spec: SolidSpec, burn: Burn, row: int) -> AnalysisError | None:
    """What kept the motor in `row` from an answer; None where it has one."""
    numbers = burn.histories.numbers
    peak = float(numbers["chamber_pressure_peak"][row])
    if row in burn.broken and spec.settings.model == "quasi_steady":
        step = spec.settings.time_step
        given = "left out" if step is None else f"{step:g} s"
        message = f"{given}, it makes more than {MOST_STEPS} steps of this burn; give a longer one"
        return SpecError([Problem("settings.time_step", message, step)], code="too_many_steps")
    if row in burn.broken:
        return AnalysisError(
            "the burn could not be followed to its end; check sizes far from each other, such as those of throat and "
            "grains, settings.time_step and settings.tolerance",
            code="not_converged",
        )
    if peak > HIGHEST:
        is_eroded = any(given.erosive_burning for given in spec.propellants)
        field = "propellant.erosive_burning.coefficient" if is_eroded else "nozzle.throat_diameter"
        remedy = "give a smaller one, or wider ports" if is_eroded else "give a wider one"
        message = f"lets the chamber pressure run away to {peak:.3g} Pa; {remedy}"
        return SpecError([Problem(field, message)], code="pressure_runs_away")
    if not math.isfinite(peak):
        return AnalysisError(
            "no gas is known that the propellant burns to at the motor's pressures; check ingredients and burn_rates",
            code="not_converged",
        )
    throats = burn.histories.points["throat_diameter"][: burn.histories.moments[row], row]
    if float(throats.min()) <= CLOGGED * spec.nozzle.throat_diameter:
        given = spec.nozzle.slag_coefficient
        message = f"{given:g} m Pa/s of slag clog the throat before the burn is over; give less"
        return SpecError([Problem("nozzle.slag_coefficient", message, given)], code="throat_clogged")
    if not float(numbers["thrust_peak"][row]) > 0.0:
        throat = spec.nozzle.throat_diameter
        message = (
            f"{throat:g} m is too wide a throat, or exit_diameter {spec.nozzle.exit_diameter:g} m too wide an exit: "
            f"the chamber comes to {peak:.4g} Pa only, which gives no thrust against the "
            f"{float(numbers['ambient_pressure'][row]):.4g} Pa outside; give a smaller throat or more burning surface"
        )
        return SpecError([Problem("nozzle.throat_diameter", message, throat)], code="no_thrust")
    return None
