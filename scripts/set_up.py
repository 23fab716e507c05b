"""Makes `.venv` and the environments inside it from the locked requirements.

Only the standard library is used, by whichever Python 3.11+ the machine has. A finished environment
carries a stamp; one without a stamp was interrupted and is made anew, one whose requirements changed
is updated, and where nothing changed nothing is run, so a second set-up needs no network.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / ".venv" / "setup.log"
TAIL_LINES = 15
APT_OPTIONS = (
    "-y",
    "--option=Acquire::Retries=1",
    "--option=Acquire::http::Timeout=20",
    "--option=DPkg::Lock::Timeout=120",
)


class SetUpError(Exception):
    """The set-up cannot go on; the message says why and what to do."""


@dataclass(frozen=True)
class Environment:
    """One virtual environment and the lock it is made from."""

    name: str
    folder: Path
    requirements: tuple[Path, ...]

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        return self.folder / ".complete"

    @property
    def refusal(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.unavailable")

    def key(self) -> str:
        """What a finished environment was made of: the contents of its locks."""
        digest = hashlib.sha256()
        for path in self.requirements:
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def recorded(self) -> list[str]:
        """The key and the place that the stamp holds; empty without a stamp."""
        try:
            return self.stamp.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def is_complete(self) -> bool:
        return self.recorded() == [self.key(), str(self.folder)] and self.runs()

    def runs(self) -> bool:
        """Whether its interpreter starts; not so after the system's Python went away."""
        return self.python.exists() and not subprocess.run([self.python, "-c", ""], check=False).returncode


REQUIREMENTS = ROOT / "requirements"
SERVICE = Environment(
    "the service", ROOT / ".venv", (REQUIREMENTS / "development.txt", ROOT / "requirements.txt")
)
AWS_ENDPOINT = Environment(
    "the AWS endpoint", SERVICE.folder / "environments" / "ministack", (REQUIREMENTS / "ministack.txt",)
)
CHECKOV = Environment(
    "the audit of the template", SERVICE.folder / "environments" / "checkov", (REQUIREMENTS / "checkov.txt",)
)
ROCKETCEA = Environment(
    "RocketCEA", SERVICE.folder / "environments" / "rocketcea", (REQUIREMENTS / "rocketcea.txt",)
)


