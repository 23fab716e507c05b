"""Detonations for arrays of gas mixtures and initial conditions."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.arrays.gases import gas_of
from engine.arrays.gas_state import GasState
