"""Bring the database to the newest revision, and back where that goes wrong."""

import logging
from typing import NamedTuple

from chalicelib.adapters.release_ports import Migrator
from chalicelib.domain.errors import MigrationError

logger = logging.getLogger(__name__)


class Migrated(NamedTuple):
    """The revisions before and after; None before the first."""

    before: str | None
    after: str | None


def migrate_database(*, migrator: Migrator) -> Migrated:
    """Applies what is missing and looks whether the schema is sound.

    Where a revision breaks, or leaves an unsound schema, those that were applied are taken back and MigrationError
    is raised with the reason: the database is as it was. Raises ServiceUnavailableError where another migration
    or long transactions are in the way; nothing is changed then, and it can be tried again.
    """
    with migrator.turn():
        before = migrator.current()
        try:
            migrator.upgrade()
            _require_sound(migrator)
        except Exception as error:
            _take_back(migrator, before, error)
            raise
        after = migrator.current()
    logger.info("the database went from revision %s to %s", before, after)
    return Migrated(before, after)


def _require_sound(migrator: Migrator) -> None:
    if problems := migrator.problems():
        raise MigrationError("; ".join(problems))


def _take_back(migrator: Migrator, before: str | None, error: Exception) -> None:
    if migrator.current() == before:
        return
    logger.error("the migration failed (%s); the database goes back to revision %s", error, before)
    try:
        migrator.downgrade(before)
    except Exception as second:
        raise MigrationError(
            f"the migration failed ({error}), and going back to revision {before} failed too ({second}); "
            "the database needs hands: template-extras/runbooks/DatabaseMigration.md"
        ) from error
