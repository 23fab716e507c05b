"""Common scenarios are solved once, block by block, within the time that there is."""

from collections.abc import Sequence
from typing import Any

import pytest

import engine
from chalicelib.services import precompute_scenarios as module
from chalicelib.services.answer_keys import key_of
from chalicelib.services.precompute_scenarios import Precomputed, precompute_scenarios
from chalicelib.services.scenarios import SCENARIOS, Scenario, steps
from tests.unit.chalicelib.fakes import FakeCache

SMALL = (
    Scenario("hot", {"fuel": "LH2", "oxidizer": "LOX"}, [1e6, 2e6], [10.0, 40.0], steps(4, 6, 1.0)),
    Scenario("alone", {"monopropellant": "N2H4"}, [1e6], [10.0, 20.0]),
)


class Solver:
    def __init__(self) -> None:
        self.calls: list[int] = []
        self.broken = False

    def __call__(self, specs: Sequence[dict[str, Any]]) -> list[Any]:
        if self.broken:
            raise MemoryError("killed")
        self.calls.append(len(specs))
        return [self for _ in specs]

    def model_dump(self, **_options: Any) -> dict[str, Any]:
        return {"thrust": 1.0}


@pytest.fixture
def solver(monkeypatch: pytest.MonkeyPatch) -> Solver:
    solver = Solver()
    monkeypatch.setattr(engine, "analyze_many", solver, raising=False)
    monkeypatch.setattr(module, "BLOCK", 5)
    return solver


def test_every_case_is_solved_once_in_blocks_and_then_only_looked_up(
    cache: FakeCache, solver: Solver
) -> None:
    assert precompute_scenarios(cache=cache, precompute_seconds=10, scenarios=SMALL) == Precomputed(
        14, 14, True
    )
    assert solver.calls == [5, 5, 2, 2]
    assert set(cache.values) == {key_of(spec) for scenario in SMALL for spec in scenario.specs()}
    assert precompute_scenarios(cache=cache, precompute_seconds=10, scenarios=SMALL) == Precomputed(
        14, 0, True
    )
    assert solver.calls == [5, 5, 2, 2]


def test_a_run_that_its_time_ended_is_gone_on_with(cache: FakeCache, solver: Solver) -> None:
    moments = iter([0.0, 1.0, 2.0, 11.0])
    done = precompute_scenarios(
        cache=cache, precompute_seconds=10, scenarios=SMALL, clock_seconds=lambda: next(moments)
    )
    assert done == Precomputed(10, 10, False)
    assert precompute_scenarios(cache=cache, precompute_seconds=10, scenarios=SMALL) == Precomputed(
        14, 4, True
    )


def test_what_the_cache_lost_is_solved_again(cache: FakeCache, solver: Solver) -> None:
    precompute_scenarios(cache=cache, precompute_seconds=10, scenarios=SMALL)
    cache.values.pop(next(iter(cache.values)))
    assert precompute_scenarios(cache=cache, precompute_seconds=10, scenarios=SMALL).solved == 1


def test_a_case_that_breaks_the_engine_is_left_out(cache: FakeCache, solver: Solver) -> None:
    solver.broken = True
    precompute_scenarios(cache=cache, precompute_seconds=10, scenarios=SMALL)
    assert cache.values == {}


def test_every_scenario_is_of_specifications_that_the_engine_takes_and_none_is_asked_twice() -> None:
    keys = [key_of(spec) for scenario in SCENARIOS for spec in scenario.specs()]
    assert None not in keys
    assert len(set(keys)) == len(keys)


def test_the_scenarios_reach_over_what_the_issue_names() -> None:
    reach = {
        scenario.name: (*_ends(scenario.mixture_ratios), *_ends(scenario.chamber_pressures))
        for scenario in SCENARIOS
    }
    assert reach["LH2/LOX"][:2] == (4.0, 8.0)
    assert reach["RP-1/LOX"][:2] == (2.0, 3.0)
    assert reach["CH4/LOX"][:2] == reach["LCH4/LOX"][:2] == (3.0, 4.0)
    assert reach["HTPB/N2O"][:2] == (4.0, 8.0)
    assert reach["APCP"][2:] == (1e6, 10e6)
    assert reach["NEPE"][2:] == (2e6, 15e6)


def _ends(values: Sequence[float | None]) -> tuple[float | None, float | None]:
    return values[0], values[-1]
