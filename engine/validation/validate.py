"""Compare one answer with NASA CEA, and with RocketCEA where it is installed."""

from dataclasses import replace

import numpy as np

from engine.errors import AnalysisError
from engine.hybrid_spec import HybridSpec
from engine.liquid.mixing import Side, mixture_ratio, sides
from engine.propellants import BipropellantMixture, Monopropellant
from engine.registry import MOTOR_TYPES
from engine.result import AnalysisResult, HybridResult
from engine.solid_spec import SolidSpec
from engine.spec import AnalysisSpec, LiquidSpec, Nozzle
from engine.thermo.catalogue import Reactant
from engine.thermo.reactants import molar_enthalpy
from engine.validation import cea, explanations, rocketcea
from engine.validation.case import ReferenceCase
from engine.validation.report import ValidationReport, compare


def validate(
    spec: AnalysisSpec, result: AnalysisResult | None = None, rocketcea_python: str | None = None
) -> ValidationReport:
    """Deviations in percent from NASA's `cea`, solved with the same reactants; ideal values, no efficiencies.

    `result` is our answer to `spec`, computed where it is left out. `rocketcea_python` is the interpreter that has
    RocketCEA; by default the one that the set-up made, if it did. It is asked where the combustor is of infinite area.
    A reference that does not converge says so in its opinion and is compared with nothing. Of a burn over time the
    mean operating point is compared. Raises AnalysisError where `spec` itself has no answer.
    """
    answer = result if result is not None else _solved(spec)
    if not isinstance(spec, LiquidSpec):
        spec = mean_point(spec, answer)
    ours, case = ideal_quantities(answer), reference_case(spec)
    names = tuple(side.propellant.name for side in sides(spec))
    primary = compare(ours, cea.solve(case))
    opinions, reasons = explanations.against_nasa(case, names, ours, primary)
    interpreter = rocketcea_python or rocketcea.default_interpreter()
    if interpreter is not None and not case.is_finite_area:
        matched = rocketcea.solve(case, interpreter)
        opinion = compare(ours, matched)
        chamber = answer.stations["chamber"]
        is_condensed = (chamber.molar_mass_mixture or np.inf) < chamber.molar_mass * (1.0 - 1e-9)
        reasons += explanations.of_definitions(matched, opinion, is_condensed)
        own, own_reasons = explanations.against_rocketcea(case, names, ours, opinion, interpreter)
        opinions += [opinion, *own]
        reasons += own_reasons
    return ValidationReport(**dict(primary), second_opinions=opinions, explanations=reasons)


def _solved(spec: AnalysisSpec) -> AnalysisResult:
    (answer,) = MOTOR_TYPES[spec.motor_type].load_solver()([spec])
    if isinstance(answer, AnalysisError):
        raise answer
    return answer


def mean_point(spec: HybridSpec | SolidSpec, answer: AnalysisResult) -> LiquidSpec:
    """What burns at the mean mixture and chamber pressure of a burn over time, as a specification of its own."""
    if isinstance(spec, SolidSpec):
        return _solid_mean_point(spec, answer)
    if not isinstance(answer, HybridResult):
        raise TypeError("the answer is not that of a hybrid")
    given = spec.propellant
    mixture = BipropellantMixture(
        fuel=given.fuel,
        oxidizer=given.oxidizer,
        mixture_ratio=answer.mixture_ratio,
        fuel_temperature=given.fuel_temperature,
        oxidizer_temperature=given.oxidizer_temperature,
    )
    return LiquidSpec(
        motor_type="liquid",
        propellant=mixture,
        chamber_pressure=answer.chamber_pressure,
        nozzle=Nozzle(area_ratio=spec.nozzle.area_ratio),
    )


def _solid_mean_point(spec: SolidSpec, answer: AnalysisResult) -> LiquidSpec:
    given = spec.propellant
    if given.ingredients is None:
        raise TypeError("a gas that was given by hand has no reference")
    return LiquidSpec(
        motor_type="liquid",
        propellant=Monopropellant(
            monopropellant=given.ingredients, monopropellant_temperature=given.temperature
        ),
        chamber_pressure=answer.chamber_pressure,
        nozzle=Nozzle(area_ratio=answer.geometry.area_ratio),
    )


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
    entering = [_entering(side) for side in sides(spec)]
    return ReferenceCase(
        fuel=entering[0],
        oxidizer=entering[1] if len(entering) == 2 else (),
        mixture_ratio=mixture_ratio(spec),
        chamber_pressure=spec.chamber_pressure,
        area_ratio=spec.nozzle.area_ratio,
        flow_model=spec.flow_model,
        contraction_ratio=getattr(spec.combustor, "contraction_ratio", None),
        mass_flux=getattr(spec.combustor, "mass_flux", None),
    )


def _entering(side: Side) -> tuple[tuple[float, Reactant], ...]:
    return tuple(
        (fraction, reactant if temperature is None else _heated(reactant, temperature))
        for temperature, (fraction, reactant) in zip(side.entering, side.propellant.components, strict=True)
    )


def _heated(reactant: Reactant, temperature: float) -> Reactant:
    return replace(
        reactant,
        enthalpy=float(molar_enthalpy(reactant, np.array([temperature]))[0]),
        temperature=temperature if reactant.intervals else reactant.temperature,
    )
