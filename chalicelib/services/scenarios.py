"""The scenarios that many ask for, answered before anybody does: the one place where their grids stand.

An answer is found only where a question is the same to the last digit, so that the grids are of round numbers,
and everything that they do not name is left to its default, as people do who want to see a number.

| scenario | mixture ratio | chamber pressure, MPa | area ratio |
|---|---|---|---|
| LH2/LOX | 4 to 8 by 0.1 | 1, 2, 3, 5, 7, 10, 15, 20 | 10, 40, 80 |
| RP-1/LOX | 2 to 3 by 0.05 | the same | 10, 20, 40 |
| CH4/LOX, LCH4/LOX | 3 to 4 by 0.05 | the same | 10, 40, 80 |
| HTPB/N2O | 4 to 8 by 0.25 | 1, 2, 3, 4, 5 | 4, 6, 8, 10 |
| APCP | | 1 to 10 by 0.5 | 4, 6, 8, 10 |
| NEPE | | 2 to 15 by 0.5 | 4, 6, 8, 10 |

HTPB/N2O, APCP and NEPE are what the chamber and the nozzle of such motors do, asked as a liquid engine of two
propellants or of one that burns by itself. Whole solid and hybrid motors have grains, and no grain is common
enough to be answered beforehand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

Spec = dict[str, Any]


@dataclass(frozen=True)
class Scenario:
    """A propellant over a grid; pressures are in Pa. One of a single propellant has no mixture ratios."""

    name: str
    propellant: Spec
    chamber_pressures: Sequence[float]
    area_ratios: Sequence[float]
    mixture_ratios: Sequence[float | None] = (None,)

    def specs(self) -> Iterator[Spec]:
        """Every specification of the grid, always in the same order."""
        grid = product(self.mixture_ratios, self.chamber_pressures, self.area_ratios)
        for mixture_ratio, chamber_pressure, area_ratio in grid:
            mixed = {} if mixture_ratio is None else {"mixture_ratio": mixture_ratio}
            yield {
                "motor_type": "liquid",
                "propellant": {**self.propellant, **mixed},
                "chamber_pressure": chamber_pressure,
                "nozzle": {"area_ratio": area_ratio},
            }


def steps(first: float, last: float, step: float) -> list[float]:
    """From first to last, both with them, each the number that people would type."""
    return [round(first + place * step, 6) for place in range(round((last - first) / step) + 1)]


def megapascals(values: Sequence[float]) -> list[float]:
    return [round(value * 1e6, 1) for value in values]


def _one(**parts: float) -> Spec:
    return {"monopropellant": [{"name": name, "mass_fraction": share} for name, share in parts.items()]}


ENGINES = megapascals([1, 2, 3, 5, 7, 10, 15, 20])
MOTORS = [4.0, 6.0, 8.0, 10.0]
APCP = _one(AP=0.70, AL=0.16, HTPB=0.14)
"""70/16/14, between the boosters of the Space Shuttle (16 % aluminium) and what amateurs cast."""
NEPE = _one(HMX=0.42, AP=0.12, AL=0.18, NG=0.20, PEG=0.08)
"""A nitrate ester plasticised polyether in round numbers; nitroglycerin stands for all nitrate esters."""

SCENARIOS = (
    Scenario("LH2/LOX", {"fuel": "LH2", "oxidizer": "LOX"}, ENGINES, [10.0, 40.0, 80.0], steps(4, 8, 0.1)),
    Scenario("RP-1/LOX", {"fuel": "RP-1", "oxidizer": "LOX"}, ENGINES, [10.0, 20.0, 40.0], steps(2, 3, 0.05)),
    Scenario("CH4/LOX", {"fuel": "CH4", "oxidizer": "LOX"}, ENGINES, [10.0, 40.0, 80.0], steps(3, 4, 0.05)),
    Scenario("LCH4/LOX", {"fuel": "LCH4", "oxidizer": "LOX"}, ENGINES, [10.0, 40.0, 80.0], steps(3, 4, 0.05)),
    Scenario(
        "HTPB/N2O",
        {"fuel": "HTPB", "oxidizer": "N2O"},
        megapascals([1, 2, 3, 4, 5]),
        MOTORS,
        steps(4, 8, 0.25),
    ),
    Scenario("APCP", APCP, megapascals(steps(1, 10, 0.5)), MOTORS),
    Scenario("NEPE", NEPE, megapascals(steps(2, 15, 0.5)), MOTORS),
)
