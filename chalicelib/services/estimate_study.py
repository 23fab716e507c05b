"""Say before it starts what a study will take, and whether the project may have it."""

import math
from dataclasses import asdict
from typing import Any

from chalicelib.adapters.ports import UnitOfWorkFactory
from chalicelib.domain.access import Principal
from chalicelib.domain.errors import FieldProblem, InvalidRequestError, QuotaExceededError
from chalicelib.domain.study import Estimate, Route, StudyLimits, StudyPrices
from chalicelib.services.check_study import check_study
from chalicelib.services.estimate_duration import estimate_duration
from chalicelib.services.retrying import retried

QUOTA_HOURS = 24.0
ONE_BY_ONE = "optimization"
FUNCTION_GIGABYTES = 3538 / 1024
TASK_GIGABYTES = 4.0
TASK_CPUS = 1.0
"""What `.chalice/config.json` and `.chalice/resources/` give to the function and to a task."""
TASK_START_SECONDS = 45.0
"""From RunTask to the first line of the program: the network interface and the image; paid for as well."""
FINISH_SECONDS = 5.0
TRANSITIONS, TRANSITIONS_OF_A_TASK = 4, 2
MESSAGES = 3


def estimate_study(
    document: dict[str, Any],
    *,
    principal: Principal,
    unit_of_work: UnitOfWorkFactory,
    study_limits: StudyLimits,
    study_prices: StudyPrices,
) -> dict[str, Any]:
    """The estimate of a study that is not started: cases, seconds, dollars, route, tasks, and the quota.

    Raises InvalidRequestError for a study that breaks a rule or has too many cases, and
    ServiceUnavailableError where the database does not answer.
    """
    estimate = estimate_of(document, study_limits, study_prices)
    return described(estimate, _used(principal.project, unit_of_work), study_limits)


def estimate_of(document: dict[str, Any], limits: StudyLimits, prices: StudyPrices) -> Estimate:
    """What the study will take.

    Raises InvalidRequestError for one that breaks a rule or has more cases than one may have.
    """
    from engine.studies.models import count_cases

    cases = count_cases(check_study(document))
    if cases > limits.cases:
        message = (
            f"the study has {cases:,} cases, and one may have {limits.cases:,}; "
            "make its grids coarser or ask for fewer samples"
        )
        raise InvalidRequestError(message, fields=(FieldProblem("variables", message),))
    computing = estimate_duration(cases, document, case_seconds=limits.case_seconds)
    if computing <= limits.function_seconds:
        return Estimate(
            cases, computing, computing, _function_dollars(computing, prices), Route.FUNCTION, tasks=1
        )
    tasks = _tasks(document, computing, cases, limits)
    seconds = computing / tasks + TASK_START_SECONDS + FINISH_SECONDS
    return Estimate(cases, computing, seconds, _task_dollars(computing, tasks, prices), Route.TASKS, tasks)


def _tasks(document: dict[str, Any], computing: float, cases: int, limits: StudyLimits) -> int:
    """How many tasks side by side; an optimisation goes step by step, in one."""
    if document["type"] == ONE_BY_ONE:
        return 1
    return max(1, min(limits.most_tasks, math.ceil(computing / limits.task_seconds), cases))


def described(estimate: Estimate, used: float, limits: StudyLimits) -> dict[str, Any]:
    """The estimate as the caller sees it, with what is left of the quota (seconds of computing in a day)."""
    rounded = {
        "computing_seconds": round(estimate.computing_seconds, 1),
        "seconds": round(estimate.seconds, 1),
        "dollars": round(estimate.dollars, 6),
    }
    quota = {"seconds": limits.quota_seconds, "used": round(used, 1)}
    allowed = used + estimate.computing_seconds <= limits.quota_seconds
    return {**asdict(estimate), **rounded, "quota": quota, "allowed": allowed}


def require_quota(estimate: Estimate, used: float, limits: StudyLimits) -> None:
    """Raises QuotaExceededError, with the figures, where the study is more than the project has left."""
    if used + estimate.computing_seconds > limits.quota_seconds:
        left = max(0.0, limits.quota_seconds - used)
        raise QuotaExceededError(
            f"the study needs about {estimate.computing_seconds:,.0f} s of computing "
            f"({estimate.cases:,} cases, {estimate.dollars:.4f} dollars), and the project has {left:,.0f} s left "
            f"of {limits.quota_seconds:,.0f} s in {QUOTA_HOURS:g} hours; "
            "make the study smaller, or send it again later",
            estimate=described(estimate, used, limits),
        )


@retried
def _used(project: str, unit_of_work: UnitOfWorkFactory) -> float:
    with unit_of_work() as work:
        return work.studies.seconds_used(project, hours=QUOTA_HOURS)


def _function_dollars(seconds: float, prices: StudyPrices) -> float:
    gigabyte_seconds = (seconds + FINISH_SECONDS) * FUNCTION_GIGABYTES
    return gigabyte_seconds * prices.function_gigabyte_second + MESSAGES * prices.function_request


def _task_dollars(seconds: float, tasks: int, prices: StudyPrices) -> float:
    hours = (seconds + tasks * TASK_START_SECONDS) / 3600
    fargate = hours * (TASK_CPUS * prices.task_cpu_hour + TASK_GIGABYTES * prices.task_gigabyte_hour)
    workflow = (TRANSITIONS + tasks * TRANSITIONS_OF_A_TASK) * prices.transition
    return fargate + workflow + _function_dollars(0.0, prices)
