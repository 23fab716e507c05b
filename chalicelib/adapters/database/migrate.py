"""Bring the database to a revision of its schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

ATTRIBUTE = "database_url"
LOCK = 6_872_846_001
"""The advisory lock that a migrator holds, so that two of them take turns."""


def upgrade(url: str, revision: str = "head") -> None:
    """Applies the migrations up to `revision`; those already applied are passed over."""
    command.upgrade(_configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Takes the migrations after `revision` back; `base` takes back all."""
    command.downgrade(_configuration(url), revision)


def revisions() -> list[str]:
    """Every revision, the oldest first."""
    scripts = ScriptDirectory.from_config(_configuration(""))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def driver_url(url: str) -> str:
    """The URL as SQLAlchemy wants it: psycopg 3 named in the scheme."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg{separator}{rest}" if scheme in ("postgres", "postgresql") else url


def _configuration(url: str) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    configuration.set_main_option("path_separator", "os")
    configuration.attributes[ATTRIBUTE] = url
    return configuration
