import gzip
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.batch import RowProblem
from chalicelib.domain.errors import InvalidRequestError
from chalicelib.services import batch_rows
from chalicelib.services.batch_files import open_batch
from chalicelib.services.batch_rows import Format, Row, parse_cell, set_path

MOST = 1_000


def read(text: str | bytes, name: str = "a.csv") -> tuple[Format, list[Row | RowProblem]]:
    stream = io.BytesIO(text.encode() if isinstance(text, str) else text)
    how, records = open_batch(stream, name, most=MOST)
    found: list[Row | RowProblem] = []
    for record in records:
        rows = list(how.rows(record))
        assert how.weigh(record).cases == len(rows)
        found += rows
    return how, found


def specs(text: str | bytes, name: str = "a.csv") -> list[Any]:
    return [row.spec for row in read(text, name)[1] if isinstance(row, Row)]


def test_columns_are_dotted_paths_and_an_empty_cell_leaves_its_field_out() -> None:
    file, rows = read("propellant.fuel,chamber_pressure,validate\nRP-1,7e6,true\nLH2,,\n")
    assert file.columns == ["propellant.fuel", "chamber_pressure", "validate"]
    assert [(row.line, row.spec) for row in rows if isinstance(row, Row)] == [
        (
            2,
            {
                "motor_type": "liquid",
                "propellant": {"fuel": "RP-1"},
                "chamber_pressure": 7e6,
                "validate": True,
            },
        ),
        (3, {"motor_type": "liquid", "propellant": {"fuel": "LH2"}}),
    ]


def test_lines_at_the_head_are_constants_for_every_row_which_a_cell_overrides() -> None:
    constants = "# a study of mine\n# motor_type: liquid\n# nozzle.area_ratio = 40\n"
    text = constants + "nozzle.area_ratio,thrust\n,1\n9,2\n"
    assert specs(text) == [
        {"motor_type": "liquid", "nozzle": {"area_ratio": 40}, "thrust": 1},
        {"motor_type": "liquid", "nozzle": {"area_ratio": 9}, "thrust": 2},
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_spreadsheets_of_every_country_are_read(delimiter: str) -> None:
    text = f"\ufeffa{delimiter}b\r\n1{delimiter}x\r\n"
    assert specs(text) == [{"a": 1, "b": "x"}]


def test_line_numbers_are_those_of_the_file_with_blank_and_quoted_lines_counted() -> None:
    _, rows = read('# k: 1\na,b\n\n"two\nlines",1\n,\n3\nlast,4\n')
    assert [(type(row).__name__, row.line) for row in rows] == [("Row", 4), ("RowProblem", 7), ("Row", 8)]


@pytest.mark.parametrize("line", ["1", "1,2,3"])
def test_a_row_of_another_length_than_the_header_is_refused_and_the_next_is_read(line: str) -> None:
    _, (refused, good) = read(f"a,b\n{line}\n5,6\n")
    assert isinstance(refused, RowProblem)
    assert "cells and the header 2" in refused.message
    assert refused.hint
    assert isinstance(good, Row)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"# only: constants\n", "is empty"),
        (b"a,a\n1,2\n", "name of its own"),
        (b"a,,b\n1,2,3\n", "name of its own"),
        ("a\n1\n".encode("utf-16-le"), "UTF-16 without its mark"),
        ("a\n1\n".encode("utf-16") + b"x", "not UTF-16"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", r"line 1 is not UTF-8 text \(byte 0x89"),
        ("a\n1\nMäx\n".encode("latin-1"), r"line 3 is not UTF-8 text \(byte 0xe4, as in Latin-1"),
        (b"\x1f\x8bnot compressed", "compressed file"),
        (gzip.compress(b"a\n" + b"1\n" * 50_000, mtime=0)[:-40], "compressed file is broken"),
        (b"a\n\xff\n", "not UTF-8"),
        (b"a\n" + b"9" * 70_000, "more than 65536 characters"),
    ],
)
def test_a_file_that_cannot_be_a_batch_says_why(content: bytes, part: str) -> None:
    with pytest.raises(InvalidRequestError, match=part):
        read(content)


def test_a_file_of_another_kind_is_refused_by_its_name() -> None:
    with pytest.raises(InvalidRequestError, match=r"\.csv, \.jsonl, \.parquet"):
        read("a", "a.xlsx")


def test_json_lines_are_specifications_and_their_paths_become_the_columns() -> None:
    file, rows = read('{"a": {"b": 1}, "c": "x"}\n\n{"a": {"d": true}}\nnope\n[1]\n{"a": NaN}\n', "A.JSONL")
    assert [row.spec for row in rows if isinstance(row, Row)] == [
        {"a": {"b": 1}, "c": "x"},
        {"a": {"d": True}},
    ]
    assert [row.line for row in rows] == [1, 3, 4, 5, 6]
    assert file.columns == ["a.b", "c", "a.d"]


def test_json_nested_without_end_is_a_refused_row_and_not_a_crash() -> None:
    _, (row,) = read("[" * 60_000, "a.jsonl")
    assert isinstance(row, RowProblem)


def test_a_file_is_read_as_it_streams() -> None:
    class Endless(io.RawIOBase):
        def __init__(self) -> None:
            self.read_bytes = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            text = b"a\n" if self.read_bytes == 0 else b"1\n"
            buffer[: len(text)] = text
            self.read_bytes += len(text)
            return len(text)

    source = Endless()
    how, records = open_batch(io.BufferedReader(source, 16), "a.csv", most=MOST)
    for _, record in zip(range(100), records, strict=False):
        assert how.weigh(record).cases == 1
    assert source.read_bytes < 100_000


@pytest.mark.parametrize(
    ("cell", "meaning"),
    [
        ("7e6", 7_000_000),
        ("-2.5", -2.5),
        (".5", 0.5),
        ("TRUE", True),
        ("false", False),
        ("RP-1", "RP-1"),
        ("1e999", "1e999"),
        ("nan", "nan"),
        ("7,5", "7,5"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_cells_mean_numbers_truths_or_text(cell: str, meaning: Any) -> None:
    assert parse_cell(cell) == meaning
    assert type(parse_cell(cell)) is type(meaning)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_survives_being_written_in_a_cell(number: float) -> None:
    assert parse_cell(repr(number)) == number


@given(
    st.dictionaries(
        st.text("abc", min_size=1, max_size=3),
        st.one_of(st.integers(-5, 5), st.dictionaries(st.text("xyz", min_size=1), st.integers(), min_size=1)),
        min_size=1,
    )
)
def test_flattening_and_setting_the_paths_gives_the_specification_back(spec: dict[str, Any]) -> None:
    built: dict[str, Any] = {}
    for path, value in batch_rows.flatten(spec):
        set_path(built, path, value)
    assert built == json.loads(json.dumps(spec))
