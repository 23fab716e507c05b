"""What a project has learnt about each pair of propellants: how often, and the best of it.

The upgrade fills the table from the analyses that are there, so taking it down loses nothing.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE propellant_combinations (
    project text NOT NULL,
    motor_type text NOT NULL,
    fuel text NOT NULL,
    oxidizer text NOT NULL,
    analyses integer NOT NULL,
    best_c_star double precision,
    best_c_star_mixture_ratio double precision,
    best_specific_impulse_vacuum double precision,
    best_analysis_id uuid REFERENCES analyses (id),
    last_analysed_at timestamptz NOT NULL,
    PRIMARY KEY (project, motor_type, fuel, oxidizer)
)
"""

FILL = """
INSERT INTO propellant_combinations
SELECT project, motor_type, fuel, oxidizer, count(*),
       max(c_star),
       (array_agg(mixture_ratio ORDER BY c_star DESC NULLS LAST))[1],
       max(specific_impulse_vacuum),
       (array_agg(id ORDER BY specific_impulse_vacuum DESC NULLS LAST))[1],
       max(finished_at)
FROM (
    SELECT *,
           coalesce(spec #>> '{propellant,fuel,name}', spec #>> '{propellant,fuel}') AS fuel,
           coalesce(spec #>> '{propellant,oxidizer,name}', spec #>> '{propellant,oxidizer}') AS oxidizer,
           (spec #>> '{propellant,mixture_ratio}')::double precision AS mixture_ratio
    FROM analyses
    WHERE status = 'succeeded'
) AS solved
WHERE fuel IS NOT NULL AND oxidizer IS NOT NULL
GROUP BY project, motor_type, fuel, oxidizer
"""


def upgrade() -> None:
    op.execute(TABLE)
    op.execute(FILL)


def downgrade() -> None:
    op.execute("DROP TABLE propellant_combinations")
