"""TCP ports of the loopback interface: a free one, and who holds a taken one."""

import socket
from pathlib import Path

from runtime.errors import StackError

LOOPBACK = "127.0.0.1"
LISTENING = "0A"


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server may listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen()
        except OSError:
            return False
    return True


def require_free(port: int, variable: str) -> None:
    """Raises StackError, naming the holder and the variable that moves the port, when it is taken."""
    if is_free(port):
        return
    raise StackError(
        f"port {port} is in use by {holder(port) or 'a process that this user may not see'}; "
        f"stop it, or choose another port: {variable}={free_port()} make up"
    )


def holder(port: int) -> str | None:
    """The command and the id of the process that listens on the port, where this user may see it."""
    sockets = {f"socket:[{inode}]" for inode in listening_inodes(port)}
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(link.readlink()) in sockets:
                process = link.parent.parent
                return f"'{(process / 'comm').read_text().strip()}' (process {process.name})"
        except OSError:
            continue
    return None


def listening_inodes(port: int) -> list[str]:
    """The sockets that listen on the port, from the kernel's tables."""
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not Path(table).exists():
            continue
        for row in Path(table).read_text().splitlines()[1:]:
            columns = row.split()
            if columns[3] == LISTENING and int(columns[1].rpartition(":")[2], 16) == port:
                found.append(columns[9])
    return found
