"""The composition root of the steps of a release: they need other settings and adapters than the service."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from chalicelib import settings
from chalicelib.adapters.release_ports import Releases

Document = dict[str, Any]


def migrate_database() -> Document:
    """Brings the database to the newest revision, as the service of that name says."""
    from chalicelib.adapters.database.migrate import Migrator
    from chalicelib.adapters.database.owner import make_owner
    from chalicelib.adapters.iam_tokens import database_password
    from chalicelib.adapters.secrets import read_secret
    from chalicelib.services.migrate_database import migrate_database

    known = settings.migration()
    url = known.database_url.get_secret_value()
    parts = urlsplit(url)
    if known.database_administrator_secret:
        secret = read_secret(known.database_administrator_secret)
        place = urlunsplit(
            parts._replace(netloc=f"{secret['username']}@{parts.hostname}:{parts.port or 5432}")
        )
        make_owner(place, secret["password"], str(parts.username))
    migrator = Migrator(url, password=database_password(url) if known.database_iam else None)
    return migrate_database(migrator=migrator)._asdict()


def check_release(deployment: str) -> UUID:
    """Tries the versions that the settings name."""
    from chalicelib.services.check_release import check_release

    known = settings.release()
    return check_release(deployment, releases=_releases(), api=known.release_api, solver=known.release_solver)


def report_release(deployment: str, hook: str, *, succeeded: bool) -> None:
    """Tells the deployment whether it may go on."""
    _releases().report(deployment, hook, succeeded=succeeded)


def reply_to_stack(event: Document, name: str, *, failure: str | None, data: Document) -> None:
    """Answers CloudFormation."""
    from chalicelib.adapters.stack_reply import reply

    reply(event, name, failure=failure, data=data)


def _releases() -> Releases:
    from chalicelib.adapters.releases import CodeDeployReleases

    return CodeDeployReleases()
