"""Chosen numbers of many hybrid motors, as columns: nothing is made for a motor alone."""

from collections.abc import Sequence

import numpy as np

from engine.hybrid.answers import MeanPoints, geometry
from engine.hybrid.burning import Burn, burn
from engine.hybrid.cautions import Judgement
from engine.hybrid.refusals import checked, refusal
from engine.hybrid.sizing import sized
from engine.hybrid_spec import HybridSpec
from engine.nozzle.tables import at_station
from engine.tabulation import Table, needs_transport
from engine.thermo.nasa_polynomials import Array


def tabulate_hybrid(specs: Sequence[HybridSpec], outputs: Sequence[str]) -> Table:
    """The `outputs`, paths of a result, of all specifications; those without an answer have NaN and an error."""
    usable = sized([checked(spec) for spec in specs], checked)
    table = Table.begun(usable, outputs)
    for burnt in burn(usable):
        with np.errstate(all="ignore"):
            values = _values(burnt, outputs)
        members = enumerate(usable[place] for place in burnt.places)
        refusals = [
            refusal(spec, burnt, row) if isinstance(spec, HybridSpec) else spec for row, spec in members
        ]
        table.put(burnt.places, values, refusals)
    return table


def _values(burnt: Burn, outputs: Sequence[str]) -> dict[str, Array | float]:
    known = burnt.histories.numbers | {f"geometry.{name}": values for name, values in geometry(burnt).items()}
    if "best_mixture_ratio" in outputs:
        known["best_mixture_ratio"] = Judgement.of(burnt).best_ratio
    if all(path in known for path in outputs):
        return {path: known[path] for path in outputs}
    mean = MeanPoints.of(burnt, detailed=needs_transport(outputs))
    known |= mean.numbers()
    return {
        path: known[path] if path in known else at_station(mean.stations, mean.products, path)
        for path in outputs
    }
