"""What the demo computes: published engines, whole burns, single submissions, and a file of 1,000 cases."""

import csv
import io
import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENGINES = Path(__file__).with_name("engines.json")
SOLIDS = Path(__file__).with_name("solids.json")
BURNS = Path(__file__).with_name("burns.json")
MIXTURE_RATIOS = {
    ("LH2", "LOX"): (4.0, 5.0, 6.0, 7.0, 8.0),
    ("RP-1", "LOX"): (2.0, 2.3, 2.6, 2.9, 3.2),
    ("LCH4", "LOX"): (2.6, 3.0, 3.4, 3.8, 4.2),
    ("C2H5OH", "LOX"): (1.2, 1.4, 1.6, 1.8, 2.0),
    ("NH3", "LOX"): (1.0, 1.2, 1.4, 1.6, 1.8),
    ("MMH", "N2O4"): (1.4, 1.65, 1.9, 2.15, 2.4),
    ("UDMH", "N2O4"): (1.8, 2.1, 2.4, 2.7, 3.0),
    ("N2H4", "N2O4"): (0.9, 1.1, 1.3, 1.5, 1.7),
    ("RP-1", "H2O2"): (5.5, 6.2, 6.9, 7.6, 8.3),
    ("RP-1", "N2O"): (6.0, 7.0, 8.0, 9.0, 10.0),
}
CHAMBER_PRESSURES = (1.0e6, 3.0e6, 7.0e6, 1.2e7, 2.0e7)
AREA_RATIOS = (8.0, 20.0, 45.0, 100.0)
COLUMNS = (
    "motor_type",
    "propellant.fuel",
    "propellant.oxidizer",
    "propellant.mixture_ratio",
    "chamber_pressure",
    "nozzle.area_ratio",
    "ambient_pressure",
    "validate",
)


@dataclass(frozen=True)
class PublishedEngine:
    """A real engine: its specification, and the vacuum specific impulse that its maker gives, in seconds."""

    name: str
    published_specific_impulse_vacuum: float
    source: str
    assumption: str
    spec: dict[str, Any]


def engines() -> list[PublishedEngine]:
    """The engines of the data file."""
    return [PublishedEngine(**entry) for entry in json.loads(ENGINES.read_text(encoding="utf-8"))]


@dataclass(frozen=True)
class SolidMotor:
    """A solid motor, and what openMotor 0.6.0 computes for it: N s and Pa."""

    name: str
    total_impulse: float
    chamber_pressure_peak: float
    spec: dict[str, Any]


def solids() -> list[SolidMotor]:
    """The solid motors of the data file."""
    return [SolidMotor(**entry) for entry in json.loads(SOLIDS.read_text(encoding="utf-8"))]


@dataclass(frozen=True)
class BurningMotor:
    """A motor that burns for a while, and what it is in words."""

    name: str
    about: str
    spec: dict[str, Any]


def burns() -> list[BurningMotor]:
    """The motors of the data file."""
    return [BurningMotor(**entry) for entry in json.loads(BURNS.read_text(encoding="utf-8"))]


def single_specs(count: int) -> list[dict[str, Any]]:
    """Specifications of `count` different LOX/methane engines, for timing one submission at a time."""
    return [
        {
            "motor_type": "liquid",
            "propellant": {"fuel": "LCH4", "oxidizer": "LOX", "mixture_ratio": 2.8 + 0.03 * index},
            "chamber_pressure": 1.0e7,
            "nozzle": {"area_ratio": 35.0},
        }
        for index in range(count)
    ]


def batch_file() -> tuple[str, int]:
    """A CSV of 1,000 cases over propellants, mixture ratios, pressures and area ratios, and its row count."""
    pairs = [(pair, ratio) for pair, ratios in MIXTURE_RATIOS.items() for ratio in ratios]
    grid = list(itertools.product(pairs, CHAMBER_PRESSURES, AREA_RATIOS))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for ((fuel, oxidizer), mixture_ratio), pressure, area_ratio in grid:
        writer.writerow(["liquid", fuel, oxidizer, mixture_ratio, pressure, area_ratio, 0, "true"])
    return text.getvalue(), len(grid)
