"""Fits that earlier calls have paid for: the process keeps them, and later cases in their range start from them.

Whoever sends motors one by one, as an API is used, gets fits too once enough of them are seen to lie on one line. An
answer depends on the fits it starts from only in digits beyond the tolerance of the iteration.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock

import numpy as np

from engine.thermo.species import ProductSpecies
from engine.thermo.sweeps.coordinates import line_through
from engine.thermo.sweeps.flow import Flow, Places
from engine.thermo.sweeps.motors import Motors
from engine.thermo.sweeps.preparation import MANY, prepare, range_of, refined
from engine.thermo.sweeps.rocket import SLACK, Sweep

MOST = 48
"""Sweeps that are kept, the least recently used one leaves; each holds some 30 to 200 kB."""
REMEMBERED = 64
OFTEN = 2
"""Calls after which finer fits pay: more are likely to come."""
ENOUGH = 6
"""Motors seen in small batches, on one line, before fits for their range are made."""


@dataclass
class _Entry:
    sweep: Sweep
    calls: int = 0


class KnownSweeps:
    """Sweeps by how recently they were used, and motors that none of them held; safe to share between threads."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._missed: deque[tuple[ProductSpecies, Motors]] = deque(maxlen=REMEMBERED)
        self._lock = Lock()

    def shared_out(self, species: ProductSpecies, motors: Motors) -> Iterator[tuple[Sweep, Places]]:
        """Known sweeps, the last used first, with the motors that each is for; not all have one.

        Those within a sweep's own range go first: what lies just beyond it may be in the range of another.
        """
        free = np.ones(len(motors.log_pressure), dtype=bool)
        for slack in ((0.0, 0.0, 0.0), SLACK):
            for entry in tuple(self._entries):
                sweep = entry.sweep
                if sweep.closure is not motors.closure or sweep.products.names != species.names:
                    continue
                here = np.flatnonzero(free & sweep.holds(motors, slack))
                if len(here):
                    yield self._used(entry, len(here)), here
                    free[here] = False
                    if not free.any():
                        return

    def add(self, sweep: Sweep) -> None:
        """Keep the sweep, as the last used one."""
        self._to_front(_Entry(sweep))

    def _used(self, entry: _Entry, cases: int) -> Sweep:
        """The sweep, with finer fits than it had where they pay: for many cases, or after many calls."""
        entry.calls += 1
        if not entry.sweep.is_fine and (cases >= MANY or entry.calls >= OFTEN):
            entry.sweep = refined(entry.sweep)
        self._to_front(entry)
        return entry.sweep

    def _to_front(self, entry: _Entry) -> None:
        with self._lock:
            if not self._entries or self._entries[0] is not entry:
                self._entries = [entry, *(other for other in self._entries if other is not entry)][:MOST]

    def seed(self, species: ProductSpecies) -> Flow | None:
        """A chamber of the same products, of whatever mixture, to start from; None where there is none."""
        same = (entry.sweep for entry in self._entries if entry.sweep.products.names == species.names)
        return next((sweep.seed for sweep in same), None)

    def missed(self, species: ProductSpecies, motors: Motors) -> None:
        """Remember motors of a small batch that no sweep held, and make fits once there are enough on one line."""
        if not len(motors.log_pressure):
            return
        with self._lock:
            seen = [
                other for kind, other in self._missed if kind.names == species.names and other.is_like(motors)
            ]
            self._missed.append((species, motors))
        every = motors
        for other in reversed(seen):
            together = every.joined(other)
            if line_through(together.mixtures) is not None:
                every = together
        found = line_through(every.mixtures)
        if len(every.log_pressure) < ENOUGH or found is None:
            return
        line, cases = found[0], len(every.log_pressure)
        box = range_of(line, every)
        sweep = prepare(species, line, box, every.closure, cases, self.seed(species))
        if sweep is not None:
            self.add(sweep)

    def copy(self) -> "KnownSweeps":
        """The same sweeps, as if none had been used yet; what the copy learns is its own."""
        other = KnownSweeps()
        other._entries = [_Entry(entry.sweep) for entry in self._entries]
        return other

    def forget(self) -> None:
        """As in a fresh process."""
        with self._lock:
            self._entries = []
            self._missed.clear()


KNOWN = KnownSweeps()
_HERE: ContextVar[KnownSweeps | None] = ContextVar("sweeps_known_here", default=None)


def known() -> KnownSweeps:
    """What the process knows; inside `knowing_only`, what is known there."""
    return _HERE.get() or KNOWN


@contextmanager
def knowing_only(sweeps: KnownSweeps) -> Iterator[None]:
    """Start from these sweeps and no others, and keep new ones with them: nothing else has a part in any digit."""
    token = _HERE.set(sweeps)
    try:
        yield
    finally:
        _HERE.reset(token)
