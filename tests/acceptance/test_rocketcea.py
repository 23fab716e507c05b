"""RocketCEA as a second opinion: it agrees, it stays in a process of its own, and it may die at any time."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine
from engine.parsing import parse_spec
from engine.spec import LiquidSpec
from engine.validation import cea, explanations, rocketcea, validate
from engine.validation.case import QUANTITIES, ReferenceCase
from engine.validation.rocketcea import Worker
from engine.validation.validate import reference_case

INTERPRETER = rocketcea.default_interpreter()
pytestmark = pytest.mark.skipif(
    INTERPRETER is None, reason="RocketCEA's environment is missing: it is built where gfortran can be had"
)
LIMITS = {"c_star": 4e-6, "exit_pressure": 1e-4, "exit_temperature": 3e-5, "throat_temperature": 2e-6}
"""Relative; elsewhere 1.5e-6. RocketCEA's g is 32.174 ft/s2, and it meets the area ratio to 4e-5 of ln p."""
ELSEWHERE = 1.5e-6
CASES = [
    (("LH2", "LOX"), 6.0, 7e6, 40.0, "equilibrium"),
    (("RP-1", "LOX"), 2.5, 9.7e6, 16.0, "equilibrium"),
    (("LCH4", "LOX"), 3.5, 3e7, 34.0, "equilibrium"),
    (("MMH", "N2O4"), 2.05, 1.1e6, 84.0, "equilibrium"),
    (("A-50", "N2O4"), 1.9, 8e5, 45.0, "equilibrium"),
    (("LH2", "LOX"), 6.0, 7e6, 40.0, "frozen"),
    (("RP-1", "LOX"), 2.5, 9.7e6, 16.0, "frozen_at_throat"),
]


def spec_of(
    pair: tuple[str, str], ratio: float, pressure: float, area: float, flow_model: str = "equilibrium"
) -> LiquidSpec:
    parsed = parse_spec(
        {
            "motor_type": "liquid",
            "propellant": {"fuel": pair[0], "oxidizer": pair[1], "mixture_ratio": ratio},
            "chamber_pressure": pressure,
            "nozzle": {"area_ratio": area},
            "flow_model": flow_model,
        }
    )
    assert isinstance(parsed, LiquidSpec)
    return parsed


@pytest.fixture
def case() -> ReferenceCase:
    return reference_case(spec_of(("LH2", "LOX"), 6.0, 7e6, 40.0))


@pytest.fixture
def worker() -> Iterator[Worker]:
    assert INTERPRETER is not None
    running = Worker(INTERPRETER)
    yield running
    running.close()


def request_of(case: ReferenceCase) -> dict[str, object]:
    return {
        "fuel": rocketcea.card("fuel", case.fuel),
        "oxidizer": rocketcea.card("oxid", case.oxidizer),
        "mixture_ratio": case.mixture_ratio,
        "chamber_pressure": case.chamber_pressure,
        "area_ratio": case.area_ratio,
        "flow_model": case.flow_model,
    }


@pytest.mark.parametrize("given", CASES, ids=str)
def test_all_three_agree_with_the_same_reactants(
    given: tuple[tuple[str, str], float, float, float, str],
) -> None:
    spec = spec_of(*given)
    report = validate(spec)
    second = next(opinion for opinion in report.second_opinions if opinion.reference == "RocketCEA")
    references = {
        name: (report.quantities[name].reference, second.quantities[name].reference) for name in QUANTITIES
    }
    for name, (primary, other) in references.items():
        limit = LIMITS.get(name, ELSEWHERE)
        ours = report.quantities[name].value
        assert ours == pytest.approx(other, rel=limit), name
        assert ours == pytest.approx(primary, rel=limit), name
        assert primary == pytest.approx(other, rel=limit), name


@pytest.mark.parametrize(
    "propellant",
    [
        {"monopropellant": "N2H4"},
        {"monopropellant": [{"name": "H2O2", "mass_fraction": 9}, {"name": "H2O(L)", "mass_fraction": 1}]},
        {
            "fuel": [{"name": "N2H4", "mole_fraction": 1.0}, {"name": "MMH", "mole_fraction": 2.0}],
            "oxidizer": [{"name": "O2", "mass_fraction": 1.0, "temperature": 400.0}],
            "equivalence_ratio": 1.3,
        },
    ],
    ids=["monopropellant", "premixed", "ingredients"],
)
def test_all_three_agree_on_ingredients_too(propellant: dict[str, object]) -> None:
    motor = {"motor_type": "liquid", "chamber_pressure": 2e6, "nozzle": {"area_ratio": 30.0}}
    report = validate(parse_spec({**motor, "propellant": propellant}))
    second = next(opinion for opinion in report.second_opinions if opinion.reference == "RocketCEA")
    for name in QUANTITIES:
        # it rounds its cards to six decimals
        limit = max(LIMITS.get(name, ELSEWHERE), 5e-6)
        assert report.quantities[name].value == pytest.approx(second.quantities[name].reference, rel=limit), (
            name
        )


