"""From which variable the spread of the outputs comes: Sobol indices and Morris screening, by SALib.

Sources: Saltelli et al., Computer Physics Communications 181 (2010) 259, for first and total order; Saltelli, ibid. 145
(2002) 280, for second order; Morris, Technometrics 33 (1991) 161, and Campolongo et al., Environmental Modelling &
Software 22 (2007) 1509, for screening.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.studies.designs import LEVELS, morris_paths, problem_of
from engine.studies.failures import Failures
from engine.studies.kinds import SensitivityStudy
from engine.thermo.nasa_polynomials import Array

CONFIDENCE = 0.95
FEWEST = 4
"""Whole groups of cases, below which nothing is said."""
MOST_RESAMPLES, FEWEST_RESAMPLES, RESAMPLED = 100, 20, 1 << 21
"""For the confidence: SALib holds all of them at once, and of many samples few are enough."""
SAME = 1e-12
"""An output that varies less than this, of its size, does not vary."""


def summary(study: SensitivityStudy, outputs: Array, failures: Failures) -> dict[str, Any]:
    """`outputs`, each with the indices of each variable.

    The estimators need whole groups of cases: where one case has no number, all cases of its group are left out.
    """
    groups = outputs.reshape(study.samples, study.group, -1)
    found: dict[str, Any] = {}
    for place, path in enumerate(study.outputs):
        whole = np.asarray(np.isfinite(groups[:, :, place]).all(axis=1))
        found[path] = {
            "samples": int(whole.sum()),
            **_indices(study, groups[whole, :, place].reshape(-1), whole),
        }
    broken = np.unique(np.array(failures.rows, dtype=np.int64) // study.group)
    return {
        "method": study.method,
        "samples": study.samples,
        "samples_left_out": len(broken),
        "seed": study.seed,
        "confidence": CONFIDENCE,
        "outputs": found,
        "warnings": _warnings(study, found),
    }


def _indices(study: SensitivityStudy, values: Array, whole: NDArray[np.bool_]) -> dict[str, Any]:
    if len(values) < FEWEST * study.group:
        return {"variables": None, "reason": "too few samples have an answer in all of their cases"}
    mean, spread = float(np.mean(values)), float(np.std(values, ddof=1))
    statistics = {"mean": mean, "standard_deviation": spread}
    if spread <= SAME * abs(mean):
        return {**statistics, "variables": None, "reason": "the output does not vary"}
    if study.method == "morris":
        return {**statistics, **_morris(study, values, whole)}
    return {**statistics, **_sobol(study, values)}


def _sobol(study: SensitivityStudy, values: Array) -> dict[str, Any]:
    from SALib.analyze import sobol

    # SALib takes a seed of 0 for none
    found = sobol.analyze(
        problem_of(study),
        values,
        calc_second_order=study.second_order,
        num_resamples=min(MOST_RESAMPLES, max(FEWEST_RESAMPLES, RESAMPLED // len(values) * study.group)),
        conf_level=CONFIDENCE,
        seed=study.seed + 1,
    )
    names = [variable.path for variable in study.variables]
    variables = {
        name: {
            "first_order": found["S1"][place],
            "first_order_confidence": found["S1_conf"][place],
            "total": found["ST"][place],
            "total_confidence": found["ST_conf"][place],
        }
        for place, name in enumerate(names)
    }
    if not study.second_order:
        return {"variables": variables}
    pairs = [
        {
            "variables": [names[one], names[other]],
            "second_order": found["S2"][one, other],
            "second_order_confidence": found["S2_conf"][one, other],
        }
        for one in range(len(names))
        for other in range(one + 1, len(names))
    ]
    return {"variables": variables, "pairs": pairs}


def _morris(study: SensitivityStudy, values: Array, whole: NDArray[np.bool_]) -> dict[str, Any]:
    """Elementary effects, in units of the output for the whole range of a variable."""
    from SALib.analyze import morris

    paths = morris_paths(study).reshape(study.samples, study.group, -1)[whole]
    found = morris.analyze(
        problem_of(study),
        paths.reshape(len(values), -1),
        values,
        num_levels=LEVELS,
        conf_level=CONFIDENCE,
        seed=study.seed,
    )
    variables = {
        variable.path: {
            "mean_effect": found["mu"][place],
            "mean_absolute_effect": found["mu_star"][place],
            "mean_absolute_effect_confidence": found["mu_star_conf"][place],
            "standard_deviation_of_effect": found["sigma"][place],
        }
        for place, variable in enumerate(study.variables)
    }
    return {"variables": variables}


def _warnings(study: SensitivityStudy, found: dict[str, Any]) -> list[dict[str, str]]:
    count, said = study.samples, []
    if study.method == "sobol" and count & (count - 1):
        below = 1 << (count.bit_length() - 1)
        message = f"{count} samples of a Sobol sequence are no power of two, and less even than {below} or {2 * below}"
        said.append({"code": "samples_not_power_of_two", "message": message})
    still = [path for path, indices in found.items() if indices["variables"] is None]
    if still:
        message = f"{', '.join(still)}: too few answers, or no variable moves it; there are no indices of it"
        said.append({"code": "no_indices", "message": message})
    return said
