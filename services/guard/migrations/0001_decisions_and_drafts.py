"""Decisions with their records, sealed drafts, and the wrapped keys of these."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "decisions",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("question_id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("jws", sa.Text, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.Column("record_jws", sa.Text, nullable=False),
        sa.UniqueConstraint("question_id", "version", name="one_decision_a_version"),
        sqlite_strict=True,
    )
    op.create_table(
        "drafts",
        sa.Column(
            "number",
            _NUMBER,
            sa.ForeignKey("decisions.number"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("nonce", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "draft_keys",
        sa.Column("question_id", sa.Text, primary_key=True),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
