"""What a shard leaves: its lines of the results and of the errors, and its headline numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from chalicelib.domain.batch import RowProblem, ShardCounts
from chalicelib.services.batch_rows import Row
from chalicelib.services.batch_summary import ShardSummary
from chalicelib.services.batch_tables import HEADLINES, error_row, result_row
from chalicelib.services.deviations import DEVIATIONS, deviations_of
from chalicelib.services.solving import Answer, Numbers

REMEDY = "give values that the engine has an answer for, or leave the row out"


class Lines(NamedTuple):
    """Lines of the results and of the errors, each in the order of the file."""

    rows: list[list[Any]]
    errors: list[list[Any]]

    def sorted(self) -> "Lines":
        return Lines(*(sorted(lines, key=lambda line: int(line[0])) for lines in self))


@dataclass
class Part:
    """The part of a batch whose own columns are `columns`; where it is `compared`, with deviations.

    `answers` are the names of the numbers of a case, the HEADLINES first, which the database keeps. `late` are rows
    from further on in the file, beyond those of the shard. Of `headlines` each is line, status, code of the error, and
    the numbers.
    """

    columns: Sequence[str]
    compared: bool
    answers: Sequence[str] = HEADLINES
    main: Lines = field(default_factory=lambda: Lines([], []))
    late: Lines = field(default_factory=lambda: Lines([], []))
    headlines: list[tuple[Any, ...]] = field(default_factory=list)
    failed: int = 0
    refused: int = 0
    solved: list[Sequence[float | None]] = field(default_factory=list)
    summary: ShardSummary = field(default_factory=ShardSummary)

    @property
    def counts(self) -> ShardCounts:
        """How far it is, without the summary, which `close` makes."""
        return ShardCounts(len(self.solved), self.failed, self.refused)

    def close(self) -> ShardCounts:
        """The counts with the summary, once all is added."""
        self.summary.count(self.answers, self.solved)
        self.summary.late = bool(self.late.rows or self.late.errors)
        return replace(self.counts, summary=self.summary.as_dict())

    def refuse(self, *problems: RowProblem, into: Lines) -> None:
        """Adds a row that is no case."""
        self.refused += 1
        into.errors.extend(map(error_row, problems))

    def add(self, row: Row, answer: Numbers | Answer, into: Lines) -> None:
        """Adds a case with what came of it; one whose specification is none is refused."""
        if not isinstance(answer, Answer):
            self._solve(row, answer, {}, into)
        elif answer.result is not None:
            numbers = tuple(answer.result.get(name) for name in self.answers)
            self._solve(row, numbers, deviations_of(answer.result), into)
        elif answer.problems:
            self.refuse(*(_refusal(row, problem) for problem in answer.problems), into=into)
        else:
            self._fail(row, answer, into)

    def _solve(
        self,
        row: Row,
        numbers: Sequence[float | None],
        deviations: Mapping[str, float | None],
        into: Lines,
    ) -> None:
        into.rows.append(result_row(row.line, self._cells(row), numbers, None, self._deviations(deviations)))
        self.headlines.append((row.line, "succeeded", None, *numbers[: len(HEADLINES)]))
        self.solved.append(numbers)
        self.summary.compare(row.line, deviations)

    def _fail(self, row: Row, answer: Answer, into: Lines) -> None:
        error, remedy = answer.error, REMEDY
        if error is None:
            kind = type(answer.surprise).__name__
            error = {"code": "internal_error", "message": f"the engine broke: {kind}"}
            remedy = "report this line; the other rows do not depend on it"
        self.failed += 1
        nothing = (None,) * len(self.answers)
        into.rows.append(result_row(row.line, self._cells(row), nothing, error, self._deviations({})))
        into.errors.append(error_row(RowProblem(row.line, "", "", error["message"], remedy)))
        self.headlines.append((row.line, "failed", error["code"], *nothing[: len(HEADLINES)]))

    def _cells(self, row: Row) -> list[str]:
        return [row.cells.get(name, "") for name in self.columns]

    def _deviations(self, found: Mapping[str, float | None]) -> list[float | None]:
        return [found.get(name) for name in DEVIATIONS] if self.compared else []


def _refusal(row: Row, problem: Any) -> RowProblem:
    value = row.cells.get(problem.field, "")
    if not value and isinstance(problem.value, str | int | float):
        value = str(problem.value)
    return RowProblem(row.line, problem.field, value, problem.message, problem.hint)
