"""The headline numbers of the cases of batches, brought in by COPY."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import DictRow

from chalicelib.domain.batch import ClaimedShard

if TYPE_CHECKING:
    import numpy as np

NUMBERS = 14
COPY = """
COPY batch_results (batch_id, shard, position, line, status, error_code,
    thrust, specific_impulse, specific_impulse_vacuum, specific_impulse_sea_level, c_star, thrust_coefficient,
    mass_flow_rate, chamber_pressure, chamber_temperature, chamber_gamma, chamber_molar_mass,
    exit_pressure, exit_temperature, exit_mach)
FROM STDIN (FORMAT BINARY)
"""
TYPES = ("uuid", "int4", "int4", "int8", "text", "text", *["float8"] * NUMBERS)
SUCCEEDED = b"succeeded"
BEGINNING = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = b"\xff\xff"

Headline = Sequence[Any]


def replace(
    connection: psycopg.Connection[DictRow], claim: ClaimedShard, headlines: Sequence[Headline]
) -> None:
    """Puts the numbers of a shard in place of those that an earlier run of it left.

    Each of `headlines` is line, status, code of the error, and the numbers in the order of the table.
    """
    key = {"batch_id": claim.batch_id, "shard": claim.shard}
    connection.execute("DELETE FROM batch_results WHERE batch_id = %(batch_id)s AND shard = %(shard)s", key)
    whole: list[tuple[int, Headline]] = []
    others: list[tuple[int, Headline]] = []
    for place, row in enumerate(headlines):
        (others if row[2] is not None or None in row[3:] else whole).append((place, row))
    with connection.cursor() as cursor:
        if whole:
            with cursor.copy(COPY) as copy:
                copy.write(BEGINNING + _packed(claim, whole) + END)
        if others:
            with cursor.copy(COPY) as copy:
                copy.set_types(TYPES)
                for place, row in others:
                    copy.write_row((claim.batch_id, claim.shard, place, *row))


def _packed(claim: ClaimedShard, rows: Sequence[tuple[int, Headline]]) -> bytes:
    """Rows with all their numbers as PostgreSQL's binary COPY has them: all of one length, so made together."""
    import numpy as np

    packed = np.zeros(len(rows), dtype=_layout())
    packed["fields"] = len(TYPES)
    for name, size in (("batch", 16), ("shard", 4), ("place", 4), ("line", 8), ("status", len(SUCCEEDED))):
        packed[name]["size"] = size
    packed["batch"]["value"] = np.void(claim.batch_id.bytes)
    packed["shard"]["value"] = claim.shard
    packed["place"]["value"] = [place for place, _ in rows]
    packed["line"]["value"] = [row[0] for _, row in rows]
    packed["status"]["value"] = SUCCEEDED
    packed["no_error"] = -1
    packed["numbers"]["size"] = 8
    packed["numbers"]["value"] = [row[3:] for _, row in rows]
    return packed.tobytes()


def _layout() -> "np.dtype[np.void]":
    import numpy as np

    def sized(value: str) -> "np.dtype[np.void]":
        return np.dtype([("size", ">i4"), ("value", value)])

    return np.dtype(
        [
            ("fields", ">i2"),
            ("batch", sized("V16")),
            ("shard", sized(">i4")),
            ("place", sized(">i4")),
            ("line", sized(">i8")),
            ("status", sized(f"S{len(SUCCEEDED)}")),
            ("no_error", ">i4"),
            ("numbers", sized(">f8"), (NUMBERS,)),
        ]
    )
