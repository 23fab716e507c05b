"""Grids, constants and the formats of batch files: what each makes of the same cases."""

import gzip
import io
import json
import math
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.batch import RowProblem
from chalicelib.services.batch_files import open_batch
from chalicelib.services.batch_grids import Grids, grids_in
from chalicelib.services.batch_rows import Row

CASES = [
    {"propellant": {"fuel": "RP-1"}, "chamber_pressure": 7e6},
    {"propellant": {"fuel": "LH2"}, "chamber_pressure": 8e6},
]
CSV = "propellant.fuel,chamber_pressure\nRP-1,7e6\nLH2,8e6\n"
JSON_LINES = "".join(json.dumps(case) + "\n" for case in CASES)


def rows(content: bytes, name: str, constants: dict[str, Any] | None = None, most: int = 1000) -> list[Any]:
    how, records = open_batch(io.BytesIO(content), name, constants, most=most)
    found: list[Any] = []
    for record in records:
        cases = list(how.rows(record))
        assert how.weigh(record).cases == len(cases)
        found += cases
    return found


def specs(content: bytes, name: str, constants: dict[str, Any] | None = None) -> list[Any]:
    return [row.spec for row in rows(content, name, constants) if isinstance(row, Row)]


def liquid(**fields: Any) -> dict[str, Any]:
    return {"motor_type": "liquid", **fields}


def parquet(table: pa.Table) -> bytes:
    stored = io.BytesIO()
    pq.write_table(table, stored)
    return stored.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (CSV.encode(), "a.csv"),
        (CSV.encode("utf-8-sig"), "a.csv"),
        (CSV.encode("utf-16"), "a.csv"),
        (gzip.compress(CSV.encode(), mtime=0), "a.csv.gz"),
        (gzip.compress(CSV.encode(), mtime=0), "a.csv"),
        (JSON_LINES.encode(), "a.jsonl"),
        (JSON_LINES.encode("utf-16"), "a.jsonl"),
        (gzip.compress(JSON_LINES.encode(), mtime=0), "a.jsonl.gz"),
        (parquet(pa.Table.from_pylist(CASES)), "a.parquet"),
        (
            parquet(pa.table({"propellant.fuel": ["RP-1", "LH2"], "chamber_pressure": [7e6, 8e6]})),
            "A.PARQUET",
        ),
    ],
)
def test_every_format_makes_the_same_cases(content: bytes, name: str) -> None:
    assert specs(content, name) == [{**case, "motor_type": "liquid"} for case in CASES]


def test_parquet_leaves_out_nulls_counts_its_rows_and_writes_out_what_is_no_value() -> None:
    table = pa.table(
        {
            "chamber_pressure": [7e6, None, math.nan],
            "thrust": [Decimal("1.5"), Decimal(2), None],
            "altitude": pa.array([None, None, 0], pa.timestamp("s")),
        }
    )
    found = rows(parquet(table), "a.parquet")
    assert [(row.line, row.spec) for row in found] == [
        (1, liquid(chamber_pressure=7e6, thrust=1.5)),
        (2, liquid(thrust=2.0)),
        (3, liquid(chamber_pressure="nan", altitude="1970-01-01 00:00:00")),
    ]


def test_lists_are_columns_by_the_places_of_their_members() -> None:
    ingredients = [{"name": "RP-1", "mass_fraction": 0.9}, {"name": "NH3", "mass_fraction": 0.1}]
    expected = [liquid(propellant={"fuel": ingredients})]
    names = [f"propellant.fuel.{place}.{name}" for place in (0, 1) for name in ("name", "mass_fraction")]
    assert specs(f"{','.join(names)}\nRP-1,0.9,NH3,0.1\n".encode(), "a.csv") == expected
    nested = pa.Table.from_pylist([{"propellant": {"fuel": ingredients}}])
    assert specs(parquet(nested), "a.parquet") == expected
    gridded = json.dumps({"propellant": {"fuel": [{"name": "RP-1", "mass_fraction": "0:1:0.5"}]}})
    fractions = [
        spec["propellant"]["fuel"][0]["mass_fraction"] for spec in specs(gridded.encode(), "a.jsonl")
    ]
    assert fractions == [0.0, 0.5, 1.0]


