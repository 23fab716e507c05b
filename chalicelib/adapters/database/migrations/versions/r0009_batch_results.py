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
    ADD COLUMN answers_from uuid REFERENCES batches (id)
""",
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
        "DROP COLUMN answers_from"
    )
    op.execute("DROP TABLE batch_results")
