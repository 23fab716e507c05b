"""Batch files of JSON-lines: a specification a line."""

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.domain.batch import RowProblem
from chalicelib.services.batch_columns import implied_motor_type
from chalicelib.services.batch_grids import Grids, grids_in
from chalicelib.services.batch_rows import MOST_COLUMNS, NOTHING, NUMBER, Record, Row, Weight, copied, flatten

MAYBE_GRID = re.compile(rf'"\s*{NUMBER}\s*:')


class JsonFormat:
    """Keeps `batch_rows.Format`: specifications over `constants`; texts that are grids make up to `most` cases.

    Its columns are those known `first`, then the paths that the weighed records use.
    """

    def __init__(self, constants: Mapping[str, Any], most: int, first: Iterable[str] = ()) -> None:
        self.constants = copied(dict(constants))
        self.columns = list(first)
        self._known = set(self.columns)
        self._most = most
        self._has_grids = bool(grids_in(flatten(self.constants)))

    def described(self) -> dict[str, Any]:
        return {"kind": "jsonl", "constants": self.constants, "most": self._most}

    def records(self, lines: Iterator[str], first: int) -> Iterator[Record]:
        return (Record(number, line) for number, line in enumerate(lines, first))

    def weigh(self, record: Record) -> Weight:
        own = _parsed(record)
        if own is None:
            return NOTHING
        if isinstance(own, RowProblem):
            return Weight(1)
        self._learn(path for path, _ in flatten(own))
        cases = 1
        if self._has_grids or MAYBE_GRID.search(record.text):
            grids = grids_in(flatten(self._spec(own)))
            self._learn(grids)
            cases = Grids(grids, self._most).cases
        both = {**self.constants, **own}
        motor_type = both.get("motor_type")
        return Weight(
            cases, motor_type if isinstance(motor_type, str) else None, both.get("validate") is True
        )

    def rows(self, record: Record, first: int = 0) -> Iterator[Row | RowProblem]:
        own = _parsed(record)
        if own is None or isinstance(own, RowProblem):
            yield from () if own is None else (own,)
            return
        spec = self._spec(own)
        paths = dict(flatten(spec))
        if "motor_type" not in spec and (implied := implied_motor_type(tuple(paths))):
            spec["motor_type"] = implied
        row = Row(record.line, spec, {path: _written(value) for path, value in flatten(own)})
        grids = grids_in(paths.items()) if self._has_grids or MAYBE_GRID.search(record.text) else {}
        if grids:
            yield from Grids(grids, self._most).of(row, first)
        else:
            yield row

    def _learn(self, paths: Iterable[str]) -> None:
        new = [path for path in paths if path not in self._known]
        if new and len(self.columns) + len(new) <= MOST_COLUMNS:
            self._known.update(new)
            self.columns.extend(dict.fromkeys(new))

    def _spec(self, own: dict[str, Any]) -> dict[str, Any]:
        return _over(copied(self.constants), own) if self.constants else own


def _parsed(record: Record) -> dict[str, Any] | RowProblem | None:
    """The object of a line; None where it is blank."""
    text = record.text.strip()
    if not text:
        return None
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
        deque(flatten(found), maxlen=0)  # what is nested without end breaks here
    except (ValueError, RecursionError) as error:
        message = f"the line is not JSON: {error}"
        return RowProblem(record.line, "", text[:200], message, "write one object a line")
    if isinstance(found, dict):
        return found
    message = "the line is not a JSON object"
    return RowProblem(record.line, "", text[:200], message, "write one object a line")


def _over(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    """The members of `top` over those of `base`, objects within objects too."""
    for name, value in top.items():
        inner = base.get(name)
        base[name] = _over(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return base


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number that can be computed with")


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
