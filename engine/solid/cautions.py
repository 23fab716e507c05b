"""What an engineer should know before trusting a solid motor's numbers."""

import numpy as np

from engine.nozzle.losses import SUMMERFIELD_RATIO
from engine.result import Caution
from engine.solid.burning import Burn
from engine.solid_spec import SolidSpec

LOADED = 0.5
"""Of the mean thrust: separation with less is that of ignition and tail-off."""
ROUNDING = 1e-9


def cautions(spec: SolidSpec, burn: Burn, row: int) -> list[Caution]:
    """Of the motor in `row`: limits that were passed, and ranges that were left."""
    numbers = {name: float(values[row]) for name, values in burn.histories.numbers.items()}
    found = [
        *_limits(spec, numbers),
        *_flux(spec, burn, row),
        *_burn_rates(spec, burn, row),
        *_nozzle(spec, burn, row),
    ]
    return [Caution(code=code, message=message) for code, message in found]


def _limits(spec: SolidSpec, numbers: dict[str, float]) -> list[tuple[str, str]]:
    found, settings = [], spec.settings
    ratio, peak = numbers["port_throat_ratio"], numbers["chamber_pressure_peak"]
    if ratio < settings.port_throat_limit * (1.0 - ROUNDING):
        message = (
            f"the port of the last grain is {ratio:.3f} times as wide as the throat, less than "
            f"{settings.port_throat_limit:g}: the gas is fast there, and burning may be erosive; a wider core helps"
        )
        found.append(("port_throat_ratio_low", message))
    if peak > settings.pressure_limit:
        message = f"the chamber pressure reaches {peak:.4g} Pa, above {settings.pressure_limit:g}; a wider throat helps"
        found.append(("pressure_above_limit", message))
    return found


def _flux(spec: SolidSpec, burn: Burn, row: int) -> list[tuple[str, str]]:
    flux = burn.histories.grains["mass_flux_peak"][row]
    above = np.flatnonzero(flux > spec.settings.mass_flux_limit)
    if not len(above):
        return []
    which = ", ".join(f"grains.{place}" for place in above)
    message = (
        f"the mass flux reaches {flux.max():.4g} kg/(s m2), above {spec.settings.mass_flux_limit:g}, in {which}: "
        "burning may be erosive; wider cores help"
    )
    return [("mass_flux_above_limit", message)]


def _burn_rates(spec: SolidSpec, burn: Burn, row: int) -> list[tuple[str, str]]:
    moments = burn.histories.moments[row]
    pressure = burn.histories.points["chamber_pressure"][:moments, row]
    pressure = pressure[pressure > 0.0]
    lowest, highest = float(pressure.min()), float(pressure.max())
    found = []
    for given in dict.fromkeys(spec.propellants):
        first, last = given.burn_rates[0].pressure_min, given.burn_rates[-1].pressure_max
        if highest > last or lowest < first:
            message = (
                f"the burn rates {f'of {given.name} ' if given.name else ''}are known from {first:g} to {last:g} Pa; "
                f"the chamber is at {lowest:.4g} to {highest:.4g} Pa, where the nearest law is used"
            )
            found.append(("burn_rate_outside_range", message))
    return found


def _nozzle(spec: SolidSpec, burn: Burn, row: int) -> list[tuple[str, str]]:
    found = []
    histories = burn.histories
    thrust = histories.points["thrust"][:, row]
    loaded = thrust > LOADED * histories.numbers["thrust"][row]
    if np.any(histories.thrust.is_separated[:, row] & loaded):
        message = (
            f"the exit pressure falls below {SUMMERFIELD_RATIO} of the ambient "
            f"{float(histories.numbers['ambient_pressure'][row]):.4g} Pa: the flow may part from the wall "
            "(Summerfield); a narrower exit helps"
        )
        found.append(("flow_separation", message))
    if spec.efficiency.c_star > 1.0 or spec.efficiency.nozzle * spec.nozzle.efficiency > 1.0:
        found.append(("efficiency_above_one", "an efficiency above 1 betters the ideal motor"))
    return found
