"""Why a liquid engine has no answer, in words that name what can be changed."""

import math

from engine.errors import AnalysisError, Problem, SpecError
from engine.liquid.mixing import check_temperatures, impossible_ratio, mixture_ratio, sides
from engine.liquid.sizing import Performance
from engine.spec import LiquidSpec
from engine.thermo.rocket_results import RocketStations
from engine.thermo.status import REASONS, Status

COMBUSTOR_END = 1
"""The station at the end of a combustor of finite area."""
CHOKED = Status.NO_SUPERSONIC_SOLUTION


def checked(spec: LiquidSpec) -> LiquidSpec | AnalysisError:
    """The specification, or what is wrong with it that the models cannot see."""
    try:
        check_temperatures(spec)
    except SpecError as error:
        return error
    return spec


def refusal(
    spec: LiquidSpec, flow: RocketStations, performance: Performance, row: int
) -> AnalysisError | None:
    """What kept the motor in `row` from an answer; None where it has one."""
    status = Status(flow.status[row])
    if status is not Status.CONVERGED:
        refused = impossible_ratio(spec) if status is Status.INVALID_INPUT else None
        if spec.combustor.type == "finite_area" and flow.station_status[row, COMBUSTOR_END] == CHOKED:
            refused = SpecError([_choked(spec)], code=status.name.lower())
        return refused or AnalysisError(_why(spec, status), code=status.name.lower())
    if not math.isfinite(performance.throat_area[row]):
        return SpecError([_unreachable_thrust(spec, performance, row)], code="no_thrust")
    return None


def _why(spec: LiquidSpec, status: Status) -> str:
    names = [side.propellant.name for side in sides(spec)]
    ratio = f"mixture ratio {mixture_ratio(spec):g}, " if len(names) == 2 else ""
    return (
        f"no answer for {' and '.join(names)} at {ratio}{spec.chamber_pressure:g} Pa and area "
        f"ratio {spec.nozzle.area_ratio:g}: {REASONS[status]}"
    )


def _choked(spec: LiquidSpec) -> Problem:
    """That the combustor is too narrow for its flow."""
    field = "contraction_ratio" if getattr(spec.combustor, "mass_flux", None) is None else "mass_flux"
    value, change = getattr(spec.combustor, field), "larger" if field == "contraction_ratio" else "smaller"
    message = (
        f"{value:g} cannot be: at {spec.chamber_pressure:g} Pa the flow chokes in the combustor, before it reaches the "
        f"throat; give a {change} {field}"
    )
    return Problem(f"combustor.{field}", message, value)


def _unreachable_thrust(spec: LiquidSpec, performance: Performance, row: int) -> Problem:
    message = (
        f"{spec.thrust:g} N cannot be reached: at {performance.ambient_pressure[row]:g} Pa ambient the thrust "
        f"coefficient is {performance.thrust_coefficient[row]:.3g}; take a smaller area ratio, a higher chamber "
        "pressure or a lower ambient pressure"
    )
    return Problem("thrust", message, spec.thrust)