def test_constants_of_the_request_hold_below_those_of_the_head_and_of_the_row() -> None:
    constants = {"propellant": {"fuel": "CH4", "oxidizer": "LOX"}, "thrust": 1}
    assert specs(b"# thrust: 2\n" + CSV.encode(), "a.csv", constants)[0] == liquid(
        propellant={"fuel": "RP-1", "oxidizer": "LOX"}, chamber_pressure=7e6, thrust=2
    )
    assert specs(b'{"propellant": {"fuel": "LH2"}}\n', "a.jsonl", constants) == [
        liquid(propellant={"fuel": "LH2", "oxidizer": "LOX"}, thrust=1)
    ]


def test_a_grid_at_the_head_makes_cases_of_every_row_and_is_a_column() -> None:
    text = "# propellant.mixture_ratio: 4:5:0.5\nchamber_pressure\n1e6\n2e6\n"
    file = open_batch(io.BytesIO(text.encode()), "a.csv", most=100)
    assert file.format.columns == ["chamber_pressure", "propellant.mixture_ratio"]
    found = rows(text.encode(), "a.csv")
    assert [(row.line, row.spec["propellant"]["mixture_ratio"]) for row in found] == [
        (3, 4.0),
        (3, 4.5),
        (3, 5.0),
        (4, 4.0),
        (4, 4.5),
        (4, 5.0),
    ]
    assert found[1].cells["propellant.mixture_ratio"] == "4.5"


def test_grids_in_cells_multiply_and_a_cell_overrides_a_grid_of_the_head() -> None:
    text = "# thrust: 1:2:1\nchamber_pressure,nozzle.area_ratio,thrust\n1e6:2e6:1e6,10:30:10,\n5,6,7\n"
    found = specs(text.encode(), "a.csv")
    assert len(found) == 2 * 3 * 2 + 1
    assert found[0] == liquid(chamber_pressure=1e6, nozzle={"area_ratio": 10.0}, thrust=1.0)
    assert found[-1] == liquid(chamber_pressure=5, nozzle={"area_ratio": 6}, thrust=7)
    assert len({json.dumps(spec) for spec in found}) == len(found)


def test_grids_work_in_json_lines_and_parquet_too() -> None:
    assert [spec["thrust"] for spec in specs(b'{"thrust": "1:3:1"}\n', "a.jsonl")] == [1.0, 2.0, 3.0]
    assert [spec["thrust"] for spec in specs(parquet(pa.table({"thrust": ["1:2:0.5"]})), "a.parquet")] == [
        1.0,
        1.5,
        2.0,
    ]


@pytest.mark.parametrize(
    ("grid", "part"),
    [
        ("4:8:0", "never reaches its end"),
        ("4:8:-1", "never reaches its end"),
        ("0:1:1e-6", "make 1000001 cases"),
    ],
)
def test_a_grid_without_end_or_with_too_many_cases_is_refused_by_its_field(grid: str, part: str) -> None:
    bad, good = rows(f"chamber_pressure\n{grid}\n7e6\n".encode(), "a.csv")
    assert isinstance(bad, RowProblem)
    assert (bad.line, bad.field, bad.value) == (2, "chamber_pressure", grid)
    assert part in bad.message
    assert bad.hint
    assert isinstance(good, Row)


@given(st.integers(-50, 50), st.integers(1, 60), st.sampled_from([0.1, 0.01, 0.3, 1.0, 7.0, -0.1]))
def test_a_grid_has_both_its_ends_and_even_steps(start: int, steps: int, step: float) -> None:
    stop = start + steps * step
    row = Row(2, {}, {})
    values = [
        one.spec["x"]
        for one in Grids({"x": f"{start}:{stop!r}:{step}"}, 1000).of(row)
        if isinstance(one, Row)
    ]
    assert len(values) == steps + 1
    assert values[0] == start
    assert values[-1] == pytest.approx(stop, rel=1e-9, abs=1e-9)


def test_what_only_looks_like_a_grid_is_none() -> None:
    assert grids_in({"a": "1:2", "b": "1:2:x", "c": "12:30:00", "d": 5, "e": "http://x"}.items()) == {
        "c": "12:30:00"
    }
