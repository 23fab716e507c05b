"""Which values the variables have in which case. A case depends on the study and its own number, on nothing else."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from engine.studies.distributed import Distributed
from engine.studies.distributions import column_of, has_ends, values_of
from engine.studies.kinds import OptimizationStudy, SensitivityStudy, Study, SweepStudy, UncertaintyStudy
from engine.studies.models import count_cases
from engine.studies.storage import fingerprint
from engine.thermo.nasa_polynomials import Array

LEVELS = 4
"""Of a Morris path, on each axis; the usual choice (Saltelli et al., Global Sensitivity Analysis, 2008, ch. 3)."""
TAIL = 0.005
"""Of the probability, at either end, where Morris paths do not go if a distribution has no end there."""

Columns = list[NDArray[Any]]


@dataclass(frozen=True)
class Design:
    """The cases of a study: `columns(first, last)` are the values of each variable in the cases first to last.

    `shares` (N, D) are the points of a sampled study in the unit cube, None for a sweep.
    """

    cases: int
    columns: Callable[[int, int], Columns]
    shares: Array | None = None


def design_of(study: Study) -> Design:
    """The design of a study whose cases are known beforehand: of any but an optimisation."""
    return _made(_Named(fingerprint(study), study))


@dataclass(frozen=True)
class _Named:
    """A study that equals every other one of the same name."""

    name: str
    study: Study = field(compare=False)


@lru_cache(maxsize=1)
def _made(named: _Named) -> Design:
    """The pieces of a study are mostly solved one after the other, and each wants the design of the whole."""
    match study := named.study:
        case SweepStudy():
            return _grid(study)
        case UncertaintyStudy():
            return _sampled(study.variables, _samples(study))
        case SensitivityStudy():
            shares = morris_paths(study) if study.method == "morris" else saltelli_rows(study)
            return _sampled(study.variables, shares)
        case OptimizationStudy():
            raise TypeError("the cases of an optimisation are not known beforehand")


def _grid(study: SweepStudy) -> Design:
    axes = [column_of(variable.axis) for variable in study.variables]
    sizes = tuple(len(axis) for axis in axes)

    def columns(first: int, last: int) -> Columns:
        places = np.unravel_index(np.arange(first, last + 1), sizes)
        return [axis[place] for axis, place in zip(axes, places, strict=True)]

    return Design(count_cases(study), columns)


def _sampled(variables: tuple[Distributed, ...], shares: Array) -> Design:
    def columns(first: int, last: int) -> Columns:
        rows = shares[first : last + 1]
        return [values_of(variable, rows[:, place]) for place, variable in enumerate(variables)]

    return Design(len(shares), columns, shares)


def _samples(study: UncertaintyStudy) -> Array:
    """(N, D): points of the unit cube."""
    dimensions, generator = len(study.variables), np.random.default_rng(study.seed)
    if study.sampling == "random":
        return generator.random((study.samples, dimensions))
    if study.sampling == "latin_hypercube":
        return np.asarray(qmc.LatinHypercube(dimensions, rng=generator).random(study.samples))
    return _sobol(dimensions, study.samples, study.seed)


def _sobol(dimensions: int, samples: int, seed: int) -> Array:
    """(N, D): the first points of a scrambled Sobol sequence (Owen, 1998)."""
    with warnings.catch_warnings():
        # numbers of points that are no powers of two are warned of by the study itself
        warnings.simplefilter("ignore", UserWarning)
        return np.asarray(qmc.Sobol(dimensions, rng=np.random.default_rng(seed)).random(samples))


def saltelli_rows(study: SensitivityStudy) -> Array:
    """(N G, D): for each base sample a row of A, A with one column of B after the other, for second order B with
    columns of A, and a row of B (Saltelli, Computer Physics Communications 145, 2002): the order that SALib analyses.
    """
    dimensions = len(study.variables)
    base = _sobol(2 * dimensions, study.samples, study.seed)
    first, second = base[:, None, :dimensions], base[:, None, dimensions:]
    swap = np.eye(dimensions, dtype=bool)[None]
    rows = [first, np.where(swap, second, first)]
    if study.second_order:
        rows.append(np.where(swap, first, second))
    return np.concatenate([*rows, second], axis=1).reshape(-1, dimensions)


def problem_of(study: SensitivityStudy) -> dict[str, Any]:
    """The unit cube of the variables, as SALib describes problems."""
    names = [variable.path for variable in study.variables]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def morris_paths(study: SensitivityStudy) -> Array:
    """(N (D + 1), D): paths through the cube, from level to level along one axis after the other (Morris, 1991)."""
    from SALib.sample import morris

    paths = morris.sample(problem_of(study), study.samples, num_levels=LEVELS, seed=study.seed)
    paths = np.asarray(paths, dtype=np.float64)
    for place, variable in enumerate(study.variables):
        if not has_ends(variable):
            paths[:, place] = TAIL + (1.0 - 2.0 * TAIL) * paths[:, place]
    return paths
