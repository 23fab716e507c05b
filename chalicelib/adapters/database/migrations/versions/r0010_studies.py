"""Studies and their tasks; the progress of a study is the sum over its tasks."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
CREATE TABLE studies (
    id uuid PRIMARY KEY,
    project text NOT NULL,
    user_id text NOT NULL,
    type text NOT NULL,
    motor_type text NOT NULL,
    document jsonb NOT NULL,
    cases bigint NOT NULL,
    estimate jsonb NOT NULL,
    computing_seconds double precision NOT NULL,
    route text NOT NULL CHECK (route IN ('function', 'tasks')),
    status text NOT NULL DEFAULT 'queued'
        CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    engine_version text,
    launches integer NOT NULL DEFAULT 0,
    summary jsonb,
    error jsonb,
    correlation_id text NOT NULL,
    last_sent_at timestamptz NOT NULL DEFAULT now(),
    sends integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    deleted_at timestamptz
)
""",
    "CREATE INDEX studies_page ON studies (project, created_at DESC, id DESC)",
    "CREATE INDEX studies_open ON studies (last_sent_at) WHERE status IN ('queued', 'running')",
    """
CREATE TABLE study_tasks (
    study_id uuid NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
    task integer NOT NULL,
    first_piece integer NOT NULL,
    last_piece integer NOT NULL,
    cases bigint NOT NULL,
    pieces_done integer NOT NULL DEFAULT 0,
    cases_done bigint NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0,
    error jsonb,
    task_token text,
    lease_owner uuid,
    lease_expires_at timestamptz,
    done_at timestamptz,
    PRIMARY KEY (study_id, task)
)
""",
    "CREATE INDEX study_tasks_leased ON study_tasks (lease_expires_at) WHERE done_at IS NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE study_tasks")
    op.execute("DROP TABLE studies")
