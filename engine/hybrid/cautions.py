"""What an engineer should know before trusting a hybrid motor's numbers."""

from dataclasses import dataclass

import numpy as np

from engine.hybrid.burning import Burn
from engine.hybrid.combustion import HIGHEST_PRESSURE
from engine.hybrid.optimum import best_mixture
from engine.hybrid.saturation import CRITICAL_TEMPERATURE
from engine.hybrid_spec import SELF_PRESSURIZED, HybridSpec
from engine.nozzle.losses import SUMMERFIELD_RATIO
from engine.result import Caution
from engine.thermo.nasa_polynomials import Array

LEAST_DROP = 0.2
"""Of the tank's pressure across the injector: below it feed and chamber may swing together (custom: 15 to 20 %)."""
MUCH_LOST = 0.03
"""Of c*, against the best mixture."""
HOT_TANK = 303.0
"""K: above it nitrous oxide is so near to its critical point that a warm day makes it cross it."""


@dataclass(frozen=True)
class Judgement:
    """Of N motors, (N,) each: the mixture with the highest c* at their mean pressure, and the share of it they reach;
    the least and the highest flux of the oxidizer in the ports during the burn.
    """

    best_ratio: Array
    reached: Array
    lowest_flux: Array

    @classmethod
    def of(cls, burn: Burn) -> "Judgement":
        """Those of motors that were marched together."""
        numbers, curves = burn.histories.numbers, burn.histories.curves
        best_ratio, best_c_star = best_mixture(burn.table, numbers["chamber_pressure"])
        share = burn.table.share(numbers["mixture_ratio"], np.ones(curves.count))
        reached = burn.table.at_pressure(share, numbers["chamber_pressure"]).c_star / best_c_star
        flux = np.where(curves.phase == 0, burn.histories.points["oxidizer_flux"], np.inf)
        return cls(best_ratio, reached, curves.lowest(flux))


def cautions(spec: HybridSpec, burn: Burn, judgement: Judgement, row: int) -> list[Caution]:
    """Of the motor in `row`: ranges that were left, and what tends to go wrong."""
    numbers = {name: float(values[row]) for name, values in burn.histories.numbers.items()}
    found = [
        *_flux(spec, numbers["oxidizer_flux_peak"], float(judgement.lowest_flux[row])),
        *_mixture(numbers["mixture_ratio"], float(judgement.best_ratio[row]), float(judgement.reached[row])),
        *_feed(spec, float(burn.histories.least_drop[row])),
        *_nozzle(spec, numbers, separated=bool(burn.histories.separates[row])),
    ]
    return [Caution(code=code, message=message) for code, message in found]


def _flux(spec: HybridSpec, highest: float, lowest: float) -> list[tuple[str, str]]:
    found = []
    limit = spec.settings.flux_limit
    if highest > limit:
        message = (
            f"the oxidizer's flux in the ports reaches {highest:.4g} kg/(s m2), above {limit:g}: the flame may be "
            "blown out (flooding); wider ports or less oxidizer help"
        )
        found.append(("flux_above_limit", message))
    law = spec.law
    if spec.regression is None and law is not None and not law.has_range:
        message = (
            f"at which flux the regression law of {law.fuel} with {law.oxidizer} was measured is not known here; it "
            f"is from {lowest:.4g} to {highest:.4g} kg/(s m2). Source: {law.source}"
        )
        found.append(("regression_range_unknown", message))
    elif spec.regression is None and law is not None and (highest > law.highest or lowest < law.lowest):
        message = (
            f"the regression law of {law.fuel} with {law.oxidizer} was measured from {law.lowest:g} to {law.highest:g} "
            f"kg/(s m2); the flux here is from {lowest:.4g} to {highest:.4g}"
        )
        found.append(("regression_outside_range", message))
    return found


def _mixture(ratio: float, best: float, reached: float) -> list[tuple[str, str]]:
    if reached > 1.0 - MUCH_LOST:
        return []
    message = (
        f"the mean mixture ratio {ratio:.3g} is far from {best:.3g}, which gives the highest c*: "
        f"{100.0 * (1.0 - reached):.1f} % of it are lost; "
        + (
            "a longer grain or smaller ports give more fuel"
            if ratio > best
            else "a shorter grain gives less fuel"
        )
    )
    return [("mixture_far_from_optimum", message)]


def _feed(spec: HybridSpec, least_drop: float) -> list[tuple[str, str]]:
    found = []
    if spec.tank is not None and least_drop < LEAST_DROP:
        message = (
            f"the pressure drop across the injector falls to {100.0 * least_drop:.1f} % of the tank's pressure; below "
            "15 to 20 % feed and chamber may swing together: smaller holes or a wider throat help"
        )
        found.append(("injector_drop_low", message))
    tank = spec.tank
    if tank is not None and spec.is_self_pressurized and (tank.temperature or 0.0) > HOT_TANK:
        message = (
            f"at {tank.temperature:g} K the tank is close to the critical point of nitrous oxide, 309.52 K: little "
            "more heat leaves no liquid in it"
        )
        found.append(("tank_near_critical_point", message))
    if tank is not None and _is_supercritical(spec):
        message = (
            f"at {tank.temperature:g} K the tank is above the critical point of nitrous oxide, "
            f"{CRITICAL_TEMPERATURE:.2f} K: it is no liquid, and flows through the injector as one of the given "
            "oxidizer_density only roughly"
        )
        found.append(("tank_above_critical_point", message))
    return found


def _is_supercritical(spec: HybridSpec) -> bool:
    tank = spec.tank
    is_hot = tank is not None and (tank.temperature or 0.0) >= CRITICAL_TEMPERATURE
    return is_hot and spec.propellant.oxidizer == SELF_PRESSURIZED


def _nozzle(spec: HybridSpec, numbers: dict[str, float], *, separated: bool) -> list[tuple[str, str]]:
    found = []
    if separated:
        message = (
            f"the flow separates: the exit pressure falls below {SUMMERFIELD_RATIO} of the ambient "
            f"{numbers['ambient_pressure']:.4g} Pa (Summerfield), and the thrust is that of a nozzle that ends there"
        )
        found.append(("flow_separation", message))
    if numbers["chamber_pressure_peak"] > HIGHEST_PRESSURE:
        message = (
            f"the chamber pressure reaches {numbers['chamber_pressure_peak']:.4g} Pa; above {HIGHEST_PRESSURE:g} the "
            "gas is taken as it is there"
        )
        found.append(("pressure_outside_table", message))
    if spec.efficiency.c_star > 1.0 or spec.efficiency.nozzle > 1.0:
        found.append(("efficiency_above_one", "an efficiency above 1 betters the ideal motor"))
    return found
