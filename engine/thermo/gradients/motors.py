"""The derivatives of many solved motors, block by block."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import alike, part_places, support_groups
from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.gradients.chain import OUTPUTS, block_slopes
from engine.thermo.gradients.nozzle import Parameters
from engine.thermo.gradients.solved import SolvedBlock
from engine.thermo.nasa_polynomials import Array
from engine.thermo.performance import FlowModel
from engine.thermo.rocket_results import RocketStations
from engine.thermo.species import ProductSpecies
from engine.thermo.status import Status

BLOCK = 2048
"""Cases; fewer make the calls weigh more, and more gain nothing."""

Places = NDArray[np.intp]


@dataclass
class Directions:
    """How K parameters move what is given to N motors.

    `elements` (N, E) mol/kg is the one direction that the composition can take, `composition` (N, K) how far along it a
    parameter leads; enthalpy (J/kg), and the logarithms of chamber pressure and area ratio, are (N, K).
    """

    elements: Array
    composition: Array
    enthalpy: Array
    log_pressure: Array
    log_area: Array

    def take(self, rows: Places) -> "Directions":
        """Those of the motors at `rows`."""
        return Directions(*(getattr(self, item.name)[rows] for item in fields(self)))


def motor_slopes(
    products: ProductSpecies,
    element_moles: Array,
    flow: RocketStations,
    directions: Directions,
    flow_model: FlowModel,
) -> dict[str, Array]:
    """Derivatives (N, K) of what N motors do: chamber, throat and one exit by area, solved `with_states`.

    By the names of OUTPUTS, such as `c_star` and `throat_temperature`; SI, specific impulse in s. NaN for a case
    without a solution, and for a parameter that brings an element into a mixture that has none of it.
    """
    element_moles = products.complete(element_moles)
    directions = replace(directions, elements=products.complete(directions.elements))
    result = {name: np.full(directions.composition.shape, np.nan) for name in OUTPUTS}
    for rows, columns, subset in support_groups(products, element_moles, flow.status == Status.CONVERGED):
        places = part_places(products, subset)
        for block in _blocks(flow, rows):
            given = directions.take(block)
            parameters, elements = _parameters(given, columns), given.elements[:, columns]
            solved = SolvedBlock.of(flow, block, subset, places)
            for name, value in block_slopes(solved, parameters, elements, flow_model).items():
                result[name][block] = value
    return result


def _blocks(flow: RocketStations, rows: Places) -> Iterator[Places]:
    """The cases at `rows` in blocks that have the same condensed phases at every station."""
    there = flow.condensed_moles[rows] > 0.0
    for _, members in alike(there.reshape(len(rows), -1)):
        for start in range(0, len(members), BLOCK):
            yield rows[members[start : start + BLOCK]]


def _parameters(given: Directions, columns: Places) -> Parameters:
    """The same of mixtures that have the elements at `columns` only: towards any other there is no derivative."""
    others = np.delete(given.elements, columns, axis=1)
    is_new = (others != 0.0).any(axis=1)[:, None] & (given.composition != 0.0)
    return Parameters(
        np.where(is_new, np.nan, given.composition)[:, :, None],
        given.enthalpy / GAS_CONSTANT,
        given.log_pressure,
        given.log_area,
    )
