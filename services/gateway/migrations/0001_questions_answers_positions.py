"""Questions with their keys, signed answers, and how far the stream was read."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "questions",
        sa.Column("question_id", sa.Text, primary_key=True),
        sa.Column("tag", sa.Text),
        sa.Column("body_hash", sa.Text),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("asked_at", sa.Text),
        sa.Column("updated_at", sa.Text, nullable=False),
        sa.UniqueConstraint("tag", name="one_question_a_tag"),
        sqlite_strict=True,
    )
    op.create_table(
        "answers",
        sa.Column("question_id", sa.Text, sa.ForeignKey("questions.question_id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("answer_id", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("jws", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("answers_by_id", "answers", ["answer_id"])
    op.create_table(
        "positions",
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("partition", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("next_offset", _NUMBER, nullable=False),
        sa.Column("timestamp_ms", _NUMBER, nullable=False),
        sqlite_strict=True,
    )
