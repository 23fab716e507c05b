"""RocketCEA as a second opinion: a program of its own, spoken to by lines of JSON.

It is under the GPL and gives wrong answers when two threads use it, so it runs in its own environment, one request
at a time, with a home folder of its own because it writes there.
"""

import atexit
import json
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from engine.thermo.catalogue import Reactant
from engine.validation.case import QUANTITIES, ReferenceAnswer, ReferenceCase

WORKER = Path(__file__).with_name("rocketcea_worker.py")
TIMEOUT = 20.0
NAME = "RocketCEA"

OWN_CARDS = {
    "LH2": "LH2",
    "RP-1": "RP1",
    "LCH4": "CH4",
    "CH4": "CH4",
    "MMH": "MMH",
    "N2H4": "N2H4",
    "A-50": "A50",
    "C2H5OH": "Ethanol",
    "NH3": "NH3",
    "IPA": "Isopropanol",
    "LOX": "LOX",
    "GOX": "GOX",
    "N2O4": "N2O4",
    "N2O": "N2O",
    "H2O2": "H2O2",
    "H2O2-90": "Peroxide90",
    "LF2": "F2",
}
"""What people who use RocketCEA call our propellants."""


def default_interpreter() -> str | None:
    """The Python that has RocketCEA, where the set-up made one; None elsewhere."""
    place = Path(sys.prefix) / "environments" / "rocketcea" / "bin" / "python"
    return str(place) if place.exists() else None


class Worker:
    """One running RocketCEA; it is started when first asked, and again after it died."""

    def __init__(self, interpreter: str) -> None:
        self._interpreter = interpreter
        self._process: subprocess.Popen[str] | None = None
        self._home = tempfile.mkdtemp(prefix="rocketcea-")
        self._lock = Lock()
        self._owner = os.getpid()
        atexit.register(self._end)

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request; {"error": ...} where there is none within the time."""
        with self._lock:
            try:
                return self._ask(request)
            except (OSError, ValueError, TimeoutError) as error:
                self.close()
                return {"error": f"{NAME} did not answer: {error}"}

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self._running()
        if process.stdin is None or process.stdout is None:
            raise OSError("its pipes are closed")
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        with selectors.DefaultSelector() as waiting:
            waiting.register(process.stdout, selectors.EVENT_READ)
            if not waiting.select(TIMEOUT):
                raise TimeoutError(f"nothing within {TIMEOUT:g} s")
        answer: dict[str, Any] = json.loads(process.stdout.readline())
        return answer

    def _running(self) -> "subprocess.Popen[str]":
        if self._process is None or self._process.poll() is not None:
            environment = {"HOME": self._home, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
            self._process = subprocess.Popen(  # noqa: S603
                [self._interpreter, "-P", str(WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env=environment,
                cwd=self._home,
            )
        return self._process

    def close(self) -> None:
        """End the program, if it runs."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _end(self) -> None:
        """At the end of the process that started it; a forked child that ends has no say in it."""
        if os.getpid() == self._owner:
            self.close()
            shutil.rmtree(self._home, ignore_errors=True)


@lru_cache(maxsize=4)
def _worker_of(interpreter: str, _process_id: int) -> Worker:
    return Worker(interpreter)


def worker(interpreter: str) -> Worker:
    """This process's RocketCEA; a forked child gets one of its own."""
    return _worker_of(interpreter, os.getpid())


def solve(case: ReferenceCase, interpreter: str) -> ReferenceAnswer:
    """The case with the very reactants of ours."""
    if case.oxidizer:
        cards = {"fuel": card("fuel", case.fuel), "oxidizer": card("oxid", case.oxidizer)}
    else:
        cards = {"monopropellant": card("name", case.fuel)}
    request = {**cards, **_motor(case)}
    return _answer(NAME, worker(interpreter).ask(request))


def solve_own(
    case: ReferenceCase, fuel: str, oxidizer: str, interpreter: str
) -> tuple[ReferenceAnswer, dict[str, str]]:
    """The case with RocketCEA's own cards of these names, and the texts of the cards."""
    request = {"own_fuel": fuel, "own_oxidizer": oxidizer, **_motor(case)}
    answer = worker(interpreter).ask(request)
    cards = {side: str(answer.get(f"{side}_card", "")) for side in ("fuel", "oxidizer")}
    return _answer(f"{NAME}, its own {fuel} and {oxidizer}", answer), cards


def _motor(case: ReferenceCase) -> dict[str, Any]:
    return {
        "mixture_ratio": case.mixture_ratio,
        "chamber_pressure": case.chamber_pressure,
        "area_ratio": case.area_ratio,
        "flow_model": case.flow_model,
    }


def _answer(reference: str, answer: dict[str, Any]) -> ReferenceAnswer:
    quantities = answer.get("quantities", {})
    if "error" in answer or not all(quantities.get(name, 0.0) > 0.0 for name in QUANTITIES):
        message = answer.get("error", "the reference did not converge: it answered 0 for some quantities")
        return ReferenceAnswer(reference, converged=False, message=message)
    return ReferenceAnswer(reference, converged=True, quantities=quantities)


def card(kind: str, components: tuple[tuple[float, Reactant], ...]) -> str:
    """A propellant in CEA's input language; `kind` is "fuel", "oxid", or "name" for all of it."""
    lines = []
    for place, (fraction, reactant) in enumerate(components):
        atoms = " ".join(f"{element.upper()} {number:.8g}" for element, number in reactant.formula)
        lines.append(f"{kind} SUBSTANCE{place}  {atoms}  wt%={100.0 * fraction:.8g}")
        lines.append(f"h,j={reactant.enthalpy:.8g}  t(k)={reactant.temperature:.6g}")
    return "\n".join(lines)
