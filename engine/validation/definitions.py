"""Why two tools disagree about one solid motor: which definition, taken as the other may have it, closes the gap.

Tools that solve the same equations differ in what they call by one name: whose efficiency, which losses of the thrust
coefficient, when a burn ends, what an average is taken over. Here the motor is solved with one definition after the
other changed, and those are kept that bring the answers closest to what the other tool reports.
"""

import copy
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from engine.analysis import analyze_many
from engine.errors import AnalysisError, Problem, SpecError
from engine.nearest import nearest
from engine.result import AnalysisResult, SolidResult

CLOSE = 5e-3
WORTH = 0.9
"""A definition counts if what is left with it is less than this share of what was left without."""
MOST = 4
LEAST, MOST_EFFICIENT = 0.5, 1.1
OF_THRUST = ("total_impulse", "thrust", "specific_impulse", "thrust_peak")
QUANTITIES = (
    "thrust",
    "thrust_peak",
    "burn_time",
    "total_impulse",
    "specific_impulse",
    "propellant_mass",
    "chamber_pressure",
    "chamber_pressure_peak",
)
Reading = Callable[[SolidResult], float]


class Definition(NamedTuple):
    """One that tools have differently: what it is about, values by dotted path, and how quantities are read off."""

    name: str
    about: str
    changes: Mapping[str, Any]
    readings: Mapping[str, Reading]


def _changed(name: str, about: str, **changes: Any) -> Definition:
    return Definition(name, about, {path.replace("__", "."): value for path, value in changes.items()}, {})


def _read(name: str, about: str, **readings: Reading) -> Definition:
    return Definition(name, about, {}, readings)


DEFINITIONS = (
    _changed("no_efficiency", "no efficiency of the nozzle", nozzle__efficiency=1.0),
    _changed("no_c_star_efficiency", "no efficiency of c*", efficiency__c_star=1.0),
    _changed(
        "no_divergence", "no loss of the thrust coefficient by divergence", nozzle__divergence_half_angle=0.0
    ),
    _changed(
        "no_throat_length", "no loss of the thrust coefficient by a long throat", nozzle__throat_length=0.0
    ),
    _changed(
        "no_erosion", "a throat that stays", nozzle__erosion_coefficient=0.0, nozzle__slag_coefficient=0.0
    ),
    _changed("exact", "cross-sections solved exactly", settings__cross_sections="exact"),
    _changed("gridded", "cross-sections on a grid", settings__cross_sections="gridded"),
    _changed("quasi_steady", "a pressure in step with the burning surface", settings__model="quasi_steady"),
    _changed("transient", "a chamber that fills and empties", settings__model="transient"),
    _changed("no_erosive_burning", "no erosive burning", propellant__erosive_burning=None),
    _changed(
        "reference_temperature", "propellant at its reference temperature", propellant__temperature=None
    ),
    _changed("vacuum", "thrust in vacuum", ambient_pressure=0.0, altitude=None, ambient_history=None),
    _changed(
        "sea_level", "thrust at sea level", ambient_pressure=101325.0, altitude=None, ambient_history=None
    ),
    _read(
        "burn_time_10_percent",
        "burn time from the first to the last tenth of the peak thrust, and the average thrust over it",
        burn_time=lambda result: result.burn_time_10_percent,
        thrust=lambda result: result.total_impulse / result.burn_time_10_percent,
    ),
    _read(
        "mean_of_impulse",
        "average thrust as impulse over burn time",
        thrust=lambda result: result.total_impulse / result.burn_time,
    ),
)


class Step(NamedTuple):
    """A definition, in words, and what is left with it and those before: (ours - theirs) / theirs by quantity."""

    name: str
    about: str
    deviations: dict[str, float]


@dataclass(frozen=True)
class Explanation:
    """`deviations` with the specification's own definitions; the `steps` that close the gap, the largest first; and
    the quantities that are still `unexplained` after them.
    """

    deviations: dict[str, float]
    steps: list[Step]
    unexplained: list[str]


class _Case(NamedTuple):
    spec: dict[str, Any]
    readings: dict[str, Reading]


