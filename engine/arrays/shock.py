"""Shocks for arrays of gas mixtures, conditions before them and velocities."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.arrays.inputs import PropellantArguments
from engine.arrays.options import products_of, require
from engine.arrays.wave_state import WaveState, gases_of
from engine.errors import Problem, SpecError
from engine.thermo.waves.shock import SHOCK_MODELS, ShockModel, solve_shock


@dataclass(frozen=True)
class Shock:
    """The gas before a shock (1), behind it (2) and behind its reflection at a wall (5); arrays of the broadcast shape.

    Velocities are relative to the shock that the gas meets or has left last: those of `initial` and `incident` to
    the incident shock, that of `reflected` to the reflected one, which leaves its gas at rest. Where a case has no
    answer its numbers are NaN and `status` says why (`engine.thermo.status.Status`, 0 is converged); where only the
    reflection has none, the incident shock keeps its numbers.
    """

    initial: WaveState
    incident: WaveState
    reflected: WaveState | None
    status: NDArray[np.int8]


def shock(
    *,
    temperature: ArrayLike | None = None,
    pressure: ArrayLike | None = None,
    velocity: ArrayLike | None = None,
    mach: ArrayLike | None = None,
    incident: ShockModel = "equilibrium",
    reflected: ShockModel | None = "equilibrium",
    only: Sequence[str] | None = None,
    omit: Sequence[str] = (),
    ions: bool = False,
    **propellant: Unpack[PropellantArguments],
) -> Shock:
    """Shocks of `velocity` (m/s), or of that many times the speed of sound (`mach`), in gas mixtures at rest.

    `temperature` (K) and `pressure` (Pa) are those of the gas before the shock. `propellant` are the arguments of
    `engine.arrays.inputs.PropellantArguments`, such as `reactants` with their `mole_fraction`; liquids are taken as
    their vapour. `incident` and `reflected` say whether the gas behind is in "equilibrium" or keeps its composition
    ("frozen"); None leaves the reflection out. `only`, `omit` and `ions` choose among the products
    (`engine.thermo.species.product_species`). Raises SpecError for an unknown propellant, product or model, for a
    propellant that is no gas of NASA's data, where not one of velocity and mach is given, and for shapes that do not
    broadcast.

    >>> gas = [{"name": "N2", "mole_fraction": 0.79}, {"name": "O2", "mole_fraction": 0.21}]
    >>> shock(reactants=gas, temperature=300.0, pressure=1e4, mach=[3.0, 6.0]).incident.temperature.round(0)
    array([ 786., 2095.])
    """
    require(temperature=temperature, pressure=pressure)
    _check(incident, reflected, velocity, mach)
    given = {"temperature": temperature, "pressure": pressure, "velocity": velocity, "mach": mach}
    shape, gas, flat = gases_of(propellant, **given)
    heat, at_pressure, speed = flat["temperature"], flat["pressure"], flat["velocity"]
    if mach is not None:
        with np.errstate(all="ignore"):
            speed = flat["mach"] * gas.properties(heat, at_pressure).sound_speed
    products = products_of(gas.species.elements, gas.element_moles, only=only, omit=omit, ions=ions)
    found = solve_shock(products, gas, heat, at_pressure, speed, incident=incident, reflected=reflected)
    return Shock(
        WaveState.of(found.initial, shape),
        WaveState.of(found.incident, shape),
        None if found.reflected is None else WaveState.of(found.reflected, shape),
        found.status.reshape(shape),
    )


def _check(incident: str, reflected: str | None, velocity: ArrayLike | None, mach: ArrayLike | None) -> None:
    problems = []
    for field, model in (("incident", incident), ("reflected", "frozen" if reflected is None else reflected)):
        if not isinstance(model, str) or model not in SHOCK_MODELS:
            message = (
                f"{model!r} is no model of the gas behind a shock; give one of {', '.join(SHOCK_MODELS)}"
            )
            problems.append(Problem(field, message, model))
    if (velocity is None) == (mach is None):
        stated = "is missing" if velocity is None else "is given beside mach"
        problems.append(Problem("velocity", f"{stated}; give either velocity (m/s) or mach"))
    if problems:
        raise SpecError(problems)
