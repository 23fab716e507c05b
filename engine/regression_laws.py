"""How fast fuels regress in hybrid motors: measured laws r = a G^n, each with its source and its range.

Nothing here imports numpy: the service checks every request with it.
"""

from typing import Literal, NamedTuple

Flux = Literal["oxidizer", "total"]


class RegressionLaw(NamedTuple):
    """r = `coefficient` G^`exponent`, m/s of G in kg/(s m2), of the oxidizer or of all that flows; measured for G from
    `lowest` to `highest`.
    """

    fuel: str
    oxidizer: str
    coefficient: float
    exponent: float
    flux: Flux
    lowest: float
    highest: float
    source: str


LAWS: tuple[RegressionLaw, ...] = (
    RegressionLaw("HTPB", "N2O", 0.198e-3, 0.325, "oxidizer", 40.0, 400.0, "placeholder"),
)


def find_law(fuel: str, oxidizer: str) -> RegressionLaw | None:
    """The law of a pair by the names of the catalogue; None where nothing is known of it."""
    return next((law for law in LAWS if (law.fuel, law.oxidizer) == (fuel, oxidizer)), None)


def pairs() -> str:
    """The pairs with a law, for a message."""
    return ", ".join(f"{law.fuel}/{law.oxidizer}" for law in LAWS)
