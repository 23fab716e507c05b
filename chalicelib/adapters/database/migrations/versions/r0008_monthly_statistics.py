"""Statistics per month and project; the unique index lets them be refreshed under their readers."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

VIEW = """
CREATE MATERIALIZED VIEW monthly_statistics AS
SELECT date_trunc('month', created_at AT TIME ZONE 'UTC')::date AS month,
       project,
       motor_type,
       count(*) AS analyses,
       count(*) FILTER (WHERE status = 'succeeded') AS succeeded,
       count(*) FILTER (WHERE status = 'failed') AS failed,
       count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
       avg(thrust) AS mean_thrust,
       avg(specific_impulse) AS mean_specific_impulse,
       max(specific_impulse) AS best_specific_impulse,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - created_at))
           FILTER (WHERE status = 'succeeded') AS median_wait,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - created_at))
           FILTER (WHERE status = 'succeeded') AS slow_wait
FROM analyses
WHERE deleted_at IS NULL
GROUP BY 1, 2, 3
"""


def upgrade() -> None:
    op.execute(VIEW)
    op.execute(
        "CREATE UNIQUE INDEX monthly_statistics_key ON monthly_statistics (month, project, motor_type)"
    )


def downgrade() -> None:
    op.execute("DROP MATERIALIZED VIEW monthly_statistics")
