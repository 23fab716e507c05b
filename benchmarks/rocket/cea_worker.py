"""NASA's `cea` wheel in a process of its own: what a loop over cases takes, and what it answers."""

import warnings
from typing import Any

import numpy as np

from benchmarks.rocket.processes import answer_requests, timed
from engine.thermo.catalogue import Reactant
from engine.thermo.constants import STANDARD_GRAVITY
from engine.validation.cea import AREA_TOLERANCE, BAR, CEA_GAS_CONSTANT, area_ratios, mixtures

STATIONS = 3
VALUES = {
    "temperature": ("T", 1.0),
    "molar_mass": ("M", 1e-3),
    "gamma": ("gamma_s", 1.0),
    "heat_capacity": ("cp_eq", 1e3),
    "viscosity": ("viscosity", 1e-4),
    "pressure": ("P", BAR),
}


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Seconds of the loop, then for every case its stations' values, or why it has none."""
    library, mixture, products = mixtures([Reactant(**reactant) for reactant in request["reactants"]])
    solver = library.RocketSolver(products, reactants=mixture)
    cases = list(
        zip(
            np.array(request["weights"]),
            np.array(request["chamber_pressure"]) / BAR,
            request["area_ratio"],
            np.array(request["enthalpy"]) / CEA_GAS_CONSTANT,
            strict=True,
        )
    )
    timing = _loop(library, solver, cases)
    answers = []
    if request["with_values"]:
        thorough = library.RocketSolver(products, reactants=mixture, transport=True)
        answers = [_answer(library, thorough, *case) for case in cases]
    return {"timing": timing, "answers": answers, "version": library.lib_version()}


def _loop(library: Any, solver: Any, cases: list[tuple[Any, ...]]) -> dict[str, float]:
    """One solution object for all cases and the least reading of results: its fastest use."""
    solution = library.RocketSolution(solver)
    solver.solve(solution, cases[0][0], cases[0][1], supar=[cases[0][2]], hc=cases[0][3], iac=True)

    def every_case() -> None:
        for weights, pressure, area, enthalpy in cases:
            solver.solve(solution, weights, pressure, supar=[area], hc=enthalpy, iac=True)
            _ = solution.T, solution.c_star, solution.Isp_vacuum

    timing, _ = timed(every_case)
    return timing


def _answer(
    library: Any, solver: Any, weights: Any, pressure: float, area: float, enthalpy: float
) -> dict[str, Any]:
    solution = library.RocketSolution(solver)
    solver.solve(solution, weights, pressure, supar=[area], hc=enthalpy, iac=True)
    if not solution.converged or solution.num_pts != STATIONS:
        return {"error": f"did not converge: {solution.num_pts} of {STATIONS} stations"}
    reached = float(area_ratios(solution)[2])
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
    """Answer until the input ends."""
    warnings.simplefilter("ignore")
    answer_requests(answer_to)


if __name__ == "__main__":
    main()
