"""Chosen numbers of many solid motors, as columns: nothing is made for a motor alone."""

from collections.abc import Sequence

import numpy as np

from engine.solid.answers import geometry
from engine.solid.burning import Burn, burn, mean_points
from engine.solid.histories import PORT_NUMBERS
from engine.solid.refusals import checked, refusal
from engine.solid_spec import SolidSpec
from engine.tabulation import Table, needs_transport
from engine.thermo.nasa_polynomials import Array


def tabulate_solid(specs: Sequence[SolidSpec], outputs: Sequence[str]) -> Table:
    """The `outputs`, paths of a result, of all specifications; those without an answer have NaN and an error."""
    usable = [checked(spec) for spec in specs]
    table = Table.begun(usable, outputs)
    for burnt in burn(usable, detailed=any(path in PORT_NUMBERS for path in outputs)):
        with np.errstate(all="ignore"):
            values = _values(burnt, outputs)
        refusals = [refusal(specs[place], burnt, row) for row, place in enumerate(burnt.places)]
        table.put(burnt.places, values, refusals)
    return table


def _values(burnt: Burn, outputs: Sequence[str]) -> dict[str, Array | float]:
    sizes = {f"geometry.{name}": values for name, values in geometry(burnt.motors).items()}
    known: dict[str, Array | float] = {**burnt.histories.numbers, **sizes}
    if all(path in known for path in outputs):
        return {path: known[path] for path in outputs}
    mean = mean_points(burnt, detailed=needs_transport(outputs))
    known |= mean.numbers()
    return {path: known[path] if path in known else mean.at(path) for path in outputs}
