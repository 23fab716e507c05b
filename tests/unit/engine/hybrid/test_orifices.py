import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.hybrid.orifices import (
    critical_flow,
    dyer_flux,
    equilibrium_flux,
    gas_flux,
    incompressible_flux,
    tank_root,
)
from engine.hybrid.saturation import saturation

temperatures = st.floats(240.0, 307.0)
shares = st.floats(0.0, 1.0)


@given(temperatures, shares)
def test_what_boils_on_its_way_flows_less_and_dyers_flow_lies_between(
    temperature: float, share: float
) -> None:
    tank = saturation(np.array([temperature]))
    behind = tank.pressure * share
    liquid = incompressible_flux(tank.liquid_density, tank.pressure, behind)
    boiling, between = equilibrium_flux(tank, behind), dyer_flux(tank, behind)
    assert (boiling <= liquid * (1.0 + 1e-3) + 1.0).all()
    np.testing.assert_allclose(between, 0.5 * (liquid + boiling), rtol=1e-12)


@given(temperatures)
def test_boiling_flow_chokes(temperature: float) -> None:
    tank = saturation(np.array([temperature]))
    highest, choking = critical_flow().at(tank_root(tank))
    low = equilibrium_flux(tank, np.linspace(0.0, 1.0, 50) * choking)
    np.testing.assert_allclose(low, highest[0], rtol=1e-9)
    rising = equilibrium_flux(tank, np.linspace(choking[0], tank.pressure[0], 60))
    assert (np.diff(rising) < highest[0] * 1e-3).all()
    assert 0.6 < float(choking[0] / tank.pressure[0]) < 1.0


def test_a_gas_through_a_hole_is_choked_below_the_critical_ratio() -> None:
    pressure, density, exponent = np.array([5e6]), np.array([60.0]), np.array([1.4])
    low, lower = (
        gas_flux(pressure, density, exponent, np.array([1e6])),
        gas_flux(pressure, density, exponent, np.array([0.0])),
    )
    assert low == lower
    wanted = np.sqrt(1.4 * 5e6 * 60.0) * (2.0 / 2.4) ** (2.4 / 0.8)
    assert float(low[0]) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("flux", ["liquid", "boiling", "gas"])
def test_nothing_flows_against_a_higher_pressure(flux: str) -> None:
    tank = saturation(np.array([290.0]))
    behind = tank.pressure * 1.5
    flows = {
        "liquid": incompressible_flux(tank.liquid_density, tank.pressure, behind),
        "boiling": equilibrium_flux(tank, behind),
        "gas": gas_flux(tank.pressure, tank.vapour_density, tank.vapour_exponent, behind),
    }
    assert float(flows[flux][0]) == pytest.approx(0.0, abs=1e-3)
