"""What is wrong with a hybrid's specification that its models cannot see, and why a burn has no answer."""

import math

from engine.errors import AnalysisError, Problem, SpecError
from engine.hybrid.burning import Burn
from engine.hybrid.motors import DEFAULT_TEMPERATURE, oxidizer_density
from engine.hybrid.saturation import TRIPLE_TEMPERATURE, saturation
from engine.hybrid.system import NEAR_AMBIENT
from engine.hybrid_spec import HOTTEST, SELF_PRESSURIZED, HybridSpec, Tank
from engine.parsing import propellant
from engine.thermo.reactants import check_temperature


def checked(spec: HybridSpec) -> HybridSpec | AnalysisError:
    """The specification, or what is wrong with it."""
    try:
        for side in ("fuel", "oxidizer"):
            temperature = getattr(spec.propellant, f"{side}_temperature")
            check_temperature(
                propellant(getattr(spec.propellant, side)), temperature, f"propellant.{side}_temperature"
            )
    except SpecError as error:
        return error
    problem = None if spec.tank is None else _tank_problem(spec, spec.tank)
    return spec if problem is None else SpecError([problem])


def _tank_problem(spec: HybridSpec, tank: Tank) -> Problem | None:
    if spec.is_self_pressurized:
        return _filling_problem(tank)
    density = oxidizer_density(spec)
    if density is None:
        message = "is missing; the density of the oxidizer as it is stored is not known: give it in kg/m3"
        return Problem("propellant.oxidizer_density", message)
    if spec.propellant.oxidizer == SELF_PRESSURIZED and (problem := _boiling_problem(tank)) is not None:
        return problem
    most = density * tank.volume
    if tank.oxidizer_mass > most * (1.0 + 1e-9):
        message = (
            f"{tank.oxidizer_mass:g} kg do not fit: the tank of {tank.volume:g} m3 holds {most:.4g} kg at "
            f"{density:.4g} kg/m3; give less, or a larger volume"
        )
        return Problem("tank.oxidizer_mass", message, tank.oxidizer_mass)
    return None


def _boiling_problem(tank: Tank) -> Problem | None:
    """Behind a regulator nitrous oxide has to stay liquid."""
    temperature, pressure = tank.temperature or DEFAULT_TEMPERATURE, tank.pressure or 0.0
    if temperature < TRIPLE_TEMPERATURE:
        message = f"{temperature:g} K is below the triple point of nitrous oxide, {TRIPLE_TEMPERATURE:g} K; give more"
        return Problem("tank.temperature", message, temperature)
    least = float(saturation(temperature).pressure)
    if temperature <= HOTTEST and pressure < least:
        message = (
            f"{pressure:g} Pa is less than the vapour pressure of nitrous oxide at {temperature:g} K, {least:.4g} Pa; "
            "give more, a lower temperature, or no pressure, so that it presses itself out"
        )
        return Problem("tank.pressure", message, pressure)
    return None


def _filling_problem(tank: Tank) -> Problem | None:
    """Nitrous oxide has to leave room for its vapour, and to be more than vapour."""
    temperature = tank.temperature or DEFAULT_TEMPERATURE
    state = saturation(temperature)
    most, least = float(state.liquid_density) * tank.volume, float(state.vapour_density) * tank.volume
    if tank.oxidizer_mass > most:
        message = (
            f"{tank.oxidizer_mass:g} kg overfill the tank: at {temperature:g} K liquid fills its {tank.volume:g} m3 "
            f"with {most:.4g} kg; give less, a larger volume or a lower temperature"
        )
        return Problem("tank.oxidizer_mass", message, tank.oxidizer_mass)
    if tank.oxidizer_mass < least:
        message = (
            f"{tank.oxidizer_mass:g} kg leave no liquid in the tank: at {temperature:g} K vapour alone fills its "
            f"{tank.volume:g} m3 with {least:.4g} kg; give more, a smaller volume or a lower temperature"
        )
        return Problem("tank.oxidizer_mass", message, tank.oxidizer_mass)
    return None


def refusal(spec: HybridSpec, burn: Burn, row: int) -> AnalysisError | None:
    """What kept the motor in `row` from an answer; None where it has one."""
    numbers = burn.histories.numbers
    least = NEAR_AMBIENT * float(numbers["ambient_pressure"][row])
    if float(numbers["chamber_pressure_peak"][row]) < least or not float(numbers["fuel_mass"][row]) > 0.0:
        message = (
            f"{spec.nozzle.throat_diameter:g} m is too wide a throat: the chamber comes to "
            f"{float(numbers['chamber_pressure_peak'][row]):.4g} Pa only, against "
            f"{float(numbers['ambient_pressure'][row]):.4g} Pa ambient, too little to choke it; give a smaller throat "
            "or more oxidizer"
        )
        return SpecError(
            [Problem("nozzle.throat_diameter", message, spec.nozzle.throat_diameter)], code="no_thrust"
        )
    if row in burn.histories.broken or not math.isfinite(float(numbers["thrust"][row])):
        message = (
            f"the burn of {spec.propellant.fuel} with {spec.propellant.oxidizer} could not be followed to its end; "
            "check sizes far from each other, such as those of throat, ports and injector, and settings.time_step"
        )
        return AnalysisError(message, code="not_converged")
    return None
