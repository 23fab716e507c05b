"""NASA's `cea` wheel in a process of its own: what a loop over cases takes, and what it answers."""

import json
import sys
import time
import warnings
from typing import Any

import cea
import numpy as np

BAR = 1e5
GAS_CONSTANT = 8314.51
STANDARD_GRAVITY = 9.80665
STATIONS = 3
AREA_TOLERANCE = 1e-4
VALUES = {
    "temperature": ("T", 1.0),
    "molar_mass": ("M", 1e-3),
    "gamma": ("gamma_s", 1.0),
    "heat_capacity": ("cp_eq", 1e3),
    "pressure": ("P", BAR),
}


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Seconds of the loop, then for every case its stations' values, or why it has none."""
    inputs = [
        cea.Reactant(
            f"reactant{place}",
            formula={element.upper(): number for element, number in reactant["formula"]},
            molecular_weight=reactant["molar_mass"] * 1e3,
            enthalpy=reactant["enthalpy"],
            enthalpy_units="J/mol",
            temperature=reactant["temperature"],
        )
        for place, reactant in enumerate(request["reactants"])
    ]
    mixture = cea.Mixture(inputs)
    solver = cea.RocketSolver(cea.Mixture(inputs, products_from_reactants=True), reactants=mixture)
    cases = list(
        zip(
            np.array(request["weights"]),
            np.array(request["chamber_pressure"]) / BAR,
            request["area_ratio"],
            np.array(request["enthalpy"]) / GAS_CONSTANT,
            strict=True,
        )
    )
    timing = _loop(solver, cases)
    answers = [_answer(solver, *case) for case in cases] if request["with_values"] else []
    return {"timing": timing, "answers": answers, "version": cea.lib_version()}


def _loop(solver: Any, cases: list[tuple[Any, ...]]) -> dict[str, float]:
    """One solution object for all cases and the least reading of results: its fastest use."""
    solution = cea.RocketSolution(solver)
    solver.solve(solution, cases[0][0], cases[0][1], supar=[cases[0][2]], hc=cases[0][3], iac=True)
    wall, processor = time.perf_counter(), time.process_time()
    for weights, pressure, area, enthalpy in cases:
        solver.solve(solution, weights, pressure, supar=[area], hc=enthalpy, iac=True)
        _ = solution.T, solution.c_star, solution.Isp_vacuum
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - processor}


def _answer(solver: Any, weights: Any, pressure: float, area: float, enthalpy: float) -> dict[str, Any]:
    solution = cea.RocketSolution(solver)
    solver.solve(solution, weights, pressure, supar=[area], hc=enthalpy, iac=True)
    if not solution.converged or solution.num_pts != STATIONS:
        return {"error": f"did not converge: {solution.num_pts} of {STATIONS} stations"}
    flux = solution.density * solution.Mach * solution.sonic_velocity
    reached = float(flux[1] / flux[2])
    if abs(reached / area - 1.0) > AREA_TOLERANCE:
        return {"error": f"its state has the area ratio {reached:.6g}, not {area:.6g}"}
    values = {
        name: [float(value) * unit for value in getattr(solution, attribute)]
        for name, (attribute, unit) in VALUES.items()
    }
    values["c_star"] = float(solution.c_star[1])
    values["specific_impulse_vacuum"] = float(solution.Isp_vacuum[2]) / STANDARD_GRAVITY
    return values


def main() -> None:
    """Answer until the input ends; the wheel is told to be silent."""
    warnings.simplefilter("ignore")
    cea.set_log_level(cea.LOG_NONE)
    for line in sys.stdin:
        answer = answer_to(json.loads(line))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
