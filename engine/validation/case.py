"""One rocket case in terms that every reference understands, and what a reference answers."""

from dataclasses import dataclass, field

from engine.spec import FlowModel
from engine.thermo.catalogue import Reactant

QUANTITIES = (
    "chamber_temperature",
    "throat_temperature",
    "exit_temperature",
    "c_star",
    "specific_impulse_vacuum",
    "chamber_molar_mass",
    "chamber_gamma",
    "exit_pressure",
)
"""What is compared, by the names of the result; ideal values, without efficiencies, SI."""


@dataclass(frozen=True)
class ReferenceCase:
    """Reactants (mass fraction of the whole propellant, substance; enthalpy as it enters), and the motor; SI.

    `fuel` and `oxidizer` hold fractions of the fuel's and the oxidizer's mass. A monopropellant is all fuel: it has
    no oxidizer, and the mixture ratio 0. With `contraction_ratio` or `mass_flux` the combustor is of finite area.
    """

    fuel: tuple[tuple[float, Reactant], ...]
    oxidizer: tuple[tuple[float, Reactant], ...]
    mixture_ratio: float
    chamber_pressure: float
    area_ratio: float
    flow_model: FlowModel
    contraction_ratio: float | None = None
    mass_flux: float | None = None

    @property
    def is_finite_area(self) -> bool:
        """Whether the chamber has a width."""
        return self.contraction_ratio is not None or self.mass_flux is not None


@dataclass(frozen=True)
class ReferenceAnswer:
    """What a reference found; no quantities where it did not converge, and `message` says so."""

    reference: str
    converged: bool
    message: str = ""
    quantities: dict[str, float] = field(default_factory=dict)
