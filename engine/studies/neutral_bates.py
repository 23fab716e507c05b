"""A motor of BATES grains that burns as evenly as they can, for the case, the propellant and the nozzle at hand."""

import copy
from collections.abc import Mapping
from typing import Any

from engine.errors import AnalysisError, Problem, SpecError
from engine.studies.answering import answers

MOST_GRAINS = 12
WIDER = (1.0, 1.15, 1.3, 1.5, 1.75, 2.0, 2.4)
"""Cores, over the narrowest that the port/throat ratio lets be."""
ROUNDS, TYPICAL_EXPONENT = 14, 0.4
CLOSE = 5e-3
NARROWEST, WIDEST = 0.02, 0.95
TOO_NARROW = 1.5
"""By which a throat is widened that lets the pressure run away."""


def neutral_bates(
    spec: Mapping[str, Any],
    *,
    length: float,
    chamber_pressure_peak: float,
    port_throat_ratio: float = 2.0,
    mass_flux_peak: float | None = None,
) -> dict[str, Any]:
    """The specification of a solid motor with a case as wide as the first grain of `spec` and `length` m long.

    Its grains are alike; their number, their core and the throat are those with the least peak of thrust over its mean
    among those whose peak of pressure (Pa) is the one given, whose port is at least so much wider than the throat, by
    area, and in whose ports the flux (kg/(s m2)) stays below the limit. Propellant, settings and the nozzle's
    expansion are those of `spec`.

    Raises SpecError where nothing keeps the limits, naming the one to ease, and AnalysisError where no motor has an
    answer.
    """
    _check(spec)
    exponent = spec["propellant"]["burn_rates"][0].get("exponent", TYPICAL_EXPONENT)
    tried = [(count, wider) for count in range(1, MOST_GRAINS + 1) for wider in WIDER]
    diameter = float(spec["grains"][0]["diameter"])
    widest = {wider: WIDEST * diameter / (wider * port_throat_ratio**0.5) for _, wider in tried}
    throats = [0.4 * widest[wider] for _, wider in tried]
    solved: dict[tuple[int, float], tuple[dict[str, Any], Any]] = {}
    found: list[Any] = []
    for _ in range(ROUNDS):
        specs = [
            _made(spec, length, count, throat, throat * wider * port_throat_ratio**0.5)
            for (count, wider), throat in zip(tried, throats, strict=True)
        ]
        found = answers(specs)
        for place, (case, answer) in enumerate(zip(tried, found, strict=True)):
            step = TOO_NARROW
            if not isinstance(answer, AnalysisError):
                solved[case] = (specs[place], answer)
                # the pressure goes with this power of the throat's width, and the core is widened with it
                step = (answer.chamber_pressure_peak / chamber_pressure_peak) ** ((1.0 - exponent) / 2.0)
            limit = widest[case[1]]
            throats[place] = min(max(throats[place] * step, NARROWEST * limit), limit)
    if not solved:
        raise found[0]
    return _evenest(list(solved.values()), chamber_pressure_peak, mass_flux_peak)


def _evenest(solved: list[tuple[dict[str, Any], Any]], pressure: float, flux: float | None) -> dict[str, Any]:
    reached = [(s, a) for s, a in solved if abs(a.chamber_pressure_peak / pressure - 1.0) < CLOSE]
    if not reached:
        nearest = min((a.chamber_pressure_peak for _, a in solved), key=lambda value: abs(value - pressure))
        message = f"{pressure:g} Pa is not reached in this case; the nearest is {nearest:.4g} Pa"
        raise SpecError([Problem("chamber_pressure_peak", message, pressure)])
    allowed = [(s, a) for s, a in reached if flux is None or a.mass_flux_peak <= flux]
    if not allowed:
        least = min(a.mass_flux_peak for _, a in reached)
        message = f"{flux:g} kg/(s m2) is exceeded by all; give {least:.4g} or more, or a shorter case"
        raise SpecError([Problem("mass_flux_peak", message, flux)])
    return min(allowed, key=lambda each: each[1].thrust_peak / each[1].thrust)[0]


def _made(spec: Mapping[str, Any], length: float, count: int, throat: float, core: float) -> dict[str, Any]:
    made = copy.deepcopy(dict(spec))
    nozzle = made["nozzle"]
    expansion = nozzle["exit_diameter"] / nozzle["throat_diameter"]
    nozzle |= {"throat_diameter": throat, "exit_diameter": throat * expansion}
    diameter = float(spec["grains"][0]["diameter"])
    grain = {"type": "bates", "diameter": diameter, "length": length / count, "core_diameter": core}
    made["grains"] = [dict(grain) for _ in range(count)]
    return made


def _check(spec: Mapping[str, Any]) -> None:
    wanted = ("propellant", "grains", "nozzle")
    if spec.get("motor_type") != "solid" or not all(spec.get(name) for name in wanted):
        message = (
            f"has to be that of a solid motor with {', '.join(wanted)}: the case is that of its first grain"
        )
        raise SpecError([Problem("spec", message)])
