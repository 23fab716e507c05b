"""What a batch amounts to: the range of every answer, and the worst deviation from the reference."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class ShardSummary:
    """Ranges over the solved rows of a shard; summaries add up to the batch's, in any order."""

    engine_seconds: float = 0.0
    duplicates: int = 0
    late: bool = False
    pace: dict[str, Any] | None = None
    ranges: dict[str, dict[str, float]] = field(default_factory=dict)
    worst_deviation: dict[str, Any] | None = None

    def count(self, names: Sequence[str], answers: Sequence[Sequence[float | None]]) -> None:
        """Takes in the numbers of solved rows, in the order of their `names`."""
        import numpy as np

        if not answers:
            return
        for name, column in zip(names, np.array(answers, dtype=float).T, strict=True):
            known = column[np.isfinite(column)]
            if len(known):
                found = len(known), known.min(), known.max(), known.sum()
                kinds = ("count", "minimum", "maximum", "sum")
                self._widen(name, dict(zip(kinds, map(float, found), strict=True)))

    def compare(self, line: int, deviations: Mapping[str, float | None]) -> None:
        """Takes in the deviations of one row, in percent."""
        for quantity, percent in deviations.items():
            if percent is not None:
                self._keep_worst({"percent": percent, "quantity": quantity, "line": line})

    def merge(self, stored: Mapping[str, Any]) -> None:
        """Counts the rows of another shard, as its `as_dict` was stored."""
        self.engine_seconds += stored.get("engine_seconds", 0.0)
        self.duplicates += stored.get("duplicates", 0)
        for name, widened in stored.get("ranges", {}).items():
            self._widen(name, widened)
        if stored.get("worst_deviation"):
            self._keep_worst(stored["worst_deviation"])

    def as_dict(self) -> dict[str, Any]:
        return {
            "pace": self.pace,
            "late": self.late,
            "ranges": self.ranges,
            "worst_deviation": self.worst_deviation,
            "engine_seconds": self.engine_seconds,
            "duplicates": self.duplicates,
        }

    def _widen(self, name: str, other: Mapping[str, float]) -> None:
        known = self.ranges.get(name)
        if known is None:
            self.ranges[name] = dict(other)
            return
        known["count"] += other["count"]
        known["sum"] += other["sum"]
        known["minimum"] = min(known["minimum"], other["minimum"])
        known["maximum"] = max(known["maximum"], other["maximum"])

    def _keep_worst(self, candidate: Mapping[str, Any]) -> None:
        if self.worst_deviation is None or abs(candidate["percent"]) > abs(self.worst_deviation["percent"]):
            self.worst_deviation = dict(candidate)


def summarise(summaries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The stored summaries of all shards as one: minimum, mean and maximum of every answer."""
    whole = ShardSummary()
    for stored in summaries:
        whole.merge(stored)
    ranges = {
        name: {
            "minimum": known["minimum"],
            "mean": known["sum"] / known["count"],
            "maximum": known["maximum"],
        }
        for name, known in whole.ranges.items()
    }
    return {
        "ranges": ranges,
        "worst_deviation": whole.worst_deviation,
        "engine_seconds": whole.engine_seconds,
        "duplicates": whole.duplicates,
    }
