"""Answers that need no solving again, how often they were found, and which analyses they answered.

The answers are in an unlogged table: they are cheap to write, and after a crash of the server it is empty,
which costs some solving and nothing else.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
CREATE UNLOGGED TABLE cached_answers (
    key bytea PRIMARY KEY,
    value bytea NOT NULL,
    size integer NOT NULL,
    used_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
)
""",
    # the values are compressed already
    "ALTER TABLE cached_answers ALTER COLUMN value SET STORAGE EXTERNAL",
    "CREATE INDEX cached_answers_expiry ON cached_answers (expires_at)",
    """
CREATE TABLE cache_counts (
    level text NOT NULL,
    outcome text NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (level, outcome)
)
""",
    "ALTER TABLE analyses ADD COLUMN cached boolean NOT NULL DEFAULT false",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE analyses DROP COLUMN cached")
    op.execute("DROP TABLE cache_counts")
    op.execute("DROP TABLE cached_answers")
