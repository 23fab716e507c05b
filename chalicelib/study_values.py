"""The settings of studies as the use cases take them."""

from typing import Any

from chalicelib.domain.study import StudyLimits, StudyPace, StudyPrices
from chalicelib.settings import Settings


def study_values(known: Settings) -> dict[str, Any]:
    """The dependencies of their names."""
    limits = StudyLimits(
        case_seconds=known.study_case_seconds,
        function_seconds=known.study_function_seconds,
        task_seconds=known.study_task_seconds,
        most_tasks=known.study_tasks,
        cases=known.study_cases,
        quota_seconds=known.study_quota_seconds,
    )
    pace = StudyPace(
        lease_seconds=known.study_lease_seconds,
        silence_seconds=known.study_silence_seconds,
        heartbeat_seconds=known.study_heartbeat_seconds,
        checkpoint_seconds=known.study_checkpoint_seconds,
        attempts=known.study_attempts,
    )
    prices = StudyPrices(
        function_gigabyte_second=known.price_function_gigabyte_second,
        function_request=known.price_function_request,
        task_cpu_hour=known.price_task_cpu_hour,
        task_gigabyte_hour=known.price_task_gigabyte_hour,
        transition=known.price_transition,
    )
    return {"study_limits": limits, "study_pace": pace, "study_prices": prices}
