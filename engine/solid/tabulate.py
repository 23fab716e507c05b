"""Chosen numbers of many solid motors, as columns: nothing is made for a motor alone."""

from collections.abc import Sequence

import numpy as np

from engine.errors import AnalysisError
from engine.solid.answers import geometry
from engine.solid.burning import Burn, burn, mean_points
from engine.solid.histories import PORT_NUMBERS
from engine.solid.refusals import checked, refusal
from engine.solid_spec import SolidSpec
from engine.tabulation import Table
from engine.thermo.nasa_polynomials import Array

TRANSPORT = ("viscosity", "conductivity", "prandtl")


def tabulate_solid(specs: Sequence[SolidSpec], outputs: Sequence[str]) -> Table:
    """The `outputs`, paths of a result, of all specifications; those without an answer have NaN and an error."""
    table = Table({path: np.full(len(specs), np.nan) for path in outputs}, {})
    usable = [checked(spec) for spec in specs]
    table.errors.update((place, item) for place, item in enumerate(usable) if isinstance(item, AnalysisError))
    for burnt in burn(usable, detailed=any(path in PORT_NUMBERS for path in outputs)):
        with np.errstate(all="ignore"):
            values = _values(burnt, outputs)
        _put(table, specs, burnt, values)
    return table


def _values(burnt: Burn, outputs: Sequence[str]) -> dict[str, Array | float]:
    sizes = {f"geometry.{name}": values for name, values in geometry(burnt.motors).items()}
    known: dict[str, Array | float] = {**burnt.histories.numbers, **sizes}
    if not all(path in known for path in outputs):
        mean = mean_points(burnt, detailed=any(path.endswith(TRANSPORT) for path in outputs))
        known |= mean.numbers()
        known |= {path: mean.at(path) for path in outputs if path not in known and "." in path}
    # a number that only other motor types have
    return {path: known.get(path, np.nan) for path in outputs}


def _put(table: Table, specs: Sequence[SolidSpec], burnt: Burn, values: dict[str, Array | float]) -> None:
    refused = []
    for row, place in enumerate(burnt.places):
        error = refusal(specs[place], burnt, row)
        if error is not None:
            refused.append(place)
            table.errors[place] = error
    for path, column in table.columns.items():
        column[burnt.places] = values[path]
        column[refused] = np.nan
