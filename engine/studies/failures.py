"""Cases without an answer: which they are, why, and what they do to the study."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import AnalysisError
from engine.studies.storage import Arrays

NAMED = 20
"""Failed cases that are told of one by one; of the others there are counts, and their codes in the table."""
MANY = 0.01
"""Share of failed cases, from which on the numbers of a study deserve a warning."""


@dataclass
class Failures:
    """Failed cases in rising order, the code of each by its place in `codes`, and the first messages."""

    rows: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def add(self, first: int, errors: Mapping[int, AnalysisError]) -> None:
        """The errors of a block whose first case is `first`."""
        for place in sorted(errors):
            self.put(first + place, errors[place].code, errors[place].message)

    def put(self, row: int, code: str, message: str | None) -> None:
        """One more failed case; `message` is None where it is not known any more."""
        if code not in self.codes:
            self.codes.append(code)
        self.rows.append(row)
        self.kinds.append(self.codes.index(code))
        if message is not None and len(self.messages) < NAMED:
            self.messages.append(message)

    def arrays(self) -> Arrays:
        """The cases, and the places of their codes."""
        return {"failed": np.array(self.rows, dtype=np.int64), "kinds": np.array(self.kinds, dtype=np.int64)}

    def header(self) -> dict[str, Any]:
        """The texts."""
        return {"codes": list(self.codes), "messages": list(self.messages)}

    @classmethod
    def of(cls, header: Mapping[str, Any], arrays: Arrays) -> "Failures":
        """As they were kept."""
        rows, kinds = (arrays[name].tolist() for name in ("failed", "kinds"))
        return cls(rows, kinds, list(header["codes"]), list(header["messages"]))

    def extend(self, other: "Failures") -> None:
        """Those of the next piece."""
        for place, (row, kind) in enumerate(zip(other.rows, other.kinds, strict=True)):
            message = other.messages[place] if place < len(other.messages) else None
            self.put(row, other.codes[kind], message)

    def column(self, cases: int) -> NDArray[Any]:
        """(N,) The code of each case, empty text where it has an answer."""
        names = np.empty(len(self.codes) + 1, dtype=object)
        names[:] = [*self.codes, ""]
        kinds = np.full(cases, -1)
        kinds[self.rows] = self.kinds
        return np.asarray(names[kinds])

    def document(self, names: Sequence[str], columns: Sequence[NDArray[Any]]) -> dict[str, Any]:
        """Counts by code, and the first cases with the values of their variables, for the summary."""
        count = np.bincount(np.array(self.kinds, dtype=np.int64), minlength=len(self.codes))
        return {
            "count": len(self.rows),
            "codes": {code: int(number) for code, number in zip(self.codes, count, strict=True)},
            "cases": [
                {
                    "case": row,
                    "variables": {
                        name: column[row : row + 1].tolist()[0]
                        for name, column in zip(names, columns, strict=True)
                    },
                    "code": self.codes[kind],
                    "message": message,
                }
                for row, kind, message in zip(self.rows, self.kinds, self.messages, strict=False)
            ],
        }

    def warnings(self, cases: int) -> list[dict[str, str]]:
        """A warning where too many cases failed."""
        share = len(self.rows) / max(1, cases)
        if share <= MANY:
            return []
        message = (
            f"{len(self.rows):,} of {cases:,} cases ({share:.1%}) have no answer and are in no statistic; what is said "
            "holds for the others, and may be one-sided"
        )
        return [{"code": "many_failed", "message": message}]
