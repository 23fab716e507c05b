"""Motors from a case and limits."""

from typing import Any

import pytest

import engine
from engine import SpecError, neutral_bates

BASE: dict[str, Any] = {
    "motor_type": "solid",
    "propellant": {
        "density": 1680.0,
        "burn_rates": [
            {
                "coefficient": 3.5e-5,
                "exponent": 0.33,
                "gamma": 1.21,
                "flame_temperature": 3500.0,
                "molar_mass": 0.0237,
            }
        ],
    },
    "grains": [{"type": "bates", "diameter": 0.083, "length": 0.1, "core_diameter": 0.03}],
    "nozzle": {"throat_diameter": 0.014, "exit_diameter": 0.035},
    "settings": {"time_step": 0.05},
}


def test_an_even_motor_keeps_its_limits() -> None:
    made = neutral_bates(
        BASE, length=0.6, chamber_pressure_peak=5e6, port_throat_ratio=2.0, mass_flux_peak=1000.0
    )
    result = engine.analyze(made)
    assert result.chamber_pressure_peak == pytest.approx(5e6, rel=0.01)
    assert result.port_throat_ratio > 1.999
    assert result.mass_flux_peak <= 1000.0
    assert result.thrust_peak / result.thrust < 1.12
    assert sum(grain["length"] for grain in made["grains"]) == pytest.approx(0.6)
    assert made["nozzle"]["exit_diameter"] / made["nozzle"]["throat_diameter"] == pytest.approx(2.5)


def test_limits_that_nothing_keeps_are_named() -> None:
    with pytest.raises(SpecError, match="mass_flux_peak: 10 kg"):
        neutral_bates(BASE, length=0.6, chamber_pressure_peak=5e6, mass_flux_peak=10.0)
    with pytest.raises(SpecError, match="chamber_pressure_peak: 1e"):
        neutral_bates(BASE, length=0.02, chamber_pressure_peak=1e12)
    with pytest.raises(SpecError, match="solid"):
        neutral_bates({"motor_type": "liquid"}, length=1.0, chamber_pressure_peak=5e6)
