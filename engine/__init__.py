"""The physics of HRMA: what a rocket motor does, by NASA CEA's method and data. SI units everywhere.

    import engine

    result = engine.analyze({
        "motor_type": "liquid",
        "propellant": {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0},
        "chamber_pressure": 7e6,
        "nozzle": {"area_ratio": 40.0},
    })
    result.c_star, result.specific_impulse_vacuum

Names are loaded when they are first used (PEP 562), so that importing the package, or checking a specification
with `parse_spec`, loads no numpy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from engine.version import __version__

if TYPE_CHECKING:
    from engine.analysis import analyze, analyze_many
    from engine.arrays.detonation import detonation
    from engine.arrays.equilibrium import equilibrium
    from engine.arrays.gradients import rocket_gradients
    from engine.arrays.nozzle import nozzle_flow
    from engine.arrays.rocket import rocket_performance
    from engine.arrays.shock import shock
    from engine.errors import AnalysisError, SpecError
    from engine.formats.loading import load_motor
    from engine.hybrid.optimum import best_mixture_ratio
    from engine.parsing import parse_spec
    from engine.result import AnalysisResult
    from engine.spec import AnalysisSpec
    from engine.studies.fitting import fit_tests
    from engine.studies.neutral_bates import neutral_bates
    from engine.studies.running import run_study
    from engine.studies.static_tests import StaticTest
    from engine.tabulation import tabulate
    from engine.validation.definitions import explain_difference

_PLACES = {
    "analyze": "engine.analysis",
    "analyze_many": "engine.analysis",
    "best_mixture_ratio": "engine.hybrid.optimum",
    "detonation": "engine.arrays.detonation",
    "equilibrium": "engine.arrays.equilibrium",
    "explain_difference": "engine.validation.definitions",
    "fit_tests": "engine.studies.fitting",
    "load_motor": "engine.formats.loading",
    "neutral_bates": "engine.studies.neutral_bates",
    "nozzle_flow": "engine.arrays.nozzle",
    "rocket_gradients": "engine.arrays.gradients",
    "rocket_performance": "engine.arrays.rocket",
    "run_study": "engine.studies.running",
    "shock": "engine.arrays.shock",
    "StaticTest": "engine.studies.static_tests",
    "AnalysisError": "engine.errors",
    "SpecError": "engine.errors",
    "parse_spec": "engine.parsing",
    "AnalysisResult": "engine.result",
    "AnalysisSpec": "engine.spec",
    "tabulate": "engine.tabulation",
}

__all__ = [
    "AnalysisError",
    "AnalysisResult",
    "AnalysisSpec",
    "SpecError",
    "StaticTest",
    "__version__",
    "analyze",
    "analyze_many",
    "best_mixture_ratio",
    "detonation",
    "equilibrium",
    "explain_difference",
    "fit_tests",
    "load_motor",
    "neutral_bates",
    "nozzle_flow",
    "parse_spec",
    "rocket_gradients",
    "rocket_performance",
    "run_study",
    "shock",
    "tabulate",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'engine' has no attribute '{name}'")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES])
