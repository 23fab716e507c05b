"""Compare one answer with NASA CEA, and with RocketCEA where it is installed."""

from dataclasses import replace

import numpy as np

from engine.errors import AnalysisError
from engine.parsing import propellant
from engine.result import AnalysisResult
from engine.spec import LiquidSpec
from engine.thermo.catalogue import Propellant, Reactant
from engine.thermo.reactants import molar_enthalpy
from engine.validation import cea, explanations, rocketcea
from engine.validation.case import ReferenceCase
from engine.validation.report import ValidationReport, compare


def validate(
    spec: LiquidSpec, result: AnalysisResult | None = None, rocketcea_python: str | None = None
) -> ValidationReport:
    """Deviations in percent from NASA's `cea`, solved with the same reactants; ideal values, no efficiencies.

    `result` is our answer to `spec`, computed where it is left out. `rocketcea_python` is the interpreter that has
    RocketCEA; by default the one that the set-up made, if it did. It is asked where the combustor is of infinite area.
    A reference that does not converge says so in its opinion and is compared with nothing. Raises AnalysisError where
    `spec` itself has no answer.
    """
    answer = result if result is not None else _solved(spec)
    ours, case = ideal_quantities(answer), reference_case(spec)
    names = _names(spec)
    primary = compare(ours, cea.solve(case))
    opinions, reasons = explanations.against_nasa(case, names, ours, primary)
    interpreter = rocketcea_python or rocketcea.default_interpreter()
    if interpreter is not None and not case.is_finite_area:
        matched = rocketcea.solve(case, interpreter)
        opinion = compare(ours, matched)
        chamber = answer.stations["chamber"]
        is_condensed = chamber.molar_mass_mixture < chamber.molar_mass * (1.0 - 1e-9)
        reasons += explanations.of_definitions(matched, opinion, is_condensed)
        own, own_reasons = explanations.against_rocketcea(case, names, ours, opinion, interpreter)
        opinions += [opinion, *own]
        reasons += own_reasons
    return ValidationReport(**dict(primary), second_opinions=opinions, explanations=reasons)


def _solved(spec: LiquidSpec) -> AnalysisResult:
    from engine.liquid.solve import solve_liquid

    (answer,) = solve_liquid([spec])
    if isinstance(answer, AnalysisError):
        raise answer
    return answer


def ideal_quantities(answer: AnalysisResult) -> dict[str, float]:
    """What references know: the ideal flow, before efficiencies, divergence and ambient pressure."""
    chamber, throat, leaving = (answer.stations[name] for name in ("chamber", "throat", "exit"))
    coefficient, impulse = leaving.thrust_coefficient, leaving.specific_impulse_vacuum
    if coefficient is None or impulse is None:
        raise ValueError("the exit station has no performance")
    return {
        "chamber_temperature": chamber.temperature,
        "throat_temperature": throat.temperature,
        "exit_temperature": leaving.temperature,
        "c_star": leaving.velocity / coefficient,
        "specific_impulse_vacuum": impulse,
        "chamber_molar_mass": chamber.molar_mass,
        "chamber_gamma": chamber.gamma,
        "exit_pressure": leaving.pressure,
    }


def reference_case(spec: LiquidSpec) -> ReferenceCase:
    """The case of a specification, each reactant with its enthalpy at the temperature it enters with."""
    given = spec.propellant
    return ReferenceCase(
        fuel=_entering(propellant(given.fuel), given.fuel_temperature),
        oxidizer=_entering(propellant(given.oxidizer), given.oxidizer_temperature),
        mixture_ratio=given.mixture_ratio,
        chamber_pressure=spec.chamber_pressure,
        area_ratio=spec.nozzle.area_ratio,
        flow_model=spec.flow_model,
        contraction_ratio=getattr(spec.combustor, "contraction_ratio", None),
        mass_flux=getattr(spec.combustor, "mass_flux", None),
    )


def _entering(given: Propellant, temperature: float | None) -> tuple[tuple[float, Reactant], ...]:
    if temperature is None:
        return given.components
    return tuple(
        (
            fraction,
            replace(
                reactant,
                enthalpy=float(molar_enthalpy(reactant, np.array([temperature]))[0]),
                temperature=temperature if reactant.intervals else reactant.temperature,
            ),
        )
        for fraction, reactant in given.components
    )


def _names(spec: LiquidSpec) -> tuple[str, str]:
    return propellant(spec.propellant.fuel).name, propellant(spec.propellant.oxidizer).name
