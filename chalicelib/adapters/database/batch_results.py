"""The headline numbers of the cases of batches, brought in by COPY."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import DictRow

from chalicelib.domain.batch import ClaimedShard

COPY = """
COPY batch_results (batch_id, shard, position, line, status, error_code,
    thrust, specific_impulse, specific_impulse_vacuum, specific_impulse_sea_level, c_star, thrust_coefficient,
    mass_flow_rate, chamber_pressure, chamber_temperature, chamber_gamma, chamber_molar_mass,
    exit_pressure, exit_temperature, exit_mach)
FROM STDIN (FORMAT BINARY)
"""
TYPES = ("uuid", "int4", "int4", "int8", "text", "text", *["float8"] * 14)


def replace(
    connection: psycopg.Connection[DictRow], claim: ClaimedShard, headlines: Sequence[Sequence[Any]]
) -> None:
    """Puts the numbers of a shard in place of those that an earlier run of it left.

    Each of `headlines` is line, status, code of the error, and the numbers in the order of the table.
    """
    key = {"batch_id": claim.batch_id, "shard": claim.shard}
    connection.execute("DELETE FROM batch_results WHERE batch_id = %(batch_id)s AND shard = %(shard)s", key)
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        copy.set_types(TYPES)
        for position, row in enumerate(headlines):
            copy.write_row((claim.batch_id, claim.shard, position, *row))
