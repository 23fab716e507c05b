"""A piece of a study: what one worker solves, and how its bytes are told from those of others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.studies.kinds import Study
from engine.studies.storage import fingerprint

Keep = Callable[[bytes, int], bool]
"""Told how far a piece is: the state to go on from, and its cases done. Answers whether to go on."""


@dataclass(frozen=True)
class Piece:
    """The cases `first` to `last` of a study, both included."""

    index: int
    first: int
    last: int

    @property
    def cases(self) -> int:
        """How many they are."""
        return self.last - self.first + 1


def identity_of(study: Study, piece: Piece) -> dict[str, Any]:
    """What must be the same where a state is taken up, or a part put to others."""
    return {"study": fingerprint(study), "piece": piece.index, "first": piece.first, "last": piece.last}
