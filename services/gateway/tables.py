"""The tables of the gateway's store. The migrations make them, and say the same in their own words.

Of a question there are ids, hashes, times and a rank; its text is nowhere. Of an answer there are
the signed bytes and what names them; presentations are derived from these and are not kept.
"""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from caveat.chassis.store import NUMBER

metadata = MetaData()

UNFINISHED = text("accepted = 1 AND finished = 0")
"""Which questions wait for a terminal answer. In words, for SQLite knows an index by its words."""

questions = Table(
    "questions",
    metadata,
    Column("question_id", Text, primary_key=True),
    # Null for questions without an Idempotency-Key, of which there may be any number.
    Column("tag", Text),
    Column("body_hash", Text),
    Column("accepted", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("asked_at", Text),
    Column("updated_at", Text, nullable=False),
    # Whether there is an answer. An index of the few without one keeps their count cheap.
    Column("finished", Integer, nullable=False, server_default="0"),
    UniqueConstraint("tag", name="one_question_a_tag"),
    Index(
        "unfinished_questions",
        "asked_at",
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    ),
    sqlite_strict=True,
)

answers = Table(
    "answers",
    metadata,
    Column("question_id", Text, ForeignKey("questions.question_id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("answer_id", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("jws", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Index("answers_by_id", "answer_id"),
    sqlite_strict=True,
)

positions = Table(
    "positions",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("next_offset", NUMBER, nullable=False),
    # Of the record before: by it a log that was made anew is told from the one that was read.
    Column("timestamp_ms", NUMBER, nullable=False),
    sqlite_strict=True,
)