def explain_difference(
    spec: Mapping[str, Any], reported: Mapping[str, float], *, tolerance: float = CLOSE
) -> Explanation:
    """Which definitions differ between this engine's answer for a solid motor and what another tool reports of it.

    `reported` has some of QUANTITIES, in SI. Definitions are taken up one by one, each time the one that leaves least,
    until every quantity is within `tolerance` or none helps any more; an efficiency of another value comes last.

    Raises SpecError for a motor that is no solid one or a quantity that is not known, and AnalysisError where the motor
    has no answer.
    """
    _check(spec, reported)
    case = _Case(copy.deepcopy(dict(spec)), {})
    (answer,) = analyze_many([case.spec])
    if isinstance(answer, AnalysisError):
        raise answer
    first = left = _deviations(answer, case, reported)
    steps: list[Step] = []
    while len(steps) < MOST and max(map(abs, left.values())) > tolerance:
        better = _best(case, DEFINITIONS, reported, left) or _best(
            case, _efficiency(case, left), reported, left
        )
        if better is None:
            break
        definition, case, left = better
        steps.append(Step(definition.name, definition.about, left))
    return Explanation(first, steps, [name for name, value in left.items() if abs(value) > tolerance])


def _efficiency(case: _Case, left: dict[str, float]) -> list[Definition]:
    """The nozzle's that would make up for what no other definition does."""
    ours = next((left[name] for name in OF_THRUST if name in left), 0.0)
    value = case.spec["nozzle"].get("efficiency", 1.0) / (1.0 + ours)
    about = f"an efficiency of the nozzle of {value:.3f}"
    return (
        [_changed("efficiency", about, nozzle__efficiency=value)] if LEAST <= value <= MOST_EFFICIENT else []
    )


def _best(
    case: _Case, definitions: Sequence[Definition], reported: Mapping[str, float], left: dict[str, float]
) -> tuple[Definition, _Case, dict[str, float]] | None:
    cases = [_with(case, definition) for definition in definitions]
    found = []
    for definition, other, answer in zip(
        definitions, cases, analyze_many([c.spec for c in cases]), strict=True
    ):
        if isinstance(answer, AnalysisResult):
            deviations = _deviations(answer, other, reported)
            found.append((_size(deviations), definition, other, deviations))
    least = min(found, key=lambda each: each[0], default=None)
    if least is None or not least[0] < WORTH * _size(left):
        return None
    return least[1:]


def _with(case: _Case, definition: Definition) -> _Case:
    spec = copy.deepcopy(case.spec)
    for path, value in definition.changes.items():
        *parents, name = path.split(".")
        place = spec
        for parent in parents:
            place = place.setdefault(parent, {})
        if value is None:
            place.pop(name, None)
        else:
            place[name] = value
    return _Case(spec, {**case.readings, **definition.readings})


def _deviations(answer: AnalysisResult, case: _Case, reported: Mapping[str, float]) -> dict[str, float]:
    read: dict[str, Any] = case.readings
    ours = {name: read[name](answer) if name in read else getattr(answer, name) for name in reported}
    return {name: ours[name] / value - 1.0 for name, value in reported.items()}


def _size(deviations: dict[str, float]) -> float:
    return math.sqrt(math.fsum(value**2 for value in deviations.values()))


def _check(spec: Mapping[str, Any], reported: Mapping[str, float]) -> None:
    if spec.get("motor_type") != "solid":
        message = f"{spec.get('motor_type')!r} is not compared by definitions; give a solid motor"
        raise SpecError([Problem("motor_type", message, spec.get("motor_type"))])
    problems = [
        Problem(
            f"reported.{name}",
            f"is not compared; known are {', '.join(QUANTITIES)}",
            value,
            nearest(name, QUANTITIES),
        )
        for name, value in reported.items()
        if name not in QUANTITIES
    ]
    problems += [
        Problem(f"reported.{name}", f"{value!r} is no number above 0", value)
        for name, value in reported.items()
        if name in QUANTITIES and not (isinstance(value, int | float) and 0.0 < value < math.inf)
    ]
    if not reported:
        problems = [Problem("reported", f"is empty; give some of {', '.join(QUANTITIES)}")]
    if problems:
        raise SpecError(problems)
