"""What an engineer should know before trusting a liquid engine's numbers."""

from engine.liquid.mixing import Side, sides
from engine.nozzle.atmosphere import SEA_LEVEL_PRESSURE
from engine.nozzle.losses import SUMMERFIELD_RATIO
from engine.result import Caution
from engine.spec import LiquidSpec

LARGEST_SUBCOOLING = 0.01


def cautions(spec: LiquidSpec, exit_pressure: float, ambient: float) -> list[Caution]:
    """Separation at the ambient pressure or at sea level, and temperatures that the data cannot follow."""
    found = _separation(exit_pressure, ambient)
    found += [caution for side in sides(spec) for caution in _temperature(side)]
    if spec.efficiency.c_star > 1.0 or spec.efficiency.nozzle > 1.0:
        found.append(
            Caution(code="efficiency_above_one", message="an efficiency above 1 betters the ideal motor")
        )
    return found


def _separation(exit_pressure: float, ambient: float) -> list[Caution]:
    if exit_pressure < SUMMERFIELD_RATIO * ambient:
        message = (
            f"the flow separates: exit pressure {exit_pressure:.4g} Pa is below {SUMMERFIELD_RATIO} of the ambient "
            f"{ambient:.4g} Pa (Summerfield); thrust and specific impulse are those of a full-flowing nozzle"
        )
        return [Caution(code="flow_separation", message=message)]
    if exit_pressure < SUMMERFIELD_RATIO * SEA_LEVEL_PRESSURE:
        message = (
            f"at sea level the flow would separate: exit pressure {exit_pressure:.4g} Pa is below "
            f"{SUMMERFIELD_RATIO} of "
            f"{SEA_LEVEL_PRESSURE:.0f} Pa (Summerfield); specific_impulse_sea_level is that of a full-flowing nozzle"
        )
        return [Caution(code="flow_separation_at_sea_level", message=message)]
    return []


def _temperature(side: Side) -> list[Caution]:
    """A reactant known at one temperature only is taken there, however near the wanted one is."""
    return [
        Caution(
            code=f"{side.field}_temperature_not_used",
            message=f"the enthalpy of {reactant.name} is known at {reactant.temperature:g} K only, and used for "
            f"{temperature:g} K, as NASA CEA does within 10 K",
        )
        for temperature, (_, reactant) in zip(side.entering, side.propellant.components, strict=True)
        if temperature is not None
        and not reactant.intervals
        and abs(temperature - reactant.temperature) > LARGEST_SUBCOOLING
    ]
