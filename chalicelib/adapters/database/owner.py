"""The user that owns the service's tables, made by the database's first user on a new cluster."""

import psycopg
from psycopg import sql

TOKENS = "rds_iam"
"""Whoever has this role of RDS enters by IAM tokens, and by nothing else."""


def make_owner(url: str, password: str, owner: str) -> None:
    """Makes the user `owner`, who owns the database of `url`; changes nothing where that is so already.

    Raises psycopg's OperationalError where the server can not be entered.
    """
    with psycopg.connect(url, password=password, connect_timeout=10, autocommit=True) as connection:
        name = sql.Identifier(owner)
        if not _there(connection, owner):
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
        if _there(connection, TOKENS):
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(TOKENS), name))
        # on RDS the first user is no superuser: it may give away only what it could take itself
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
        database = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, name))


def _there(connection: psycopg.Connection[tuple[object, ...]], role: str) -> bool:
    found = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    return found is not None
