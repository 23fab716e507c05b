"""The peers' environment, made when it is first needed."""

from pathlib import Path

from scripts import set_up

PEERS = set_up.Environment(
    "the conventional stack",
    set_up.SERVICE.folder / "environments" / "peers",
    (set_up.REQUIREMENTS / "peers.txt",),
)


class UnavailableError(Exception):
    """The peers cannot run here; the message says why and what to do."""


def peer_python(folder: Path | None = None) -> Path:
    """The interpreter of the environment in `folder`; without a folder, of the usual one, made or brought up to date.

    Raises UnavailableError where there is none and none can be made.
    """
    if folder is not None:
        python = folder.absolute() / "bin" / "python"
        if not python.exists():
            raise UnavailableError(f"{folder} has no bin/python; give the folder of a virtual environment")
        return python
    if not PEERS.is_complete():
        make()
    return PEERS.python


def make() -> None:
    """Build the usual environment; RocketCEA in it is compiled."""
    if not set_up.build_tools_present():
        needed = " ".join(set_up.build_packages())
        raise UnavailableError(
            f"RocketCEA is built from Fortran: run 'apt-get install {needed}', then this again"
        )
    try:
        with set_up.only_one():
            set_up.build(PEERS)
    except set_up.SetUpError as error:
        raise UnavailableError(str(error)) from error
