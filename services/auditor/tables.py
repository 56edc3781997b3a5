"""The tables of the audit log. The migrations make them; a test holds that both agree."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from caveat.chassis.store import NUMBER

metadata = MetaData()

leaves = Table(
    "leaves",
    metadata,
    Column("index", NUMBER, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("jws", Text, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("appended_at", Text, nullable=False),
    CheckConstraint("kind IN ('decision', 'operation')", name="kind_is_known"),
    sqlite_strict=True,
)
decisions = Table(
    "decisions",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("leaf", NUMBER, ForeignKey("leaves.index"), nullable=False, unique=True),
    Column("question_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("decided_at", Text, nullable=False),
    UniqueConstraint("question_id", "version"),
    Index("decisions_by_verdict", "verdict", "number"),
    sqlite_strict=True,
)
# The complete subtrees above the leaves: level 1 has the hashes of two leaves each.
nodes = Table(
    "nodes",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("index", NUMBER, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_strict=True,
)
# `note` is the signed checkpoint; `seal` signs what the tree does not cover: the rows' times.
checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", NUMBER, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("seal", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    sqlite_strict=True,
)

TABLES = (leaves, decisions, nodes, checkpoints)
