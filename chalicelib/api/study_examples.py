"""Studies that the document shows, and that its tests send."""

from typing import Any

from chalicelib.api.examples import MERLIN_LIKE, RS_25_LIKE

MIXTURE = "propellant.mixture_ratio"

SWEEP: dict[str, Any] = {
    "type": "sweep",
    "base": MERLIN_LIKE,
    "variables": [
        {"path": MIXTURE, "grid": "2:3:0.05"},
        {"path": "chamber_pressure", "minimum": 5e6, "maximum": 15e6, "count": 11},
    ],
    "outputs": ["specific_impulse_vacuum", "c_star", "chamber_temperature"],
}
OPTIMIZATION: dict[str, Any] = {
    "type": "optimization",
    "base": RS_25_LIKE,
    "variables": [
        {"path": MIXTURE, "minimum": 4.0, "maximum": 8.0},
        {"path": "nozzle.area_ratio", "minimum": 20.0, "maximum": 100.0},
    ],
    "objectives": [{"output": "specific_impulse_vacuum", "sense": "maximize"}],
    "constraints": [{"output": "chamber_temperature", "maximum": 3500.0}],
    "seed": 1,
}
UNCERTAINTY: dict[str, Any] = {
    "type": "uncertainty",
    "base": MERLIN_LIKE,
    "variables": [
        {"path": MIXTURE, "distribution": "normal", "mean": 2.36, "standard_deviation": 0.05},
        {"path": "chamber_pressure", "distribution": "uniform", "minimum": 9.5e6, "maximum": 9.9e6},
    ],
    "samples": 10000,
    "outputs": ["specific_impulse", "thrust"],
    "seed": 1,
}
SENSITIVITY: dict[str, Any] = {
    "type": "sensitivity",
    "base": MERLIN_LIKE,
    "variables": [
        {"path": MIXTURE, "minimum": 2.2, "maximum": 2.5},
        {"path": "chamber_pressure", "minimum": 9e6, "maximum": 10.5e6},
    ],
    "method": "sobol",
    "samples": 1024,
    "outputs": ["specific_impulse"],
    "seed": 1,
}
STUDIES = {
    "A sweep of mixture ratio and pressure": SWEEP,
    "The best mixture ratio and nozzle of a hot engine": OPTIMIZATION,
    "What tolerances do to thrust": UNCERTAINTY,
    "Which tolerance matters": SENSITIVITY,
}
