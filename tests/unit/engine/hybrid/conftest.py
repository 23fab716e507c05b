from typing import Any

import numpy as np
import pytest

from engine.burns.march import Record, march
from engine.hybrid.burning import FIRST_STEP, filling_time, system_of, table_of
from engine.hybrid.motors import Motors
from engine.hybrid.system import HybridSystem
from engine.hybrid_spec import HybridSpec
from engine.parsing import parse_spec


class Marched:
    """A motor's system and the record of its march."""

    def __init__(self, spec: dict[str, Any], tolerance: float = 1e-4) -> None:
        parsed = parse_spec(spec)
        assert isinstance(parsed, HybridSpec)
        self.motors = Motors.of([parsed])
        self.system: HybridSystem = system_of([parsed], self.motors, table_of(parsed))
        first = FIRST_STEP * filling_time(self.motors)
        longest = np.array([parsed.settings.time_step or np.inf])
        with np.errstate(all="ignore"):
            self.record: Record = march(
                self.system, self.system.begin(), first, np.array([tolerance]), longest
            )


@pytest.fixture(scope="session")
def marched() -> Any:
    kept: dict[str, Marched] = {}

    def of(spec: dict[str, Any], tolerance: float = 1e-4) -> Marched:
        key = f"{spec!r} {tolerance}"
        if key not in kept:
            kept[key] = Marched(spec, tolerance)
        return kept[key]

    return of
