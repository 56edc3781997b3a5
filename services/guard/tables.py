"""The tables of the guard's store. The migrations make them, and say the same in their own words.

A decision and its draft are rows of one transaction. A draft is readable while its question's
row of `draft_keys` is there; erasing a question deletes that row and nothing else.
"""

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from caveat.chassis.store import NUMBER

metadata = MetaData()


decisions = Table(
    "decisions",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("question_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("jws", Text, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("record_jws", Text, nullable=False),
    UniqueConstraint("question_id", "version", name="one_decision_a_version"),
    sqlite_strict=True,
)

drafts = Table(
    "drafts",
    metadata,
    Column("number", NUMBER, ForeignKey("decisions.number"), primary_key=True, autoincrement=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    sqlite_strict=True,
)

draft_keys = Table(
    "draft_keys",
    metadata,
    Column("question_id", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    sqlite_strict=True,
)
