"""Processor time of this process and of everything that it started."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")


class Spent(NamedTuple):
    """One process: its parent, and the seconds of itself and of its children that have ended."""

    parent: int
    seconds: float


def family_seconds(command: str = "") -> float:
    """Processor seconds of this process, its children, theirs, and all that have ended among them.

    Of those still running only the ones count whose command line has `command` in it.
    """
    processes = running()
    return sum(
        processes[number].seconds
        for number in family(os.getpid(), processes)
        if command in command_line(number)
    )


def running() -> dict[int, Spent]:
    """Every process of the machine that can be read."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found[int(folder.name)] = read((folder / "stat").read_text())
        except OSError:
            continue
    return found


def read(line: str) -> Spent:
    """What a line of /proc/PID/stat says; the name in it may hold blanks and brackets."""
    fields = line.rpartition(")")[2].split()
    return Spent(int(fields[1]), sum(map(int, fields[11:15])) / TICKS)


def command_line(number: int) -> str:
    """How the process was called; empty where it has ended."""
    try:
        return (
            (Path("/proc") / str(number) / "cmdline")
            .read_bytes()
            .replace(b"\0", b" ")
            .decode(errors="replace")
        )
    except OSError:
        return ""


def family(root: int, processes: dict[int, Spent]) -> Iterable[int]:
    """`root` and all its descendants."""
    children: dict[int, list[int]] = {}
    for number, one in processes.items():
        children.setdefault(one.parent, []).append(number)
    found = [root]
    for number in found:
        found += children.get(number, [])
    return found
