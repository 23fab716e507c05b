"""Rows are checked where they are solved: shards count those they refuse, and what a case takes is learnt from them."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE batch_shards ADD COLUMN refused integer NOT NULL DEFAULT 0",
    "ALTER TABLE batches ADD COLUMN case_seconds jsonb, DROP COLUMN valid",
    """
CREATE TABLE case_costs (
    motor_type text PRIMARY KEY,
    cases double precision NOT NULL CHECK (cases > 0),
    seconds double precision NOT NULL CHECK (seconds > 0)
)
""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE case_costs")
    op.execute("ALTER TABLE batches DROP COLUMN case_seconds, ADD COLUMN valid integer NOT NULL DEFAULT 0")
    op.execute(
        "UPDATE batches SET valid = rows - refused "
        "FROM (SELECT batch_id, sum(refused) AS refused FROM batch_shards GROUP BY batch_id) AS counted "
        "WHERE id = batch_id"
    )
    op.execute("ALTER TABLE batch_shards DROP COLUMN refused")
