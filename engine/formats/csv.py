"""Histories as text with commas: a line of names, then one line for each moment; SI."""

import csv
import io
from collections.abc import Mapping, Sequence

from engine.formats.refusals import refused


def write(history: Mapping[str, Sequence[float]]) -> str:
    """A file of the curves of a history, which are equally long, to the last bit of every number."""
    lengths = {name: len(values) for name, values in history.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"the curves have different lengths: {lengths}")
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(history)
    writer.writerows([repr(float(value)) for value in row] for row in zip(*history.values(), strict=True))
    return file.getvalue()


def read(text: str) -> dict[str, tuple[float, ...]]:
    """The columns of a file by their names. Raises SpecError that names the line where it is wrong."""
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    if not rows:
        raise refused("file", "is empty; its first line has the names of the columns")
    names = [name.strip() for name in rows[0]]
    columns: list[list[float]] = [[] for _ in names]
    for place, row in enumerate(rows[1:], start=2):
        if len(row) != len(names):
            raise refused(f"line {place}", f"has {len(row)} columns; the first line has {len(names)}")
        for name, column, value in zip(names, columns, row, strict=True):
            try:
                column.append(float(value))
            except ValueError:
                raise refused(f"line {place}", f"{name} {value!r} is no number", value) from None
    return {name: tuple(column) for name, column in zip(names, columns, strict=True)}
