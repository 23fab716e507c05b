"""What the solved analyses teach about pairs of propellants."""

from collections.abc import Sequence
from uuid import UUID

import psycopg
from psycopg.rows import DictRow

LEARN = """
INSERT INTO propellant_combinations AS known
SELECT project, motor_type, fuel, oxidizer, count(*),
       max(c_star),
       (array_agg(mixture_ratio ORDER BY c_star DESC NULLS LAST))[1],
       max(specific_impulse_vacuum),
       (array_agg(id ORDER BY specific_impulse_vacuum DESC NULLS LAST))[1],
       now()
FROM (
    SELECT *,
           coalesce(spec #>> '{propellant,fuel,name}', spec #>> '{propellant,fuel}') AS fuel,
           coalesce(spec #>> '{propellant,oxidizer,name}', spec #>> '{propellant,oxidizer}') AS oxidizer,
           (spec #>> '{propellant,mixture_ratio}')::double precision AS mixture_ratio
    FROM analyses
    WHERE id = ANY(%(ids)s) AND status = 'succeeded'
) AS solved
-- a list of ingredients has no name to be remembered by
WHERE fuel NOT LIKE '[%%' AND oxidizer NOT LIKE '[%%'
GROUP BY project, motor_type, fuel, oxidizer
ORDER BY project, motor_type, fuel, oxidizer
ON CONFLICT (project, motor_type, fuel, oxidizer) DO UPDATE
SET analyses = known.analyses + excluded.analyses,
    best_c_star = greatest(known.best_c_star, excluded.best_c_star),
    best_c_star_mixture_ratio = CASE WHEN excluded.best_c_star > known.best_c_star
        THEN excluded.best_c_star_mixture_ratio ELSE known.best_c_star_mixture_ratio END,
    best_specific_impulse_vacuum =
        greatest(known.best_specific_impulse_vacuum, excluded.best_specific_impulse_vacuum),
    best_analysis_id = CASE WHEN excluded.best_specific_impulse_vacuum > known.best_specific_impulse_vacuum
        THEN excluded.best_analysis_id ELSE known.best_analysis_id END,
    last_analysed_at = excluded.last_analysed_at
"""


def learn_combinations(connection: psycopg.Connection[DictRow], ids: Sequence[UUID]) -> None:
    """Counts analyses that have just succeeded toward their pairs, and keeps the best of each pair.

    For each project, motor type, fuel and oxidizer the table knows how many analyses there were, the best
    characteristic velocity (which no nozzle changes) with its mixture ratio, and the analysis with the
    best vacuum impulse. Called in the transaction that ends the analyses, so each counts once; sorted, so
    that two workers take the rows in the same order.
    """
    if ids:
        connection.execute(LEARN, {"ids": list(ids)})
