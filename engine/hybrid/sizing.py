"""Motors scaled until they do what was asked: thrust, burn time or total impulse, or two of them.

With all areas of flow times `flow` and the grain as many times longer in proportion, pressure, mixture and fluxes of a
motor stay, and its thrust grows as `flow` does. With the oxidizer and the thickness of the fuel times `duration` it
burns as much longer. Neither is exact where a port grows beyond its first size, so both are found by secants.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.errors import AnalysisError, Problem, SpecError
from engine.hybrid.burning import burn
from engine.hybrid.refusals import refusal
from engine.hybrid_grain import Grain
from engine.hybrid_spec import HybridSpec, Sizing
from engine.thermo.nasa_polynomials import Array

CLOSE = 3e-4
"""Of what was asked: as near the sized motor has to come."""
MOST_BURNS = 30
LARGEST_CHANGE = np.log(4.0)
"""Of a factor from one burn to the next, as the logarithm."""

SIZES = (
    "grain",
    "oxidizer_mass_flow_rate",
    "tank",
    "injector",
    "nozzle",
    "chamber_volume",
    "burn_time",
)
"""The fields of a specification that scaling changes."""

Check = Callable[[HybridSpec], HybridSpec | AnalysisError]


@dataclass
class _Search:
    """One motor on its way: the logarithms of both factors, and by how much the last ones missed."""

    given: HybridSpec
    factors: Array = field(default_factory=lambda: np.zeros(2))
    last: tuple[Array, Array] | None = None
    answer: HybridSpec | AnalysisError | None = None


def sized(specs: Sequence[HybridSpec | AnalysisError], check: Check) -> list[HybridSpec | AnalysisError]:
    """Every specification that asks for a size scaled until it has it; the others as they are.

    `check` says what is wrong with a specification. Where no size does what was asked there is a SpecError.
    """
    searches = {
        place: _Search(spec)
        for place, spec in enumerate(specs)
        if isinstance(spec, HybridSpec) and spec.sizing is not None
    }
    for _ in range(MOST_BURNS):
        going = [search for search in searches.values() if search.answer is None]
        if not going:
            break
        _one_burn(going, check)
    for search in searches.values():
        if search.answer is None:
            search.answer = _unreachable(search.given)
    return [searches[place].answer or spec if place in searches else spec for place, spec in enumerate(specs)]


def _one_burn(searches: list[_Search], check: Check) -> None:
    """Burns all motors as they are scaled now; what hit is answered, the others get new factors."""
    tried: list[HybridSpec | AnalysisError] = []
    for search in searches:
        trial = scaled(search.given, *np.exp(search.factors).tolist())
        tried.append(check(trial) if isinstance(trial, HybridSpec) else trial)
    for search, trial in zip(searches, tried, strict=True):
        search.answer = trial if isinstance(trial, AnalysisError) else None
    for burnt in burn(tried):
        numbers = burnt.histories.numbers
        for row, place in enumerate(burnt.places):
            trial, search = tried[place], searches[place]
            if not isinstance(trial, HybridSpec):
                continue
            error = refusal(trial, burnt, row)
            missed = _missed(search.given, float(numbers["thrust"][row]), float(numbers["burn_time"][row]))
            if error is not None:
                search.answer = error
            elif np.abs(missed).max() < CLOSE:
                search.answer = trial
            else:
                _step(search, missed)


def _missed(spec: HybridSpec, thrust: float, burn_time: float) -> Array:
    """Logarithms of what was asked over what the motor does, thrust and time; 0 for one that may be as it is."""
    asked = spec.sizing or Sizing(thrust=thrust)
    wanted_thrust, wanted_time = asked.thrust, asked.burn_time
    if asked.total_impulse is not None:
        if wanted_time is not None:
            wanted_thrust = asked.total_impulse / wanted_time
        else:
            wanted_time = asked.total_impulse / (wanted_thrust or thrust)
    return np.log([(wanted_thrust or thrust) / thrust, (wanted_time or burn_time) / burn_time])


def _step(search: _Search, missed: Array) -> None:
    """The factors by a secant each, and in proportion where there is none yet."""
    steepness = np.ones(2)
    if search.last is not None:
        moved, gained = search.factors - search.last[0], search.last[1] - missed
        is_known = (np.abs(moved) > 1e-9) & (moved * gained > 0.0)
        steepness = np.where(is_known, gained / np.where(is_known, moved, 1.0), 1.0)
    search.last = search.factors, missed
    change = missed / np.clip(steepness, 0.3, 3.0)
    search.factors = search.factors + np.clip(change, -LARGEST_CHANGE, LARGEST_CHANGE)


def scaled(spec: HybridSpec, flow: float, duration: float) -> HybridSpec | AnalysisError:
    """The motor with `flow` times the areas and `duration` times the oxidizer; SpecError where no such motor can be."""
    width = flow**0.5
    changes: dict[str, Any] = {
        "grain": _grain(spec.grain, width, duration),
        "nozzle": _times(spec.nozzle, width, "throat_diameter"),
    }
    if spec.oxidizer_mass_flow_rate is not None:
        changes["oxidizer_mass_flow_rate"] = spec.oxidizer_mass_flow_rate * flow
    if spec.tank is not None and spec.injector is not None:
        tank = _times(spec.tank, width, "vent_diameter")
        changes["tank"] = tank | _times(spec.tank, flow * duration, "volume", "oxidizer_mass", only=True)
        changes["injector"] = _times(spec.injector, width, "diameter")
    if spec.burn_time is not None:
        changes["burn_time"] = spec.burn_time * duration
    if spec.chamber_volume is not None:
        changes["chamber_volume"] = spec.chamber_volume * flow
    try:
        return HybridSpec.model_validate(spec.model_dump(by_alias=True) | changes)
    except ValueError:
        return _unreachable(spec)


def sizes(spec: HybridSpec) -> dict[str, Any]:
    """The fields of a specification that scaling changes, as they are there."""
    found = spec.model_dump(exclude_none=True, exclude_defaults=True)
    return {name: found[name] for name in SIZES if name in found}


def _grain(grain: Grain, width: float, duration: float) -> dict[str, Any]:
    """A round port keeps the thickness of its fuel, as it regresses as fast; others keep their shape."""
    result = _times(grain, width, "port_diameter", "tip_diameter", "hub_diameter", "spoke_width", "length")
    fuel = grain.outer_diameter - (grain.tip_diameter or grain.port_diameter)
    if grain.type == "cylindrical" and grain.ports == 1:
        return result | {"outer_diameter": grain.port_diameter * width + fuel * duration}
    return result | {"outer_diameter": grain.outer_diameter * width + fuel * width * max(duration - 1.0, 0.0)}


def _times(part: Any, factor: float, *names: str, only: bool = False) -> dict[str, Any]:
    """The fields of a part, those of `names` multiplied; `only` those where asked for."""
    document = part.model_dump()
    changed = {name: document[name] * factor for name in names if document[name] is not None}
    return changed if only else document | changed


def _unreachable(spec: HybridSpec) -> SpecError:
    asked = spec.sizing.model_dump(exclude_none=True) if spec.sizing is not None else {}
    name = next(iter(asked), "thrust")
    words = ", ".join(f"{key} {value:g}" for key, value in asked.items())
    message = (
        f"no size of this motor comes to {words}; give sizes that are nearer to it, in particular enough fuel and "
        "oxidizer, or ask for less"
    )
    return SpecError([Problem(f"sizing.{name}", message, asked.get(name))])
