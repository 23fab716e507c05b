"""Analyses, with an index for every way the service looks for them."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE analyses (
    id uuid PRIMARY KEY,
    project text NOT NULL,
    user_id text NOT NULL,
    motor_type text NOT NULL,
    status text NOT NULL DEFAULT 'queued'
        CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    spec jsonb NOT NULL,
    correlation_id text NOT NULL,
    validates uuid REFERENCES analyses (id),
    attempts integer NOT NULL DEFAULT 0,
    lease_owner uuid,
    lease_expires_at timestamptz,
    last_sent_at timestamptz NOT NULL DEFAULT now(),
    sends integer NOT NULL DEFAULT 0,
    error jsonb,
    thrust double precision,
    specific_impulse double precision,
    specific_impulse_vacuum double precision,
    c_star double precision,
    chamber_temperature double precision,
    duration double precision,
    engine_version text,
    search tsvector NOT NULL GENERATED ALWAYS AS (
        to_tsvector('simple'::regconfig, motor_type || ' ' || user_id)
        || jsonb_to_tsvector('simple'::regconfig, spec, '["string"]'::jsonb)
    ) STORED,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    deleted_at timestamptz
)
"""

INDEXES = (
    "CREATE INDEX analyses_newest ON analyses (created_at DESC, user_id) WHERE deleted_at IS NULL",
    "CREATE INDEX analyses_page ON analyses (project, created_at DESC, id DESC) WHERE deleted_at IS NULL",
    "CREATE INDEX analyses_page_of_status ON analyses (project, status, created_at DESC, id DESC) "
    "WHERE deleted_at IS NULL",
    "CREATE INDEX analyses_headlines ON analyses (motor_type, status) INCLUDE (thrust, specific_impulse)",
    "CREATE INDEX analyses_search ON analyses USING gin (search)",
    "CREATE INDEX analyses_leases ON analyses (lease_expires_at) WHERE status = 'running'",
    "CREATE INDEX analyses_waiting ON analyses (last_sent_at) WHERE status = 'queued'",
)


def upgrade() -> None:
    op.execute(TABLE)
    for index in INDEXES:
        op.execute(index)


def downgrade() -> None:
    op.execute("DROP TABLE analyses")
