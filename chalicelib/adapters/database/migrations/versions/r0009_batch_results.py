"""The headline numbers of every case of a batch, and what recognises a file that was solved before."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
CREATE TABLE batch_results (
    batch_id uuid NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    shard integer NOT NULL,
    position integer NOT NULL,
    line bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('succeeded', 'failed')),
    error_code text,
    thrust double precision,
    specific_impulse double precision,
    specific_impulse_vacuum double precision,
    specific_impulse_sea_level double precision,
    c_star double precision,
    thrust_coefficient double precision,
    mass_flow_rate double precision,
    chamber_pressure double precision,
    chamber_temperature double precision,
    chamber_gamma double precision,
    chamber_molar_mass double precision,
    exit_pressure double precision,
    exit_temperature double precision,
    exit_mach double precision,
    PRIMARY KEY (batch_id, shard, position)
)
""",
    """
ALTER TABLE batches
    ADD COLUMN constants jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN force boolean NOT NULL DEFAULT false,
    ADD COLUMN content_key text,
    ADD COLUMN answers_from uuid REFERENCES batches (id),
    ADD COLUMN case_seconds jsonb,
    DROP COLUMN valid
""",
    """
CREATE TABLE case_costs (
    motor_type text PRIMARY KEY,
    seconds double precision NOT NULL CHECK (seconds > 0)
)
""",
    "ALTER TABLE batch_shards ADD COLUMN refused integer NOT NULL DEFAULT 0",
    """
CREATE INDEX batches_content ON batches (project, content_key, created_at DESC)
WHERE status IN ('completed', 'completed_with_errors')
""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX batches_content")
    op.execute(
        "ALTER TABLE batches DROP COLUMN constants, DROP COLUMN force, DROP COLUMN content_key, "
        "DROP COLUMN answers_from, DROP COLUMN case_seconds, ADD COLUMN valid integer NOT NULL DEFAULT 0"
    )
    op.execute("ALTER TABLE batch_shards DROP COLUMN refused")
    op.execute("DROP TABLE case_costs")
    op.execute("DROP TABLE batch_results")
