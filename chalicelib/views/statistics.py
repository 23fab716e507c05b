"""What a project did, month by month."""

from typing import Any

from chalicelib.adapters.ports import Reader
from chalicelib.views.rows import shown

MONTHS = """
SELECT to_char(month, 'YYYY-MM') AS month, motor_type, analyses, succeeded, failed, cancelled, mean_thrust,
       mean_specific_impulse, best_specific_impulse, median_wait, slow_wait
FROM monthly_statistics
WHERE project = %(project)s
ORDER BY monthly_statistics.month DESC, motor_type
LIMIT 120
"""


def statistics(*, project: str, reader: Reader) -> list[dict[str, Any]]:
    """A row per month and motor type, newest first: counts, thrust (N), specific impulse and waits (s).

    `median_wait` and `slow_wait` (95th percentile) run from the submission to the answer. As fresh as
    the last refresh, an hour at most.
    """
    return [shown(row) for row in reader.all(MONTHS, {"project": project})]
