"""What the comparison of an analysis with NASA CEA found."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
CREATE TABLE validation_results (
    analysis_id uuid PRIMARY KEY REFERENCES analyses (id),
    report jsonb NOT NULL,
    worst_deviation double precision,
    created_at timestamptz NOT NULL DEFAULT now()
)
"""
    )


def downgrade() -> None:
    op.execute("DROP TABLE validation_results")
