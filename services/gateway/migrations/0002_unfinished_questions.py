"""Whether a question has its answer, and an index of those that have none."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_UNFINISHED = sa.text("accepted = 1 AND finished = 0")


def upgrade() -> None:
    """Add the column, fill it in for questions that are answered, and index the others."""
    finished = sa.Column("finished", sa.Integer, nullable=False, server_default="0")
    op.add_column("questions", finished)
    op.execute(
        "UPDATE questions SET finished = 1 WHERE question_id IN (SELECT question_id FROM answers)"
    )
    op.create_index(
        "unfinished_questions",
        "questions",
        ["asked_at"],
        sqlite_where=_UNFINISHED,
        postgresql_where=_UNFINISHED,
    )
