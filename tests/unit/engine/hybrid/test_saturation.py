import numpy as np
import pytest

from engine.hybrid.saturation import (
    CRITICAL_TEMPERATURE,
    equilibrium_root,
    root_of,
    saturation,
    saturation_at,
    saturation_root,
)

EQUATION_OF_STATE = [
    (190.0, 137817.21, 1214.693998, 3.969057324, 9165.47459, 377386.0607),
    (250.0, 1634118.157, 1010.900102, 42.36698381, 117752.384, 400211.609),
    (293.15, 5052509.283, 785.1039704, 157.9856251, 214395.3522, 384320.413),
    (308.0, 7007848.188, 594.6863903, 315.832473, 272183.5853, 341855.6413),
]
"""T, p, densities and enthalpies of liquid and vapour: CoolProp 8.0.0, Lemmon and Span (2006)."""

DATA_SHEET = [(273.15, 3.127e6, 907.4, 84.86), (293.15, 5.060e6, 786.6, 159.4)]
"""T, p, densities: Engineering Sciences Data Unit 91022, an equation of state of its own."""


@pytest.mark.parametrize("row", EQUATION_OF_STATE, ids=lambda row: f"{row[0]} K")
def test_the_splines_are_the_equation_of_state(row: tuple[float, ...]) -> None:
    state = saturation(row[0])
    found = [state.pressure, state.liquid_density, state.vapour_density]
    np.testing.assert_allclose(found, row[1:4], rtol=2e-7)
    np.testing.assert_allclose([state.liquid_enthalpy, state.vapour_enthalpy], row[4:], rtol=0, atol=0.05)


@pytest.mark.parametrize("row", DATA_SHEET, ids=lambda row: f"{row[0]} K")
def test_other_published_values_are_near(row: tuple[float, ...]) -> None:
    state = saturation(row[0])
    np.testing.assert_allclose(
        [state.pressure, state.liquid_density, state.vapour_density], row[1:], rtol=0.01
    )


def test_it_boils_at_one_atmosphere_at_the_published_temperature() -> None:
    state = saturation_at(saturation_root(np.array([101325.0])))
    assert float(state.temperature[0]) == pytest.approx(184.68, abs=0.02)
    heat = state.vapour_enthalpy - state.liquid_enthalpy
    assert float(heat[0]) == pytest.approx(374.3e3, rel=0.01)


def test_the_phases_have_one_temperature_and_one_gibbs_energy() -> None:
    temperature = np.linspace(184.0, 309.0, 200)
    state = saturation(temperature)
    liquid = state.liquid_enthalpy - temperature * state.liquid_entropy
    vapour = state.vapour_enthalpy - temperature * state.vapour_entropy
    np.testing.assert_allclose(liquid, vapour, rtol=0, atol=2.0)


def test_the_pressure_finds_its_place_again_up_to_the_critical_point() -> None:
    root = root_of(np.linspace(183.0, 309.0, 300))
    np.testing.assert_allclose(saturation_root(saturation_at(root).pressure), root, rtol=0, atol=1e-6)


def test_density_and_energy_find_the_temperature() -> None:
    temperature, share = np.meshgrid(np.linspace(190.0, 308.0, 40), np.linspace(0.02, 0.98, 7))
    state = saturation(temperature)
    volume = 1.0 / state.liquid_density + share * (1.0 / state.vapour_density - 1.0 / state.liquid_density)
    energy = state.liquid_energy + share * (state.vapour_energy - state.liquid_energy)
    root = equilibrium_root(volume, energy, root_of(temperature + 1.0))
    np.testing.assert_allclose(CRITICAL_TEMPERATURE * (1.0 - root**2), temperature, rtol=1e-7)
