"""The error of the tables, stated in docs/hybrid.md, between their places."""

import numpy as np
import pytest

from engine.hybrid.combustion import combustion_table
from engine.hybrid.optimum import best_mixture
from engine.thermo.catalogue import find
from engine.thermo.constants import GAS_CONSTANT


@pytest.mark.parametrize("pair", [("HTPB", "N2O"), ("PARAFFIN", "GOX")], ids="/".join)
def test_between_its_places_the_table_is_the_core(pair: tuple[str, str]) -> None:
    table = combustion_table(find(pair[0]), find(pair[1]))
    random = np.random.default_rng(3)
    ratio = table.stoichiometric * np.exp(random.uniform(np.log(0.3), np.log(4.0), 300))
    pressure = np.exp(random.uniform(np.log(1e5), np.log(1e7), 300))
    flow = table.stations(ratio, pressure, np.full(300, 1.5))
    share = table.share(ratio, np.ones(300))
    gas = table.at_pressure(share, pressure)
    assert np.abs(gas.c_star / flow.c_star - 1.0).max() < 1e-4
    assert np.quantile(np.abs(gas.gamma / flow.gamma[:, 0] - 1.0), 0.95) < 1e-4
    density = pressure / (GAS_CONSTANT * flow.temperature[:, 0] / flow.molar_mass[:, 0])
    turned = table.at_density(share, density)
    error = np.abs(turned.c_star / flow.c_star - 1.0)
    assert error[ratio > 0.4 * table.stoichiometric].max() < 1e-4
    assert error.max() < 2e-3  # where soot begins in cool gas, which depends on the pressure
    assert np.quantile(np.abs(turned.pressure_energy * density / pressure - 1.0), 0.97) < 1e-4


def test_the_slope_by_enthalpy_is_that_of_warmer_propellants() -> None:
    fuel, oxidizer = find("HTPB"), find("N2O")
    cold, warm = (combustion_table(fuel, oxidizer, None, temperature) for temperature in (280.0, 320.0))
    share, pressure = np.array([0.3, 0.45, 0.5, 0.6]), np.full(4, 2e6)
    ratio = cold.stoichiometric * share / (1.0 - share)
    rise = 40.0 * 880.0 * ratio / (1.0 + ratio)  # c_p of the gas near 300 K, J/(kg K)
    change = (
        warm.at_pressure(share, pressure).pressure_energy - cold.at_pressure(share, pressure).pressure_energy
    )
    np.testing.assert_allclose(change / rise, cold.at_pressure(share, pressure).energy_slope, rtol=0.02)


def test_the_best_mixture_is_a_little_rich_and_grows_leaner_with_pressure() -> None:
    table = combustion_table(find("HTPB"), find("N2O"))
    ratio, c_star = best_mixture(table, np.array([1e6, 1e7]))
    assert 5.0 < ratio[0] < ratio[1] < table.stoichiometric
    assert c_star[0] < c_star[1]
