"""Whole results, in a partition per month of the analysis.

The key holds the analysis's `created_at`, so that writing a result again meets the first one in its
partition. What no month takes lands in the default partition, from where making the month moves it.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE analysis_results (
    analysis_id uuid NOT NULL REFERENCES analyses (id),
    created_at timestamptz NOT NULL,
    result jsonb NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (analysis_id, created_at)
) PARTITION BY RANGE (created_at)
"""

DEFAULT = "CREATE TABLE analysis_results_default PARTITION OF analysis_results DEFAULT"

MAKER = """
CREATE FUNCTION make_results_partition(month date) RETURNS boolean LANGUAGE plpgsql AS $function$
DECLARE
    first timestamptz := date_trunc('month', month)::timestamp AT TIME ZONE 'UTC';
    following timestamptz := (date_trunc('month', month) + interval '1 month')::timestamp AT TIME ZONE 'UTC';
    partition text := 'analysis_results_' || to_char(month, 'YYYY_MM');
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('make_results_partition'));
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'CREATE TABLE %I (LIKE analysis_results INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition);
    EXECUTE format(
        'WITH moved AS (DELETE FROM analysis_results_default '
        'WHERE created_at >= %L AND created_at < %L RETURNING *) '
        'INSERT INTO %I SELECT * FROM moved', first, following, partition);
    EXECUTE format(
        'ALTER TABLE analysis_results ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        partition, first, following);
    RETURN true;
END
$function$
"""

AHEAD = """
SELECT make_results_partition((now() AT TIME ZONE 'UTC' + make_interval(months => ahead))::date)
FROM generate_series(0, 3) AS ahead
"""


def upgrade() -> None:
    for statement in (TABLE, DEFAULT, MAKER, AHEAD):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP FUNCTION make_results_partition(date)")
    op.execute("DROP TABLE analysis_results")
