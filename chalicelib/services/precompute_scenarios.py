"""Answer the common scenarios before anybody asks."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from chalicelib.adapters.ports import ResultCache
from chalicelib.domain.cached_answer import CachedAnswer
from chalicelib.services.known_answers import keep, keys_of
from chalicelib.services.scenarios import SCENARIOS, Scenario, Spec
from chalicelib.services.solving import solve_specs

logger = logging.getLogger(__name__)

BLOCK = 256
"""Cases that are looked up, solved and kept together: what is lost when the process dies, a second at most."""


class Precomputed(NamedTuple):
    """How many cases were looked at, how many of them were solved, and whether the time sufficed for all."""

    cases: int
    solved: int
    is_complete: bool


def precompute_scenarios(
    *,
    cache: ResultCache,
    precompute_seconds: float,
    scenarios: Sequence[Scenario] = SCENARIOS,
    clock_seconds: Callable[[], float] = time.monotonic,
) -> Precomputed:
    """Solves those cases of the scenarios that the cache lacks, block by block, and keeps their answers.

    What is there is only looked up, so that another run costs a few reads; one that was broken off is gone on
    with by the next. A new engine has new keys, so that its first run solves all. After `precompute_seconds`
    no block is begun.
    """
    end = clock_seconds() + precompute_seconds
    cases = solved = 0
    for scenario in scenarios:
        for block in _blocks(scenario):
            if clock_seconds() >= end:
                logger.info("%d cases are looked at, %d solved; the next run goes on", cases, solved)
                return Precomputed(cases, solved, is_complete=False)
            cases += len(block)
            solved += _solve_missing(block, cache)
    return Precomputed(cases, solved, is_complete=True)


def _blocks(scenario: Scenario) -> Iterator[list[Spec]]:
    specs = scenario.specs()
    while block := list(islice(specs, BLOCK)):
        yield block


def _solve_missing(specs: Sequence[Spec], cache: ResultCache) -> int:
    wanted = {key: spec for key, spec in zip(keys_of(specs), specs, strict=True) if key is not None}
    missing = cache.missing(list(wanted))
    if not missing:
        return 0
    answers = zip(missing, solve_specs([wanted[key] for key in missing]), strict=True)
    keep(
        {key: CachedAnswer(answer.result, answer.error) for key, answer in answers if not answer.surprise},
        cache,
    )
    return len(missing)
