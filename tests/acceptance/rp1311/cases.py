"""The sample problems of NASA RP-1311 part II as files: what is asked, what NASA printed, what its wheel answers."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CALORIE = 4.184
UNITS = {
    "1": 1.0,
    "K": 1.0,
    "atm": 101325.0,
    "bar": 1e5,
    "g/cm3": 1e3,
    "kg/m3": 1.0,
    "cal/g": 1e3 * CALORIE,
    "kJ/kg": 1e3,
    "cal/(g K)": 1e3 * CALORIE,
    "kJ/(kg K)": 1e3,
    "g/mol": 1e-3,
    "m/s": 1.0,
    "ft/s": 0.3048,
    "s": 9.80665,
    "mP": 1e-4,
    "mcal/(cm K s)": 0.1 * CALORIE,
    "mW/(cm K)": 0.1,
}
"""What one of a printed unit is in SI; impulses are taken in m/s."""


@dataclass(frozen=True)
class Printed:
    """A figure as NASA printed it: its value, and half a unit of its last digit; both SI."""

    value: float
    half_digit: float

    @classmethod
    def read(cls, text: str, unit: str = "1") -> "Printed":
        mantissa, _, exponent = text.partition("e")
        last = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
        return cls(float(text) * UNITS[unit], 0.5 * last * UNITS[unit])


@dataclass(frozen=True)
class Example:
    """One sample problem; `case` is what is asked."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def case(self) -> dict[str, Any]:
        return self._content("case")

    @cached_property
    def report(self) -> dict[str, Any]:
        return self._content("report")

    @cached_property
    def wheel(self) -> dict[str, Any]:
        return self._content("wheel")

    @property
    def conditions(self) -> dict[str, Any]:
        conditions: dict[str, Any] = self.case["conditions"]
        return conditions

    def _content(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.folder / f"{name}.json").read_text())
        return content


EXAMPLES = [Example(folder) for folder in sorted(HERE.glob("example_*"))]
