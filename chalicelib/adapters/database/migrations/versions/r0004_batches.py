"""Batches and their shards; the counts of a batch are the sums over its shards."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
CREATE TABLE batches (
    id uuid PRIMARY KEY,
    project text NOT NULL,
    user_id text NOT NULL,
    filename text NOT NULL,
    bucket text NOT NULL,
    object_key text NOT NULL,
    etag text,
    status text NOT NULL CHECK (status IN ('awaiting_upload', 'queued', 'running', 'completed',
                                           'completed_with_errors', 'failed', 'cancelled')),
    columns jsonb NOT NULL DEFAULT '[]',
    validated boolean NOT NULL DEFAULT false,
    rows integer NOT NULL DEFAULT 0,
    valid integer NOT NULL DEFAULT 0,
    shards integer NOT NULL DEFAULT 0,
    error jsonb,
    correlation_id text NOT NULL,
    planning_expires_at timestamptz,
    planned_at timestamptz,
    workflow_started_at timestamptz,
    last_sent_at timestamptz NOT NULL DEFAULT now(),
    sends integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
)
""",
    "CREATE INDEX batches_upload ON batches (bucket, object_key, created_at DESC)",
    "CREATE INDEX batches_page ON batches (project, created_at DESC, id DESC)",
    "CREATE INDEX batches_open ON batches (last_sent_at) WHERE status IN ('queued', 'running')",
    """
CREATE TABLE batch_shards (
    batch_id uuid NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    shard integer NOT NULL,
    rows integer NOT NULL,
    solved integer NOT NULL DEFAULT 0,
    failed integer NOT NULL DEFAULT 0,
    summary jsonb NOT NULL DEFAULT '{}',
    task_token text,
    lease_owner uuid,
    lease_expires_at timestamptz,
    last_sent_at timestamptz NOT NULL DEFAULT now(),
    sends integer NOT NULL DEFAULT 0,
    done_at timestamptz,
    PRIMARY KEY (batch_id, shard)
)
""",
    "CREATE INDEX batch_shards_open ON batch_shards (last_sent_at) WHERE done_at IS NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE batch_shards")
    op.execute("DROP TABLE batches")
