"""Cases cut into groups of the same elements and blocks that fit the processor's cache."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies

Mask = NDArray[np.bool_]

BLOCK_ENTRIES = 120_000
"""Cases times gases in one block: what its arrays hold should stay in the second-level cache."""


def alike(flags: Mask) -> Iterator[tuple[Mask, NDArray[np.intp]]]:
    """The cases of `flags` (N, C) that have the same flags: those (C,), and the places of the cases."""
    if not len(flags):
        return
    if (flags == flags[0]).all():
        yield flags[0], np.arange(len(flags))
        return
    sets, group = np.unique(flags, axis=0, return_inverse=True)
    for number, members in enumerate(sets):
        yield members, np.flatnonzero(group.reshape(-1) == number)


def support_groups(
    species: ProductSpecies, element_moles: Array, usable: NDArray[np.bool_]
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp], ProductSpecies]]:
    """The usable cases by the elements they have: rows, the columns of those elements and the species made of them.

    A mixture without carbon must not be asked for its carbon's potential: the matrix would be singular. One with an
    element that no species holds is left out for the same reason. The electron, of which no mixture has any, stays
    with elements that have ions.
    """
    present = element_moles > 0
    held = (species.gases.formula != 0).any(axis=0) | (species.phases.formula != 0).any(axis=0)
    rows = np.flatnonzero(usable & present.any(axis=1) & ~(present & ~held).any(axis=1))
    for support, members in alike((present | species.is_electron)[rows]):
        subset = species
        if not support.all():
            subset = species.made_of([species.elements[c] for c in np.flatnonzero(support)])
        columns = np.array([species.elements.index(element) for element in subset.elements], dtype=np.intp)
        yield rows[members], columns, subset


def element_groups(
    species: ProductSpecies, element_moles: Array, usable: NDArray[np.bool_]
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp], ProductSpecies]]:
    """As `support_groups`, cut into blocks."""
    for members, columns, subset in support_groups(species, element_moles, usable):
        size = block_size(subset)
        for start in range(0, len(members), size):
            yield members[start : start + size], columns, subset


def block_size(species: ProductSpecies) -> int:
    """How many cases make a block."""
    return max(16, min(2048, BLOCK_ENTRIES // max(1, len(species.gases.names))))


def species_places(whole: ProductSpecies, part: ProductSpecies) -> NDArray[np.intp]:
    """Where the species of `part` stand among those of `whole`."""
    if part is whole:
        return np.arange(len(whole.names))
    place = {name: index for index, name in enumerate(whole.names)}
    return np.array([place[name] for name in part.names], dtype=np.intp)


@dataclass(frozen=True)
class PartPlaces:
    """Where elements, species and condensed phases of a part of the products stand among those of the whole."""

    elements: NDArray[np.intp]
    species: NDArray[np.intp]
    phases: NDArray[np.intp]


def part_places(whole: ProductSpecies, part: ProductSpecies) -> PartPlaces:
    """The places of `part` in `whole`."""
    species = species_places(whole, part)
    elements = np.array([whole.elements.index(element) for element in part.elements], dtype=np.intp)
    return PartPlaces(elements, species, species[len(part.gases.names) :] - len(whole.gases.names))