def main(wanted: list[str]) -> int:
    """Makes what every command needs, and the audit's environment where `audit` asks for it."""
    audit = (CHECKOV,) if "audit" in wanted else ()
    with only_one():
        try:
            for environment in (SERVICE, AWS_ENDPOINT, *audit):
                if not environment.is_complete():
                    build(environment)
            set_up_rocketcea()
        except SetUpError as error:
            say(str(error))
            return 1
        except KeyboardInterrupt:
            say("interrupted; the next run goes on from here")
            return 130
    return 0


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Two commands started together wait for one another."""
    with Path(__file__).open(encoding="utf-8") as own_file:
        try:
            fcntl.flock(own_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up of this checkout")
            fcntl.flock(own_file, fcntl.LOCK_EX)
        yield


def build(environment: Environment) -> None:
    """Makes the environment, or brings a finished one up to date with its lock."""
    started = time.monotonic()
    recorded = environment.recorded()
    if recorded[1:] != [str(environment.folder)] or not environment.runs():
        say(f"making the environment of {environment.name} in {environment.folder.relative_to(ROOT)}")
        make_environment(environment.folder)
    else:
        say(f"bringing {environment.name} up to date with its requirements")
    environment.stamp.unlink(missing_ok=True)
    lock = environment.requirements[0]
    say(f"installing {lock.relative_to(ROOT)}; the first time this takes a minute or two")
    install(environment, lock)
    environment.stamp.write_text(f"{environment.key()}\n{environment.folder}\n", encoding="utf-8")
    say(f"{environment.name} is ready ({time.monotonic() - started:.0f} s)")


def make_environment(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    if missing_venv_modules() and not install_system_packages(venv_package()):
        raise SetUpError(
            f"this Python has no venv module; run 'apt-get install {venv_package()}' as root, then this again"
        )
    run([sys.executable, "-m", "venv", str(folder)], f"the virtual environment {folder} could not be made")


def missing_venv_modules() -> bool:
    """Debian keeps ensurepip, and with it a working venv, in a package of its own."""
    return any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip"))


def venv_package() -> str:
    return f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


def install(environment: Environment, lock: Path) -> None:
    """Installs the lock as it stands: it is complete, so that there is nothing to resolve, and what is never imported
    need not be compiled.
    """
    pip = [str(environment.python), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    command = [*pip, "install", "--no-deps", "--no-compile", "--requirement", str(lock)]
    run(command, f"pip could not install {lock.relative_to(ROOT)}")
    run([*pip, "check"], f"{lock.relative_to(ROOT)} is not complete")


def set_up_rocketcea() -> None:
    """RocketCEA is a second opinion, built from Fortran: without it everything else still works."""
    if ROCKETCEA.is_complete():
        return
    if ROCKETCEA.refusal.exists() and ROCKETCEA.refusal.read_text(encoding="utf-8") == refusal_key():
        say(without_rocketcea())
        return
    if not build_tools_present():
        install_system_packages(*build_packages())
    if build_tools_present():
        with contextlib.suppress(SetUpError):
            build(ROCKETCEA)
            ROCKETCEA.refusal.unlink(missing_ok=True)
            return
    say(without_rocketcea())
    ROCKETCEA.refusal.write_text(refusal_key(), encoding="utf-8")


def refusal_key() -> str:
    """What a vain attempt depended on: it is made again when the lock or the compilers change."""
    return f"{ROCKETCEA.key()} {build_tools_present()}"


def without_rocketcea() -> str:
    """The one line that says why RocketCEA is missing, and the remedy."""
    if build_tools_present():
        reason = f"its build failed, see {LOG.relative_to(ROOT)}"
    else:
        reason = f"it needs 'apt-get install {' '.join(build_packages())}'"
    return f"RocketCEA is left out: {reason}; everything else works, with NASA's cea as the reference"


def build_tools_present() -> bool:
    headers = Path(sysconfig.get_path("include")) / "Python.h"
    return bool(shutil.which("gfortran") and (shutil.which("cc") or shutil.which("gcc")) and headers.exists())


def build_packages() -> list[str]:
    headers = Path(sysconfig.get_path("include")) / "Python.h"
    packages = [] if shutil.which("gfortran") and shutil.which("gcc") else ["gfortran", "gcc", "libc6-dev"]
    return packages if headers.exists() else [*packages, f"python{sysconfig.get_python_version()}-dev"]


def install_system_packages(*packages: str) -> bool:
    """Installs Debian packages where this user may; returns whether they are there afterwards."""
    if not shutil.which("apt-get"):
        return False
    elevate = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if elevate and (not shutil.which("sudo") or quiet(["sudo", "-n", "true"])):
        return False
    say(f"installing {' '.join(packages)} with apt-get")
    apt = [*elevate, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *APT_OPTIONS]
    wanted = [*apt, "install", "--no-install-recommends", *packages]
    return quiet(wanted) == 0 or (quiet([*apt, "update"]) == 0 and quiet(wanted) == 0)


def quiet(command: list[str]) -> int:
    """Runs a command with its output in the log; returns its exit code."""
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("ab") as log:
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, check=False
        ).returncode


def run(command: list[str], failure: str) -> None:
    """Runs a command; raises SetUpError with the end of its output when it fails."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("a", encoding="utf-8") as log:
        log.write(done.stdout)
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-TAIL_LINES:])
        raise SetUpError(f"{failure}:\n{tail}\nThe whole output is in {LOG.relative_to(ROOT)}.")


def say(message: str) -> None:
    sys.stderr.write(f"setup: {message}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
