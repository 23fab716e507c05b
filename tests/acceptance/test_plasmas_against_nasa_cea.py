"""Beyond 6000 K and with ions: every gas's properties and the composition of plasmas against NASA's `cea` wheel."""

from typing import Any

import cea
import numpy as np
import pytest

import engine
from engine.thermo.catalogue import find
from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.species import known_elements, product_species

TEMPERATURES = [210.0, 5999.0, 6001.0, 9000.0, 20000.0]
CONTINUED_OTHERWISE = {"K2+"}
"""In NASA's library its third interval does not join the second: cp jumps from 12.8 R to 3.3 R at 6000 K."""


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_every_gas_of_nasas_has_the_wheels_properties(temperature: float) -> None:
    cea.set_log_level(cea.LOG_NONE)
    gases = product_species(tuple(sorted(known_elements())), ions=True).gases
    found = gases.properties(np.array([temperature]))
    one = np.array([1.0])
    for place, name in enumerate(gases.names):
        if name in CONTINUED_OTHERWISE:
            continue
        mixture = cea.Mixture([name])
        scale = gases.molar_mass[place] / GAS_CONSTANT
        enthalpy = mixture.calc_property(cea.ENTHALPY, one, temperature) * scale / temperature
        capacity = mixture.calc_property(cea.FROZEN_CP, one, temperature) * scale
        entropy = mixture.calc_property(cea.ENTROPY, one, temperature, 1.0) * scale
        wanted = [enthalpy, capacity, entropy]
        ours = [
            found.enthalpy[0, place],
            found.heat_capacity[0, place],
            found.enthalpy[0, place] - found.gibbs[0, place],
        ]
        np.testing.assert_allclose(ours, wanted, rtol=1e-8, atol=1e-8, err_msg=name)


PLASMAS = [
    ("N2", "O2", 0.3, [1000.0, 3000.0, 5000.0, 8000.0, 12000.0, 15000.0, 19000.0]),
    ("Li(cr)", "LF2", 2.0, [3000.0, 5000.0]),
    ("RP-1", "LOX", 2.6, [1500.0, 3000.0, 7000.0, 12000.0]),
]


def solver_of(fuel: str, oxidizer: str) -> Any:
    inputs = [
        cea.Reactant(
            f"reactant{place}",
            formula={element.upper(): number for element, number in part.formula},
            molecular_weight=part.molar_mass * 1e3,
            enthalpy=part.enthalpy,
            enthalpy_units="J/mol",
            temperature=part.temperature,
        )
        for place, part in enumerate(part for side in (fuel, oxidizer) for _, part in find(side).components)
    ]
    products = cea.Mixture(inputs, products_from_reactants=True, ions=True)
    return cea.EqSolver(products, reactants=cea.Mixture(inputs, ions=True), ions=True)


@pytest.mark.parametrize(("fuel", "oxidizer", "ratio", "temperatures"), PLASMAS)
def test_plasmas_agree(fuel: str, oxidizer: str, ratio: float, temperatures: list[float]) -> None:
    pressures = [1e3, 1e5, 1e7]
    ours = engine.equilibrium(
        "TP",
        fuel=fuel,
        oxidizer=oxidizer,
        mixture_ratio=ratio,
        pressure=np.array(pressures)[:, None],
        temperature=temperatures,
        ions=True,
    )
    assert not ours.status.any()
    solver = solver_of(fuel, oxidizer)
    weights = np.array([1.0, ratio]) / (1.0 + ratio)
    electron = ours.species.index("e-")
    for case in np.ndindex(ours.status.shape):
        theirs = cea.EqSolution(solver)
        solver.solve(theirs, cea.TP, temperatures[case[1]], pressures[case[0]] / 1e5, weights)
        assert theirs.converged
        wanted = [theirs.M * 1e-3, theirs.enthalpy * 1e3, theirs.entropy * 1e3, theirs.gamma_s]
        found = [ours.molar_mass[case], ours.enthalpy[case], ours.entropy[case], ours.gamma[case]]
        np.testing.assert_allclose(found, wanted, rtol=2e-7, err_msg=str(case))
        electrons = theirs.mole_fractions["e-"]
        np.testing.assert_allclose(
            ours.mole_fractions[case][electron], electrons, rtol=1e-6, err_msg=str(case)
        )
