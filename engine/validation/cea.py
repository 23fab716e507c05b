"""NASA's own CEA, as the wheel `cea` carries it: the primary reference."""

import warnings
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np

from engine.errors import AnalysisError
from engine.thermo.catalogue import Reactant
from engine.thermo.nasa_polynomials import Array
from engine.validation.case import ReferenceAnswer, ReferenceCase

CEA_GAS_CONSTANT = 8314.51
"""J/(kmol K), what the wheel divides enthalpies by."""
BAR = 1e5
MASS_TOLERANCE = 1e-3
"""The reference closes a combustor of finite area within 1e-4. Where it freezes the gas at the injector it keeps the
area ratio of the flow in equilibrium, and more mass flows through its throat than through its chamber.
"""
AREA_TOLERANCE = 1e-4
"""The reference ends its search within 4e-5 of ln(p). Where water freezes it takes ice above the melting point for
a solution, with a density and a velocity that belong to quite another area than the one it states.
"""
GAS_TOLERANCE, ENTROPY_TOLERANCE = 1e-3, 1e-3
ATTEMPTS, PLAIN_AREA = 3, 2.0
"""Where much water condenses or freezes the reference's answer depends on what it solved before, and may be a
temperature of 3800 K beside the density of ice. After a plain nozzle it often finds the state.
"""
INFINITE_AREA, FINITE_AREA = ("chamber", "throat", "exit"), ("injector", "rest", "chamber", "throat", "exit")
"""The reference's stations; the gas at rest behind a combustor of finite area is one of them."""

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
    stations = FINITE_AREA if case.is_finite_area else INFINITE_AREA
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library, solver = _solver(reactants)
        solution = library.RocketSolution(solver)
        given = np.array(weights), case.chamber_pressure / BAR
        how = {"hc": enthalpy / CEA_GAS_CONSTANT, **_how(case, stations)}
        for _ in range(ATTEMPTS):
            solver.solve(solution, *given, supar=[case.area_ratio], **how)
            if _doubt(solution, stations, case) is None:
                break
            solution = library.RocketSolution(solver)
            solver.solve(solution, *given, supar=[PLAIN_AREA], **how)
        else:
            solver.solve(solution, *given, supar=[case.area_ratio], **how)
        return _answer(f"NASA CEA {library.lib_version()}", solution, stations, case)


def _how(case: ReferenceCase, stations: tuple[str, ...]) -> dict[str, Any]:
    """The combustor, and the station, counted from 1, from which on the composition is frozen."""
    how: dict[str, Any] = {"iac": not case.is_finite_area}
    if case.contraction_ratio is not None:
        how["ac_at"] = case.contraction_ratio
    if case.mass_flux is not None:
        how["mdot"] = case.mass_flux
    if case.flow_model != "equilibrium":
        how["n_frz"] = 1 if case.flow_model == "frozen" else stations.index("throat") + 1
    return how


def _answer(reference: str, solution: Any, stations: tuple[str, ...], case: ReferenceCase) -> ReferenceAnswer:
    message = _doubt(solution, stations, case)
    if message is not None:
        return ReferenceAnswer(reference, converged=False, message=message)
    chamber, throat, leaving = (stations.index(name) for name in ("chamber", "throat", "exit"))
    quantities = {
        "chamber_temperature": solution.T[chamber],
        "throat_temperature": solution.T[throat],
        "exit_temperature": solution.T[leaving],
        "c_star": solution.c_star[throat],
        "specific_impulse_vacuum": solution.Isp_vacuum[leaving] / 9.80665,
        "chamber_molar_mass": solution.M[chamber] * 1e-3,
        "chamber_gamma": solution.gamma_s[chamber],
        "exit_pressure": solution.P[leaving] * BAR,
    }
    return ReferenceAnswer(
        reference, converged=True, quantities={name: float(value) for name, value in quantities.items()}
    )


def _doubt(solution: Any, stations: tuple[str, ...], case: ReferenceCase) -> str | None:
    """Why the solution is none; what is no number at all breaks a tolerance too."""
    if not solution.converged or solution.num_pts != len(stations):
        return f"the reference did not converge: it answered {solution.num_pts} of {len(stations)} stations"
    reached = area_ratios(solution, stations.index("throat"))
    if not abs(reached[-1] / case.area_ratio - 1.0) <= AREA_TOLERANCE:
        return f"the reference's own state has the area ratio {reached[-1]:.6g}, not {case.area_ratio:.6g}"
    gas = solution.density * CEA_GAS_CONSTANT * solution.T / (solution.P * BAR * solution.M)
    if not abs(gas[-1] - 1.0) <= GAS_TOLERANCE:
        return f"the reference's own state is none: {solution.T[-1]:.6g} K do not belong to its pressure and density"
    chamber = stations.index("chamber")
    if case.is_finite_area and abs(reached[chamber] / solution.ae_at[chamber] - 1.0) > MASS_TOLERANCE:
        return (
            f"the reference's own states have the contraction ratio {reached[chamber]:.6g}, "
            f"not {solution.ae_at[chamber]:.6g}: more flows through its throat than through its chamber"
        )
    if not abs(solution.entropy[-1] / solution.entropy[chamber] - 1.0) <= ENTROPY_TOLERANCE:
        return f"the reference's own entropy goes from {solution.entropy[chamber]:.6g} to {solution.entropy[-1]:.6g}"
    return None


@lru_cache(maxsize=64)
def _solver(reactants: tuple[Reactant, ...]) -> tuple[Any, Any]:
    """The library and its solver for these reactants; making one takes longer than solving with it."""
    library, mixture, products = mixtures(reactants)
    return library, library.RocketSolver(products, reactants=mixture)


def mixtures(reactants: Sequence[Reactant], *, ions: bool = False) -> tuple[Any, Any, Any]:
    """The library, silenced, with its mixture of the very reactants of ours, and that of all their products."""
    try:
        import cea
    except ImportError as error:
        raise AnalysisError(
            "NASA's CEA is not installed here, so nothing can be compared with it; leave the comparison out, or run "
            "where there is a wheel of it (x86_64)",
            code="reference_unavailable",
        ) from error

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


def area_ratios(solution: Any, throat: int = 1) -> Array:
    """(K,): each station's area over that of the `throat`, by the density and velocity that the solution states.

    Infinite at the chamber, where nothing flows.
    """
    flux = solution.density * solution.Mach * solution.sonic_velocity
    with np.errstate(divide="ignore"):
        return np.asarray(flux[throat] / flux)
