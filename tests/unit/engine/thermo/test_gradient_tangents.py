"""A tangent says how a state moves with composition, entropy and pressure: as states solved nearby show."""

import numpy as np

from engine.thermo.constants import GAS_CONSTANT, STANDARD_PRESSURE
from engine.thermo.equilibrium import EquilibriumState, solve_equilibrium
from engine.thermo.gradients.equilibrium import equilibrium_tangent
from engine.thermo.gradients.onset import affinity_slopes
from engine.thermo.gradients.states import StationState
from engine.thermo.gradients.tangent import Tangent
from engine.thermo.nasa_polynomials import Array
from tests.unit.engine.thermo.differences import extrapolated, stencil
from tests.unit.engine.thermo.mixtures import chemical_potentials, mixture, moles

RATIOS = np.array([1.3, 1.6, 2.6])
PRESSURES = np.array([2e6, 3e5, 8e6])
TEMPERATURES = np.array([1500.0, 1900.0, 3200.0])
STEP = 1e-3


class Kerosene:
    """RP-1 and oxygen without soot, near enough to it for graphite to be the next phase."""

    def __init__(self) -> None:
        self.products, mixed = mixture(("RP-1", "LOX"), RATIOS)
        self.elements, self.direction = (
            mixed.element_moles,
            mixture(("RP-1", "LOX"), RATIOS * 2.0)[1].element_moles,
        )
        start = solve_equilibrium(
            "TP", self.products, self.elements, pressure=PRESSURES, temperature=TEMPERATURES
        )
        self.entropy = start.entropy
        self.state = self.solve(np.zeros(3), np.zeros(3), np.zeros(3))

    def solve(self, along: Array, entropy: Array, log_pressure: Array) -> EquilibriumState:
        """So far along the direction of composition, and with so much more entropy over R and ln p; (N,) each."""
        repeats = len(along) // len(RATIOS)
        return solve_equilibrium(
            "SP",
            self.products,
            np.tile(self.elements, (repeats, 1)) + along[:, None] * np.tile(self.direction, (repeats, 1)),
            pressure=np.tile(PRESSURES, repeats) * np.exp(log_pressure),
            entropy=np.tile(self.entropy, repeats) + entropy * GAS_CONSTANT,
        )

    def station(self) -> StationState:
        count = len(self.products.gases.names)
        amounts = moles(self.products, self.state)
        log_pressure = np.log(PRESSURES / STANDARD_PRESSURE)
        active = np.flatnonzero(amounts[0, count:] > 0.0)
        given = (self.state.temperature, log_pressure, amounts[:, :count], amounts[:, count:])
        return StationState(self.products, active, *given)

    def tangent(self) -> Tangent:
        return equilibrium_tangent(self.station(), self.direction[:, None])

    def differences(self, quantities: list[str]) -> dict[str, Array]:
        """(N, 3) each, by the coordinates of the tangent."""
        found: dict[str, list[Array]] = {name: [] for name in quantities}
        for coordinate, size in enumerate((1.0, 10.0, 1.0)):
            places = np.zeros((3, 18))
            places[coordinate] = stencil(np.zeros(3), np.full(3, STEP * size))
            state = self.solve(*places)
            values = np.stack([self.value(name, state) for name in quantities])
            for name, slope in zip(quantities, extrapolated(values, np.full(3, STEP * size))[0], strict=True):
                found[name].append(slope)
        return {name: np.stack(slopes, axis=1) for name, slopes in found.items()}

    def value(self, name: str, state: EquilibriumState) -> Array:
        if name == "affinity":
            return self.affinity(state)
        if name == "enthalpy":
            return np.asarray(state.enthalpy / GAS_CONSTANT)
        quantity = {
            "log_temperature": state.temperature,
            "log_moles": 1.0 / state.molar_mass,
            "log_gamma": state.gamma,
        }
        return np.asarray(np.log(quantity[name]))

    def affinity(self, state: EquilibriumState) -> Array:
        """Of graphite, over RT, by the reaction 2 CO = CO2 + C."""
        names = self.products.names
        potentials = chemical_potentials(
            self.products, moles(self.products, state), state.temperature, state.pressure
        )
        return np.asarray(
            2.0 * potentials[:, names.index("CO")]
            - potentials[:, names.index("CO2")]
            - potentials[:, names.index("C(gr)")]
        )


def test_states_move_as_their_tangent_says() -> None:
    case = Kerosene()
    tangent = case.tangent()
    expected = case.differences(["log_temperature", "log_moles", "enthalpy", "log_gamma"])
    for name, slopes in expected.items():
        scale = np.abs(slopes).max()
        np.testing.assert_allclose(getattr(tangent, name), slopes, rtol=1e-7, atol=1e-8 * scale, err_msg=name)


def test_the_next_phase_comes_nearer_as_its_affinity_says() -> None:
    case = Kerosene()
    assert (case.state.mole_fractions[:, case.products.names.index("C(gr)")] == 0.0).all()
    slopes = affinity_slopes(case.station(), case.tangent())
    expected = case.differences(["affinity"])["affinity"]
    np.testing.assert_allclose(slopes, expected, rtol=1e-7, atol=1e-8 * np.abs(expected).max())


def test_the_tangent_is_that_of_one_potential() -> None:
    case = Kerosene()
    tangent, temperature = case.tangent(), case.state.temperature
    # (dT/dp) at constant s is (dv/ds) at constant p, over R and with n T for p v
    stream = temperature / case.state.molar_mass
    np.testing.assert_allclose(
        temperature * tangent.log_temperature[:, -1], stream * tangent.log_stream[:, -2], rtol=1e-8
    )
