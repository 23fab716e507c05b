"""Why a liquid engine has no answer, in words that name what can be changed."""

import math

from engine.errors import AnalysisError, Problem, SpecError
from engine.liquid.mixing import check_temperatures, impossible_ratio, mixture_ratio, sides
from engine.liquid.sizing import Performance
from engine.spec import LiquidSpec
from engine.thermo.rocket_results import RocketStations
from engine.thermo.status import REASONS, Status


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
        return refused or AnalysisError(_why(spec, status), code=status.name.lower())
    if not math.isfinite(performance.throat_area[row]):
        return SpecError([_unreachable_thrust(spec, performance, row)], code="no_thrust")
    return None


def _why(spec: LiquidSpec, status: Status) -> str:
    names = [side.propellant.name for side in sides(spec)]
    ratio = f"mixture ratio {mixture_ratio(spec):g}, " if len(names) == 2 else ""
    return (
        f"no answer for {' and '.join(names)} at {ratio}{spec.chamber_pressure:g} Pa{_width(spec)} and area "
        f"ratio {spec.nozzle.area_ratio:g}: {REASONS[status]}"
    )


def _width(spec: LiquidSpec) -> str:
    """How wide a combustor of finite area is: where the flow chokes there it has to be wider."""
    if spec.combustor.type == "infinite_area":
        return ""
    given = ("contraction_ratio", "mass_flux")
    named = ((name.replace("_", " "), getattr(spec.combustor, name)) for name in given)
    return "".join(f", {name} {value:g}" for name, value in named if value is not None)


def _unreachable_thrust(spec: LiquidSpec, performance: Performance, row: int) -> Problem:
    message = (
        f"{spec.thrust:g} N cannot be reached: at {performance.ambient_pressure[row]:g} Pa ambient the thrust "
        f"coefficient is {performance.thrust_coefficient[row]:.3g}; take a smaller area ratio, a higher chamber "
        "pressure or a lower ambient pressure"
    )
    return Problem("thrust", message, spec.thrust)
