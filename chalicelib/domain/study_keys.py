"""Where the files of a study lie."""

from typing import NamedTuple
from uuid import UUID

WORK = "work"
"""What lies below is needed only until its study ends; the bucket's rules remove it after some weeks."""


class StudyKeys(NamedTuple):
    """The keys of what a study leaves in the results bucket."""

    project: str
    study_id: UUID

    @property
    def summary(self) -> str:
        return f"{self.project}/{self.study_id}/summary.json"

    def table(self, kind: str) -> str:
        """The table of cases, as csv or parquet."""
        return f"{self.project}/{self.study_id}/cases.{kind}"

    def state(self, piece: int) -> str:
        """How far a piece is: the checkpoint that the next attempt begins at."""
        return f"{WORK}/{self.project}/{self.study_id}/states/{piece:06}"

    def part(self, piece: int) -> str:
        """What a piece that is solved left."""
        return f"{WORK}/{self.project}/{self.study_id}/parts/{piece:06}"
