"""Example 2 of NASA RP-1311 part II, hydrogen burnt in air at 3000 K: transport properties and slopes of volume.

The figures are those of CEA2 (May 21, 2004) in full, as NASA keeps them beside its program
(github.com/nasa/cea, test/main_interface/reference_output/example2.out).
"""

import numpy as np
import pytest

from engine.thermo.equilibrium import EquilibriumState, solve_equilibrium
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import product_species

ATMOSPHERE = 101325.0
CALORIE = 4.184
ELEMENT_MOLES = {
    "Ar": 0.31415977,
    "C": 0.010701224,
    "H": 28.108460,
    "N": 52.388364,
    "O": 14.075632,
}
DENSITY = np.array([9.1864e-2, 8.0877e-3, 6.6054e-4])
ONLY = [
    "Ar",
    "C",
    "CO",
    "CO2",
    "H",
    "H2",
    "H2O",
    "HNO",
    "HO2",
    "HNO2",
    "HNO3",
    "N",
    "NH",
    "NO",
    "N2",
    "N2O3",
    "O",
    "O2",
    "OH",
    "O3",
]
PRINTED = {
    "pressure": (ATMOSPHERE, [1.00087146755911, 0.100029713662692, 0.00998851264937506]),
    "volume_pressure_slope": (1.0, [-1.0344058927705, -1.07866534465021, -1.07476019268604]),
    "volume_temperature_slope": (1.0, [1.69550154152836, 2.53320193289805, 2.41267538576181]),
    "heat_capacity": (1e3 * CALORIE, [1.68119433834956, 3.43953850640927, 3.71555454816386]),
    "gamma": (1.0, [1.13119967139831, 1.12058184419737, 1.13183649233831]),
    "internal_energy": (1e3 * CALORIE, [399.703840794038, 1069.88697575811, 2281.48670793794]),
    "gibbs_energy": (1e3 * CALORIE, [-7974.29745601239, -8616.61031499115, -9381.38152924220]),
    "viscosity": (1e-4, [0.935760499961917, 0.940138625915723, 0.948195420644172]),
    "conductivity": (1e-1 * CALORIE, [4.42107716718222, 9.62163997194367, 8.82847070317650]),
    "prandtl": (1.0, [0.355839807944786, 0.336080233164928, 0.399057993864278]),
    "heat_capacity_frozen": (1e3 * CALORIE, [0.424965387444058, 0.428223902497597, 0.436832833059830]),
    "conductivity_frozen": (1e-1 * CALORIE, [0.628979431432464, 0.726529017470931, 0.864100277156825]),
    "prandtl_frozen": (1.0, [0.632239789647018, 0.554127669504223, 0.479345861636817]),
}
"""The unit of each in SI, and the three points."""


@pytest.fixture(scope="module")
def state() -> EquilibriumState:
    products = product_species(tuple(ELEMENT_MOLES), only=ONLY)
    elements: Array = np.tile(list(ELEMENT_MOLES.values()), (3, 1))
    return solve_equilibrium(
        "TV", products, elements, density=DENSITY, temperature=np.full(3, 3000.0), with_transport=True
    )


@pytest.mark.parametrize("quantity", PRINTED)
def test_what_cea2_prints_is_reproduced(state: EquilibriumState, quantity: str) -> None:
    unit, printed = PRINTED[quantity]
    np.testing.assert_allclose(getattr(state, quantity), np.array(printed) * unit, rtol=2e-7)
