"""Populations of motors that improve from generation to generation."""

from typing import Any

import numpy as np
from scipy.optimize import Bounds, differential_evolution
from scipy.stats import qmc

from engine.studies.kinds import OptimizationStudy
from engine.studies.optimization.descent import Ended
from engine.studies.optimization.goal import Goal
from engine.studies.optimization.journal import Journal
from engine.thermo.nasa_polynomials import Array

WORSE = 1e6
"""Scaled objective of a motor that misses a limit: it loses against every one that keeps them (Deb, 2000)."""
MOST_MISSED = 1e6
SPREAD = 1e-7
"""Of the scaled objective over the population, below which it has converged."""


def evolve(study: OptimizationStudy, goal: Goal, journal: Journal) -> Ended:
    """One objective by differential evolution (Storn and Price, 1997), a generation solved at once."""
    dimensions = len(study.variables)
    sampler = qmc.LatinHypercube(dimensions, rng=np.random.default_rng(study.seed))

    def energies(points: Array) -> Array:
        return _energies(goal, journal.values(np.ascontiguousarray(points.T)))

    found: Any = differential_evolution(
        energies,  # type: ignore[arg-type]
        Bounds(np.zeros(dimensions), np.ones(dimensions)),
        init=sampler.random(study.size_of_population),
        maxiter=study.number_of_generations,
        tol=SPREAD,
        polish=False,
        updating="deferred",
        vectorized=True,
        rng=study.seed,
    )
    return Ended(bool(found.success), str(found.message))


def _energies(goal: Goal, outputs: Array) -> Array:
    missed = np.minimum(goal.violation(outputs), MOST_MISSED)
    objective = np.where(missed > 0.0, 0.0, goal.objectives(outputs)[:, 0])
    return np.where(missed > 0.0, WORSE * (1.0 + missed), objective)


def evolve_front(study: OptimizationStudy, goal: Goal, journal: Journal) -> Ended:
    """Several objectives by NSGA-II (Deb et al., IEEE Trans. Evol. Comput. 6, 2002, 182), as pymoo has it."""
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem
    from pymoo.problems.static import StaticProblem

    problem = Problem(
        n_var=len(study.variables),
        n_obj=len(study.objectives),
        n_ieq_constr=len(goal.limits) + 1,
        xl=0.0,
        xu=1.0,
    )
    method = NSGA2(pop_size=study.size_of_population)
    generations = study.number_of_generations + 1
    method.setup(problem, termination=("n_gen", generations), seed=study.seed, verbose=False)
    while method.has_next():
        young = method.ask()
        if young is None:
            return Ended(True, "no further different motors were found")
        outputs = journal.values(np.array(young.get("X"), dtype=np.float64))
        objectives = np.nan_to_num(goal.objectives(outputs), nan=WORSE)
        method.evaluator.eval(StaticProblem(problem, F=objectives, G=_excess(goal, outputs)), young)
        method.tell(infills=young)
    return Ended(True, f"{generations} generations were made")


def _excess(goal: Goal, outputs: Array) -> Array:
    """(N, Q + 1), above 0 where a limit is missed; the last one where there is no answer."""
    unanswered = np.where(goal.is_answered(outputs), -1.0, WORSE)
    margins = np.nan_to_num(-goal.margins(outputs), nan=WORSE)
    return np.concatenate([margins, unanswered[:, None]], axis=1)
