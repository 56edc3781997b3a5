"""The tables of the gateway's SQLite store, and what is said to them inside a transaction."""

import sqlite3
from datetime import datetime

from caveat.model import Rendering
from services.gateway.records import (
    Added,
    Claim,
    Position,
    Progress,
    Reservation,
    Reserved,
    SignedAnswer,
    StoredAnswer,
)

FORMAT = 1
"""The store's format, kept as PRAGMA user_version."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS questions (
  question_id TEXT PRIMARY KEY,
  accepted INTEGER NOT NULL DEFAULT 0,
  seq INTEGER NOT NULL DEFAULT 0,
  asked_at TEXT,
  updated_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS reservations (
  tag TEXT PRIMARY KEY,
  body_hash TEXT NOT NULL,
  question_id TEXT NOT NULL REFERENCES questions (question_id)
) STRICT;
CREATE TABLE IF NOT EXISTS answers (
  question_id TEXT NOT NULL REFERENCES questions (question_id),
  version INTEGER NOT NULL,
  answer_id TEXT NOT NULL,
  outcome TEXT NOT NULL,
  document BLOB NOT NULL,
  jws TEXT NOT NULL,
  key_id TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (question_id, version)
) STRICT;
CREATE INDEX IF NOT EXISTS answers_by_id ON answers (answer_id);
CREATE TABLE IF NOT EXISTS renderings (
  question_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (question_id, version, media_type),
  FOREIGN KEY (question_id, version) REFERENCES answers (question_id, version)
) STRICT;
CREATE TABLE IF NOT EXISTS positions (
  topic TEXT NOT NULL,
  partition INTEGER NOT NULL,
  next_offset INTEGER NOT NULL,
  PRIMARY KEY (topic, partition)
) STRICT;
"""


def reserve(db: sqlite3.Connection, reservation: Reservation) -> Reserved:
    """Claim an id for a tag, or find what the tag's first reservation came to."""
    found = db.execute(
        "SELECT question_id, body_hash, asked_at, accepted FROM reservations"
        " JOIN questions USING (question_id) WHERE tag = ?",
        (reservation.tag,),
    ).fetchone()
    if found is not None:
        question_id, body_hash, asked_at, accepted = found
        claim = Claim.REPLAY if accepted else Claim.UNSENT
        if body_hash != reservation.body_hash:
            claim = Claim.MISMATCH
        return Reserved(claim, question_id, datetime.fromisoformat(asked_at))
    at = reservation.asked_at.isoformat()
    db.execute(
        "INSERT INTO questions (question_id, asked_at, updated_at) VALUES (?, ?, ?)",
        (reservation.question_id, at, at),
    )
    if reservation.tag:
        db.execute(
            "INSERT INTO reservations VALUES (?, ?, ?)",
            (reservation.tag, reservation.body_hash, reservation.question_id),
        )
    return Reserved(Claim.NEW, reservation.question_id, reservation.asked_at)


def progress(db: sqlite3.Connection, question_id: str) -> Progress | None:
    """Read how far a question has come, with the outcome of its highest version."""
    found = db.execute(
        "SELECT accepted, seq, asked_at, updated_at, outcome, answer_id FROM questions"
        " LEFT JOIN answers USING (question_id) WHERE question_id = ?"
        " ORDER BY version DESC LIMIT 1",
        (question_id,),
    ).fetchone()
    if found is None:
        return None
    accepted, seq, asked_at, updated_at, outcome, answer_id = found
    return Progress(
        question_id,
        accepted=bool(accepted),
        seq=seq,
        asked_at=datetime.fromisoformat(asked_at) if asked_at else None,
        updated_at=datetime.fromisoformat(updated_at),
        outcome=outcome,
        answer_id=answer_id,
    )


def add_answer(
    db: sqlite3.Connection,
    answer: SignedAnswer,
    renderings: tuple[Rendering, ...],
    position: Position,
    at: datetime,
) -> Added:
    """Insert an answer unless another was first, and move the position on with it."""
    key = (answer.question_id, answer.version)
    winner = db.execute(
        "SELECT document FROM answers WHERE question_id = ? AND version = ?", key
    ).fetchone()
    taken = db.execute(
        "SELECT 1 FROM answers WHERE answer_id = ? AND question_id <> ?",
        (answer.answer_id, answer.question_id),
    ).fetchone()
    if taken or (winner and winner[0] != answer.document):
        return Added.CONFLICT
    advance(db, position)
    if winner:
        return Added.REPEAT
    db.execute(
        "INSERT INTO questions (question_id, accepted, updated_at) VALUES (?, 1, ?)"
        " ON CONFLICT (question_id) DO UPDATE SET accepted = 1, updated_at = excluded.updated_at",
        (answer.question_id, at.isoformat()),
    )
    db.execute(
        "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*key, answer.answer_id, answer.outcome, answer.document, answer.jws, answer.key_id,
         answer.sha256),
    )  # fmt: skip
    db.executemany(
        "INSERT INTO renderings VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(*key, rendering.media_type, rendering.content) for rendering in renderings],
    )
    return Added.NEW


def advance(db: sqlite3.Connection, position: Position) -> None:
    """Set the next offset of a partition."""
    db.execute(
        "INSERT INTO positions VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET next_offset = excluded.next_offset",
        (position.topic, position.partition, position.next_offset),
    )


def answer(db: sqlite3.Connection, name: str, version: int | None) -> StoredAnswer | None:
    """Find an answer by answer id or question id; without a version, the highest."""
    found = db.execute(
        "SELECT question_id, version, answer_id, outcome, document, jws, key_id, sha256,"
        " (SELECT max(version) FROM answers WHERE question_id = a.question_id) AS latest"
        " FROM answers AS a WHERE question_id ="
        " coalesce((SELECT question_id FROM answers WHERE answer_id = ?1 LIMIT 1), ?1)"
        " AND version = coalesce(?2, latest)",
        (name, version),
    ).fetchone()
    if found is None:
        return None
    *fields, latest = found
    signed = SignedAnswer(*fields)
    types = db.execute(
        "SELECT media_type FROM renderings WHERE question_id = ? AND version = ? ORDER BY 1",
        (signed.question_id, signed.version),
    )
    return StoredAnswer(signed, tuple(media_type for (media_type,) in types), latest)
