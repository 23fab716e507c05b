"""Many answers as a table: only the numbers that are asked for, a column each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import AnalysisError
from engine.outputs import HEADLINES, check_outputs
from engine.parsing import parse_spec, require_list
from engine.registry import MOTOR_TYPES
from engine.spec import AnalysisSpec
from engine.thermo.nasa_polynomials import Array

TRANSPORT = ("viscosity", "conductivity", "prandtl")


@dataclass(frozen=True)
class Table:
    """Answers to N specifications: `columns` (N,) by the path of the output, SI, NaN where there is no number;
    `errors` by the place of the specification that has no answer.
    """

    columns: dict[str, Array]
    errors: dict[int, AnalysisError]

    @classmethod
    def begun(cls, items: Sequence[object], outputs: Sequence[str]) -> "Table":
        """Without a number yet; those of `items` that are errors already are kept as such."""
        errors = {place: item for place, item in enumerate(items) if isinstance(item, AnalysisError)}
        return cls({path: np.full(len(items), np.nan) for path in outputs}, errors)

    def put(
        self,
        places: Sequence[int],
        values: Mapping[str, Array | float],
        refusals: Sequence[AnalysisError | None],
    ) -> None:
        """Sets the numbers of the cases at `places`, (M,) by path, but for those that are refused."""
        refused = {place: error for place, error in zip(places, refusals, strict=True) if error is not None}
        self.errors.update(refused)
        for path, column in self.columns.items():
            column[list(places)] = values[path]
            column[list(refused)] = np.nan


def needs_transport(outputs: Sequence[str]) -> bool:
    """Whether any of the `outputs` is a transport property."""
    return any(path.endswith(TRANSPORT) for path in outputs)


def tabulate(specs: Sequence[Mapping[str, Any] | AnalysisSpec], outputs: Sequence[str] = HEADLINES) -> Table:
    """The `outputs` of all `specs`: the numbers of `analyze_many`, several times faster, as nothing else is made.

    `outputs` are paths of a result: `c_star`, `stations.exit.temperature`, `geometry.throat_diameter`,
    `composition.exit.CO2` (a species that is not there has 0). What is wrong with one case changes no other; no case is
    compared with NASA CEA. Raises SpecError for an output that no result has.

    >>> liquid = {"motor_type": "liquid", "chamber_pressure": 7e6, "nozzle": {"area_ratio": 40.0}}
    >>> pairs = [{"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": ratio} for ratio in (5.0, 6.0)]
    >>> table = tabulate([liquid | {"propellant": pair} for pair in pairs], ["specific_impulse_vacuum"])
    >>> table.columns["specific_impulse_vacuum"].round(1).tolist()
    [454.9, 451.7]
    """
    require_list(specs)
    check_outputs(outputs)
    table = Table.begun(specs, outputs)
    groups: dict[str, list[tuple[int, AnalysisSpec]]] = {}
    for place, given in enumerate(specs):
        try:
            spec = parse_spec(given)
        except AnalysisError as error:
            table.errors[place] = error
        else:
            groups.setdefault(spec.motor_type, []).append((place, spec))
    for motor_type, members in groups.items():
        places = np.array([place for place, _ in members])
        part = MOTOR_TYPES[motor_type].load_tabulator()([spec for _, spec in members], outputs)
        for path in outputs:
            table.columns[path][places] = part.columns[path]
        table.errors.update((members[row][0], error) for row, error in part.errors.items())
    return table
