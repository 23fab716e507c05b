"""The names of specifications and results are those of docs/nomenclature.md, all of them and no others."""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from engine.arrays.detonation import Detonation
from engine.arrays.equilibrium import Equilibrium
from engine.arrays.nozzle import NozzleFlow
from engine.arrays.rocket import RocketPerformance
from engine.arrays.shock import Shock
from engine.arrays.wave_state import WaveState
from engine.registry import MOTOR_TYPES
from engine.result import CURVES, HybridResult, SolidResult
from engine.studies.kinds import OptimizationStudy, SensitivityStudy, SweepStudy, UncertaintyStudy

STUDIES = (SweepStudy, OptimizationStudy, UncertaintyStudy, SensitivityStudy)
PAGE = Path(__file__).resolve().parents[2] / "docs" / "nomenclature.md"


def names_of(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield field.alias or name
        for inner in models_in(field.annotation):
            yield from names_of(inner)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def names_in_use() -> set[str]:
    models = [HybridResult, SolidResult, *STUDIES, *(motor.model for motor in MOTOR_TYPES.values())]
    arrays = (Equilibrium, RocketPerformance, NozzleFlow, Detonation, Shock, WaveState)
    fields = {field.name for kind in arrays for field in dataclasses.fields(kind)}
    fields |= {name for kind in arrays for name, value in vars(kind).items() if isinstance(value, property)}
    fields |= set(CURVES)
    return fields.union(*(names_of(model) for model in models))


def names_on_the_page() -> set[str]:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    last_row = next(row for row in rows if row.startswith("| `warnings`"))
    return named | set(re.findall(r"`(code|message)`", last_row))


def test_every_name_in_use_is_explained() -> None:
    assert names_in_use() - names_on_the_page() == set()


def test_no_name_is_explained_that_nothing_uses() -> None:
    assert names_on_the_page() - names_in_use() == set()
