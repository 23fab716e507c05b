"""Chosen numbers of many liquid engines, as columns: nothing is made for a motor alone."""

from collections.abc import Sequence

import numpy as np

from engine.liquid.combustion import Combustion, burn
from engine.liquid.headlines import geometry, headlines
from engine.liquid.refusals import checked, refusal
from engine.liquid.sizing import size_motors
from engine.nozzle.tables import at_station
from engine.spec import LiquidSpec
from engine.tabulation import Table, needs_transport
from engine.thermo.status import Status


def tabulate_liquid(specs: Sequence[LiquidSpec], outputs: Sequence[str]) -> Table:
    """The `outputs`, paths of a result, of all specifications; those without an answer have NaN and an error."""
    usable = [checked(spec) for spec in specs]
    table = Table.begun(usable, outputs)
    needed = {
        "with_composition": any(path.startswith("composition.") for path in outputs),
        "with_transport": needs_transport(outputs),
    }
    for combustion in burn(usable, **needed):
        _put(table, specs, combustion)
    return table


def _put(table: Table, specs: Sequence[LiquidSpec], combustion: Combustion) -> None:
    members, flow = [specs[place] for place in combustion.places], combustion.stations
    with np.errstate(all="ignore"):
        performance = size_motors(members, flow)
        known = headlines(members, flow, performance)
        known |= {f"geometry.{name}": values for name, values in geometry(members, performance).items()}
    unsolved = (flow.status != Status.CONVERGED) | ~np.isfinite(performance.throat_area)
    for path, column in table.columns.items():
        values = known[path] if path in known else at_station(flow, combustion.products, path)
        column[combustion.places] = np.where(unsolved, np.nan, values)
    for row in np.flatnonzero(unsolved).tolist():
        place = combustion.places[row]
        error = refusal(specs[place], flow, performance, row)
        if error is not None:
            table.errors[place] = error
