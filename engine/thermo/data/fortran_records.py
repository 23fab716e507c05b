"""Reader of the binary files that NASA's CEA compiles its databases into.

Both files are sequences of Fortran records (a length, the bytes, the length again). The layouts are those
that the fields of `thermo.lib` and `trans.lib` of `cea` 3.3 have; every count that a file states is checked.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

THREE_INTERVALS = struct.Struct("<27d")
SPECIES_HEAD = struct.Struct("<15si6s" + "2sd" * 5 + "i3d")
TRANSPORT_RECORD = struct.Struct("<16s16s36d")
ELECTRON_PHASE, GAS_PHASE = -1, 0


class FormatError(ValueError):
    """A file that does not hold what it should."""


class SpeciesRecord(NamedTuple):
    """One species, or one temperature interval of a condensed one, as the file has it.

    `intervals` are (low, high) in K for each row of nine in `coefficients`; `enthalpy` (J/mol) is given
    instead of coefficients for reactants known at one temperature only, then `temperature` (K) is that one.
    """

    name: str
    date: str
    formula: dict[str, float]
    is_condensed: bool
    is_reactant_only: bool
    molar_mass: float
    intervals: tuple[tuple[float, float], ...]
    coefficients: tuple[tuple[float, ...], ...]
    temperature: float | None
    enthalpy: float | None


class TransportRecord(NamedTuple):
    """Fits of one species, or of a pair's interaction: rows of (low, high, A, B, C, D)."""

    first: str
    second: str
    viscosity: tuple[tuple[float, ...], ...]
    conductivity: tuple[tuple[float, ...], ...]


def read_species(path: Path) -> Iterator[SpeciesRecord]:
    """All records of `thermo.lib`, products first; raises FormatError where the file is another."""
    records = _records(path)
    found = 0
    with _known_layout(path):
        *bounds, gases, products, species = struct.unpack_from("<4d3i", next(records, b""))
        for record in records:
            found += 1
            yield _species(record, records, bounds, reactant_only=found > products)
    if found != species or gases > products:
        raise FormatError(f"{path} states {species} records and holds {found}; is it another release?")


def read_transport(path: Path) -> Iterator[TransportRecord]:
    """All records of `trans.lib`; raises FormatError where the file is another."""
    records = _records(path)
    found = 0
    with _known_layout(path):
        (stated,) = struct.unpack("<i", next(records, b""))
        for record in records:
            found += 1
            first, second, *values = TRANSPORT_RECORD.unpack(record)
            rows = [tuple(values[6 * row : 6 * row + 6]) for row in range(6)]
            yield TransportRecord(_text(first), _text(second), _filled(rows[:3]), _filled(rows[3:]))
    if found != stated:
        raise FormatError(f"{path} states {stated} records and holds {found}; is it another release?")


@contextmanager
def _known_layout(path: Path) -> Iterator[None]:
    try:
        yield
    except (struct.error, UnicodeDecodeError) as error:
        raise FormatError(
            f"{path} has a record of another layout ({error}); is it another release?"
        ) from error


def _filled(rows: list[tuple[float, ...]]) -> tuple[tuple[float, ...], ...]:
    return tuple(row for row in rows if row[1] > 0)


def _records(path: Path) -> Iterator[bytes]:
    content = path.read_bytes()
    place = 0
    while place < len(content):
        length = int.from_bytes(content[place : place + 4], "little", signed=True)
        end = place + 4 + length
        if length < 0 or content[end : end + 4] != content[place : place + 4]:
            raise FormatError(f"{path} is no file of Fortran records: byte {place} starts none")
        yield content[place + 4 : end]
        place = end + 4


def _text(field: bytes) -> str:
    """A name; NASA stars those that have transport data."""
    return field.decode("ascii").strip().removeprefix("*")


def _species(
    record: bytes, records: Iterator[bytes], bounds: list[float], *, reactant_only: bool
) -> SpeciesRecord:
    name, count, date, *symbols, phase, low, high, molar_mass = SPECIES_HEAD.unpack_from(record)
    formula = {
        _text(symbol).capitalize(): float(number)
        for symbol, number in zip(symbols[::2], symbols[1::2], strict=True)
        if number
    }
    is_condensed = phase > GAS_PHASE
    intervals = _intervals(count, is_condensed, low, high, bounds)
    return SpeciesRecord(
        name=_text(name),
        date=_text(date),
        formula=formula,
        is_condensed=is_condensed,
        is_reactant_only=reactant_only,
        molar_mass=molar_mass * 1e-3,
        intervals=intervals,
        coefficients=_coefficients(record, records, len(intervals), reactant_only=reactant_only),
        temperature=None if count else low,
        enthalpy=None if count else struct.unpack_from("<d", record, SPECIES_HEAD.size)[0],
    )


def _intervals(
    count: int, is_condensed: bool, low: float, high: float, bounds: list[float]
) -> tuple[tuple[float, float], ...]:
    """A condensed species has one interval a record; a gas has `count` of the file's common ones."""
    if not count:
        return ()
    if is_condensed:
        return ((low, high),)
    return tuple(pairwise(bounds[: count + 1]))


def _coefficients(
    record: bytes, records: Iterator[bytes], count: int, *, reactant_only: bool
) -> tuple[tuple[float, ...], ...]:
    if not count:
        return ()
    content = next(records, b"") if reactant_only else record[SPECIES_HEAD.size :]
    values = struct.unpack_from(f"<{9 * count}d", content)
    return tuple(values[9 * row : 9 * row + 9] for row in range(count))
