"""How fast fuels regress in hybrid motors: measured laws r = a G^n, each with its source and its range.

Nothing here imports numpy: the service checks every request with it.
"""

import math
from typing import Literal, NamedTuple

Flux = Literal["oxidizer", "total"]


class RegressionLaw(NamedTuple):
    """r = `coefficient` G^`exponent`, m/s of G in kg/(s m2), the flux of the oxidizer or of all that flows; measured
    for G from `lowest` to `highest`, infinite where the source at hand does not say.
    """

    fuel: str
    oxidizer: str
    coefficient: float
    exponent: float
    lowest: float
    highest: float
    source: str
    flux: Flux = "oxidizer"

    @property
    def has_range(self) -> bool:
        """Whether it is known where the law was measured."""
        return math.isfinite(self.highest)


def _centimetres(coefficient: float, exponent: float) -> float:
    """SI, of a coefficient for mm/s of g/(s cm2), the custom of the papers: 1 g/(s cm2) is 10 kg/(s m2)."""
    return float(1e-3 * coefficient * 10.0**-exponent)


REZAEI = (
    "Rezaei, Soltani, Mohammadi, Scientia Iranica B 25 (2018) 253, eq. 10: 0.3977 G^0.3667 mm/s of g/(s cm2), "
    "18 firings, DOI 10.24200/sci.2017.4317"
)
DORAN = "Doran, Dyer, Lohner, Dunn, Cantwell, Zilliac, AIAA 2007-5352, mm/s of g/(s cm2)"
ZILLIAC = "Zilliac, Karabeyoglu, AIAA 2006-4504, table 2, mm/s of g/(s cm2)"
WHITMORE = "Whitmore, Peterson, Eilers, J. Propulsion and Power 29 (2013) 582"
UNKNOWN = (0.0, math.inf)

LAWS: tuple[RegressionLaw, ...] = (
    RegressionLaw("HTPB", "N2O", _centimetres(0.3977, 0.3667), 0.3667, 35.0, 120.0, REZAEI),
    RegressionLaw("HDPE", "N2O", _centimetres(0.248, 0.331), 0.331, *UNKNOWN, DORAN),
    RegressionLaw("PMMA", "N2O", _centimetres(0.284, 0.335), 0.335, *UNKNOWN, DORAN),
    RegressionLaw("ABS", "N2O", 2.623e-5, 0.664, *UNKNOWN, WHITMORE),
    RegressionLaw(
        "PARAFFIN",
        "N2O",
        1.55e-4,
        0.5,
        *UNKNOWN,
        "Karp, Jens, Hybrid Rocket Propulsion Design Handbook (2024), after Waxman, Stanford University",
    ),
    RegressionLaw(
        "SORBITOL",
        "N2O",
        0.286e-3,
        0.310,
        *UNKNOWN,
        "0.286 G^0.310 mm/s of kg/(s m2), as HRAP's propellant file has it",
    ),
    RegressionLaw(
        "HTPB", "GOX", _centimetres(0.146, 0.681), 0.681, 35.0, 350.0, f"{ZILLIAC}; range: Sutton and Biblarz"
    ),
    RegressionLaw(
        "HTPB", "LOX", _centimetres(0.146, 0.681), 0.681, 35.0, 350.0, f"{ZILLIAC}, of gaseous oxygen"
    ),
    RegressionLaw(
        "PARAFFIN",
        "GOX",
        _centimetres(0.488, 0.62),
        0.62,
        16.0,
        369.0,
        "Karabeyoglu, Zilliac, Cantwell, DeZilwa, Castellucci, J. Propulsion and Power 20 (2004) 1037: SP-1A, "
        "0.488 G^0.62 mm/s of g/(s cm2)",
    ),
    RegressionLaw(
        "PARAFFIN",
        "LOX",
        _centimetres(0.488, 0.62),
        0.62,
        16.0,
        369.0,
        "as with gaseous oxygen: Karabeyoglu and others, J. Propulsion and Power 20 (2004) 1037",
    ),
    RegressionLaw("HDPE", "GOX", _centimetres(0.132, 0.498), 0.498, *UNKNOWN, ZILLIAC),
    RegressionLaw("PMMA", "GOX", _centimetres(0.087, 0.615), 0.615, *UNKNOWN, ZILLIAC),
    RegressionLaw(
        "HDPE", "LOX", _centimetres(0.132, 0.498), 0.498, *UNKNOWN, f"{ZILLIAC}, of gaseous oxygen"
    ),
    RegressionLaw(
        "PMMA", "LOX", _centimetres(0.087, 0.615), 0.615, *UNKNOWN, f"{ZILLIAC}, of gaseous oxygen"
    ),
    RegressionLaw(
        "PARAFFIN",
        "H2O2",
        3.44e-5,
        0.9593,
        *UNKNOWN,
        "0.0344 G^0.9593 mm/s of kg/(s m2), Brown and Lydon (2005) as cited by Costa and Vieira, J. Braz. Soc. Mech. "
        "Sci. 32 (2010)",
    ),
)


def find_law(fuel: str, oxidizer: str) -> RegressionLaw | None:
    """The law of a pair by the names of the catalogue; None where nothing is known of it."""
    return next((law for law in LAWS if (law.fuel, law.oxidizer) == (fuel, oxidizer)), None)


def pairs() -> str:
    """The pairs with a law, for a message."""
    return ", ".join(f"{law.fuel}/{law.oxidizer}" for law in LAWS)