def test_its_own_cards_are_read_as_it_prints_them(case: ReferenceCase) -> None:
    assert INTERPRETER is not None
    for fuel, oxidizer in (("RP1", "LOX"), ("A50", "N2O4"), ("MMH", "Peroxide90"), ("CH4", "N2O")):
        answer, cards = rocketcea.solve_own(case, fuel, oxidizer, INTERPRETER)
        assert answer.converged, answer.message
        read = {side: explanations.read_card(text) for side, text in cards.items()}
        for parts in read.values():
            assert sum(share for share, _ in parts) == pytest.approx(1.0)
        # the card as read, solved by NASA's code, is what RocketCEA makes of it
        own = ReferenceCase(
            read["fuel"],
            read["oxidizer"],
            case.mixture_ratio,
            case.chamber_pressure,
            case.area_ratio,
            "equilibrium",
        )
        primary = cea.solve(own)
        for name in ("chamber_temperature", "specific_impulse_vacuum"):
            assert answer.quantities[name] == pytest.approx(primary.quantities[name], rel=2e-5)


def test_what_its_own_names_mean_is_named_as_the_cause() -> None:
    report = validate(spec_of(("RP-1", "LOX"), 2.5, 7e6, 20.0))
    (reason,) = [text for text in report.explanations if "its own RP1 and LOX" in text]
    assert "the formula of RP-1 is C1H1.9423 there and C1H1.95 here" in reason
    assert "the enthalpy of RP-1 is -1626.46 kJ/kg there and -1768.56 kJ/kg here" in reason
    assert "With the same reactants the difference is" in reason


def test_a_killed_worker_is_started_again(worker: Worker, case: ReferenceCase) -> None:
    first = worker.ask(request_of(case))
    process = worker._process
    assert process is not None
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert worker.ask(request_of(case)) == first
    assert worker._process is not None
    assert worker._process.pid != process.pid


def test_a_worker_that_dies_over_a_request_is_an_answer_without_numbers(
    worker: Worker, case: ReferenceCase
) -> None:
    worker.ask(request_of(case))
    process = worker._process
    assert process is not None
    process.send_signal(signal.SIGSTOP)
    threading.Timer(0.3, process.kill).start()
    assert "did not answer" in worker.ask(request_of(case))["error"]
    assert worker.ask(request_of(case))["quantities"]["c_star"] > 2000.0


def test_a_worker_that_hangs_is_given_up_and_replaced(
    worker: Worker, case: ReferenceCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.ask(request_of(case))
    process = worker._process
    assert process is not None
    with monkeypatch.context() as patched:
        patched.setattr(rocketcea, "TIMEOUT", 0.3)
        process.send_signal(signal.SIGSTOP)
        assert "nothing within 0.3 s" in worker.ask(request_of(case))["error"]
    assert process.poll() is not None
    assert worker.ask(request_of(case))["quantities"]["c_star"] > 2000.0


@pytest.mark.parametrize(
    "spoilt",
    [
        {"fuel": "fuel NOTHING"},
        {"flow_model": None, "mixture_ratio": "six"},
        {"own_fuel": "Wood", "own_oxidizer": "LOX"},
    ],
)
def test_a_request_that_makes_no_sense_is_answered_and_the_next_one_solved(
    worker: Worker, case: ReferenceCase, spoilt: dict[str, object]
) -> None:
    answer = worker.ask({**request_of(case), **spoilt})
    assert "error" in answer or not all(answer["quantities"].values())
    assert worker.ask(request_of(case))["quantities"]["c_star"] > 2000.0


def test_requests_of_many_threads_get_each_their_own_answer(worker: Worker) -> None:
    ratios = [4.0, 5.0, 6.0, 7.0] * 3
    answers: dict[int, float] = {}

    def ask(place: int) -> None:
        case = reference_case(spec_of(("LH2", "LOX"), ratios[place], 7e6, 40.0))
        answers[place] = worker.ask(request_of(case))["quantities"]["specific_impulse_vacuum"]

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(len(ratios))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for place, ratio in enumerate(ratios):
        ours = engine.analyze(spec_of(("LH2", "LOX"), ratio, 7e6, 40.0)).specific_impulse_vacuum
        assert answers[place] == pytest.approx(ours, rel=1e-5)


FORK = """
import json, os, sys
from engine.validation import rocketcea
request = json.loads(sys.argv[1])
interpreter = rocketcea.default_interpreter()
mine = rocketcea.worker(interpreter)
mine.ask(request)
before = mine._process.pid
child = os.fork()
if not child:
    answer = rocketcea.worker(interpreter).ask(request)
    print("child", answer["quantities"]["c_star"], rocketcea.worker(interpreter)._process.pid != before, flush=True)
    sys.exit(0)
os.waitpid(child, 0)
print("parent", mine.ask(request)["quantities"]["c_star"], mine._process.pid == before, flush=True)
print("ours", sorted(name for name in sys.modules if name.split(".")[0] == "rocketcea"))
"""


def test_a_forked_child_asks_a_worker_of_its_own_and_leaves_its_parents_alone(case: ReferenceCase) -> None:
    root = Path(engine.__file__).resolve().parents[1]
    answer = subprocess.run(
        [sys.executable, "-c", FORK, json.dumps(request_of(case))],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    child, parent, ours = (line.split() for line in answer.stdout.splitlines())
    assert (child[0], child[2]) == ("child", "True")
    assert (parent[0], parent[2]) == ("parent", "True")
    assert child[1] == parent[1]
    assert ours == ["ours", "[]"]
