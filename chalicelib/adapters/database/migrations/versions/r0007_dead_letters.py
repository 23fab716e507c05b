"""Messages that nothing could be done with."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE dead_letters (
    id uuid PRIMARY KEY,
    message_id text NOT NULL,
    queue text,
    body text NOT NULL,
    attributes jsonb NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    replayed_at timestamptz
)
"""


def upgrade() -> None:
    op.execute(TABLE)
    op.execute("CREATE INDEX dead_letters_open ON dead_letters (created_at DESC) WHERE replayed_at IS NULL")


def downgrade() -> None:
    op.execute("DROP TABLE dead_letters")
