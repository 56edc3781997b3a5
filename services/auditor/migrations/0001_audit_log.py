"""The audit log: leaves, decisions to search by, subtrees, checkpoints. All of it only grows."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = ("leaves", "decisions", "nodes", "checkpoints")
# SQLite's INSERT OR REPLACE deletes without asking a delete trigger.
_TAKEN = {
    "leaves": 'SELECT 1 FROM leaves WHERE "index" = NEW."index"',
    "decisions": "SELECT 1 FROM decisions WHERE number = NEW.number OR leaf = NEW.leaf"
    " OR (question_id = NEW.question_id AND version = NEW.version)",
    "nodes": 'SELECT 1 FROM nodes WHERE level = NEW.level AND "index" = NEW."index"',
    "checkpoints": "SELECT 1 FROM checkpoints WHERE size = NEW.size",
}


def upgrade() -> None:
    """Make the tables, and have the database itself refuse changes."""
    _make_leaves()
    _make_tree()
    if op.get_context().dialect.name == "sqlite":
        _refuse_changes_in_sqlite()
    else:
        _refuse_changes_in_postgresql()


def _make_leaves() -> None:
    op.create_table(
        "leaves",
        sa.Column("index", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("jws", sa.Text, nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary, nullable=False),
        sa.Column("appended_at", sa.Text, nullable=False),
        sa.CheckConstraint("kind IN ('decision', 'operation')", name="kind_is_known"),
        sqlite_strict=True,
    )
    op.create_table(
        "decisions",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("leaf", _NUMBER, sa.ForeignKey("leaves.index"), nullable=False, unique=True),
        sa.Column("question_id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("decided_at", sa.Text, nullable=False),
        sa.UniqueConstraint("question_id", "version"),
        sqlite_strict=True,
    )
    op.create_index("decisions_by_verdict", "decisions", ["verdict", "number"])


def _make_tree() -> None:
    op.create_table(
        "nodes",
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("index", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "checkpoints",
        sa.Column("size", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("seal", sa.Text, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )


def _refuse_changes_in_sqlite() -> None:
    refuse = "SELECT RAISE(ABORT, 'the audit log is never changed')"
    for table in _TABLES:
        for verb, suffix in (("UPDATE", "changed"), ("DELETE", "removed")):
            op.execute(
                f"CREATE TRIGGER {table}_are_not_{suffix} BEFORE {verb} ON {table}"
                f" BEGIN {refuse}; END"
            )
        op.execute(
            f"CREATE TRIGGER {table}_are_not_replaced BEFORE INSERT ON {table}"
            f" WHEN EXISTS ({_TAKEN[table]}) BEGIN {refuse}; END"
        )


def _refuse_changes_in_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'the audit log is never changed'; END $$"
    )
    for table in _TABLES:
        for verb, suffix in (
            ("UPDATE", "changed"),
            ("DELETE", "removed"),
            ("TRUNCATE", "emptied"),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_are_not_{suffix} BEFORE {verb} ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
