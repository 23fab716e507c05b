"""Shocks that run into a gas at rest and come back from a wall, for many gases at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import Mask, element_groups, species_places
from engine.thermo.constants import GAS_CONSTANT, STANDARD_PRESSURE
from engine.thermo.frozen import FrozenGas
from engine.thermo.halving import settle_surely
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.properties import Properties, equilibrium_properties, mole_fractions
from engine.thermo.settling import check_range, settle
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State, cold_state
from engine.thermo.status import Status
