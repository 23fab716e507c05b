"""NASA's own CEA, as the wheel `cea` carries it: the primary reference."""

import warnings
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np

from engine.thermo.catalogue import Reactant
from engine.thermo.nasa_polynomials import Array
from engine.validation.case import ReferenceAnswer, ReferenceCase

CEA_GAS_CONSTANT = 8314.51
"""J/(kmol K), what the wheel divides enthalpies by."""
BAR = 1e5
STATIONS = 3
AREA_TOLERANCE = 1e-4
"""The reference ends its search within 4e-5 of ln(p). Where water freezes it takes ice above the melting point for
a solution, with a density and a velocity that belong to quite another area than the one it states.
"""
FROZEN_FROM = {"equilibrium": None, "frozen": 1, "frozen_at_throat": 2}

_one_at_a_time = Lock()
"""The library behind the wheel keeps its state in module variables."""


def solve(case: ReferenceCase) -> ReferenceAnswer:
    """The case with the very reactants of ours: same formula, enthalpy and temperature."""
    reactants = tuple(reactant for _, reactant in (*case.fuel, *case.oxidizer))
    share = 1.0 / (1.0 + case.mixture_ratio)
    weights = [share * part for part, _ in case.fuel]
    weights += [(1.0 - share) * part for part, _ in case.oxidizer]
    enthalpy = sum(
        weight / reactant.molar_mass * reactant.enthalpy
        for weight, reactant in zip(weights, reactants, strict=True)
    )
    frozen = FROZEN_FROM[case.flow_model]
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library, solver = _solver(reactants)
        solution = library.RocketSolution(solver)
        solver.solve(
            solution,
            np.array(weights),
            case.chamber_pressure / BAR,
            supar=[case.area_ratio],
            hc=enthalpy / CEA_GAS_CONSTANT,
            iac=True,
            **({} if frozen is None else {"n_frz": frozen}),
        )
        return _answer(f"NASA CEA {library.lib_version()}", solution, case.area_ratio)


def _answer(reference: str, solution: Any, area_ratio: float) -> ReferenceAnswer:
    if not solution.converged or solution.num_pts != STATIONS:
        message = f"the reference did not converge: it answered {solution.num_pts} of {STATIONS} stations"
        return ReferenceAnswer(reference, converged=False, message=message)
    reached = float(area_ratios(solution)[2])
    if abs(reached / area_ratio - 1.0) > AREA_TOLERANCE:
        message = f"the reference's own state has the area ratio {reached:.6g}, not {area_ratio:.6g}"
        return ReferenceAnswer(reference, converged=False, message=message)
    quantities = {
        "chamber_temperature": solution.T[0],
        "throat_temperature": solution.T[1],
        "exit_temperature": solution.T[2],
        "c_star": solution.c_star[1],
        "specific_impulse_vacuum": solution.Isp_vacuum[2] / 9.80665,
        "chamber_molar_mass": solution.M[0] * 1e-3,
        "chamber_gamma": solution.gamma_s[0],
        "exit_pressure": solution.P[2] * BAR,
    }
    return ReferenceAnswer(
        reference, converged=True, quantities={name: float(value) for name, value in quantities.items()}
    )


@lru_cache(maxsize=64)
def _solver(reactants: tuple[Reactant, ...]) -> tuple[Any, Any]:
    """The library and its solver for these reactants; making one takes longer than solving with it."""
    library, mixture, products = mixtures(reactants)
    return library, library.RocketSolver(products, reactants=mixture)


def mixtures(reactants: Sequence[Reactant], *, ions: bool = False) -> tuple[Any, Any, Any]:
    """The library, silenced, with its mixture of the very reactants of ours, and that of all their products."""
    import cea

    cea.set_log_level(cea.LOG_NONE)
    inputs = [
        cea.Reactant(
            f"reactant{place}",
            formula={element.upper(): number for element, number in reactant.formula},
            molecular_weight=reactant.molar_mass * 1e3,
            enthalpy=reactant.enthalpy,
            enthalpy_units="J/mol",
            temperature=reactant.temperature,
        )
        for place, reactant in enumerate(reactants)
    ]
    products = cea.Mixture(inputs, products_from_reactants=True, ions=ions)
    return cea, cea.Mixture(inputs, ions=ions), products


def area_ratios(solution: Any) -> Array:
    """(K,): each station's area over the throat's, of the density and velocity that the solution states.

    Infinite at the chamber, where nothing flows.
    """
    flux = solution.density * solution.Mach * solution.sonic_velocity
    with np.errstate(divide="ignore"):
        return np.asarray(flux[1] / flux)
