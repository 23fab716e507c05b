"""Fits that earlier calls have paid for: the process keeps them, and later cases in their range start from them.

Whoever sends motors one by one, as an API is used, gets fits too once enough of them are seen to lie on one line. An
answer depends on the fits it starts from only in digits beyond the tolerance of the iteration.
"""

from collections import deque
from collections.abc import Iterator
from threading import Lock

from engine.thermo.newton_system import Closure
from engine.thermo.species import ProductSpecies
from engine.thermo.sweeps.coordinates import line_through
from engine.thermo.sweeps.rocket import MANY, Motors, Sweep, prepare, refined

MOST = 48
"""Sweeps that are kept, the least recently used one leaves; each holds some 30 to 200 kB."""
REMEMBERED = 64
ENOUGH = 6
"""Motors seen in small batches, on one line, before fits for their range are made."""


class KnownSweeps:
    """Sweeps by how recently they were used, and motors that none of them held; safe to share between threads."""

    def __init__(self) -> None:
        self._sweeps: list[Sweep] = []
        self._missed: deque[tuple[ProductSpecies, Motors]] = deque(maxlen=REMEMBERED)
        self._lock = Lock()

    def of(self, species: ProductSpecies, closure: Closure) -> Iterator[Sweep]:
        """Those for these products and this kind of exit, the last used first."""
        for sweep in tuple(self._sweeps):
            if sweep.closure is closure and sweep.products.names == species.names:
                yield sweep

    def add(self, sweep: Sweep, instead_of: Sweep | None = None) -> None:
        """Keep the sweep, as the last used one."""
        with self._lock:
            others = [other for other in self._sweeps if other is not sweep and other is not instead_of]
            self._sweeps = [sweep, *others[: MOST - 1]]

    def used(self, sweep: Sweep, cases: int) -> Sweep:
        """The sweep for this many cases: where they are many, with finer fits than it may have had before."""
        if cases >= MANY and not sweep.is_fine:
            finer = refined(sweep)
            self.add(finer, instead_of=sweep)
            return finer
        if not self._sweeps or self._sweeps[0] is not sweep:
            self.add(sweep)
        return sweep

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
        sweep = prepare(species, found[0], every)
        if sweep is not None:
            self.add(sweep)

    def forget(self) -> None:
        """As in a fresh process."""
        with self._lock:
            self._sweeps = []
            self._missed.clear()


KNOWN = KnownSweeps()
