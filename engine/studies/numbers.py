"""Numbers for a JSON document, which knows no NaN."""

from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """The value as JSON has it: arrays as lists, what is not finite as None."""
    if isinstance(value, dict):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(inner) for inner in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value
