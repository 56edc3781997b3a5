"""AnswerStore in a relational store: SQLite or PostgreSQL."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from caveat.chassis.store import Store
from services.gateway.adapters.statements import (
    ACCEPT,
    ANSWER,
    BACKLOG,
    FIND_TAG,
    POSITIONS,
    PROGRESS,
    RIVALS,
    upserts,
)
from services.gateway.records import (
    Added,
    Backlog,
    Claim,
    Position,
    Progress,
    Reservation,
    Reserved,
    SignedAnswer,
    StoredAnswer,
)
from services.gateway.tables import answers

_ADD = insert(answers)


class RelationalAnswerStore:
    """See AnswerStore. Whatever writes is one transaction, with no other writer beside it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def reserve(self, reservation: Reservation) -> Reserved:
        """Claim the id for the tag, or return what the tag's first reservation came to."""
        return await self._store.write(lambda db: _reserve(db, reservation))

    async def accept(self, question_id: str, at: datetime) -> None:
        """Note that the question is durable in Kafka."""
        values = {"a_question": question_id, "at": at.isoformat()}
        await self._store.write(lambda db: db.execute(ACCEPT, values).close())

    async def note_progress(self, question_id: str, seq: int, at: datetime) -> None:
        """Raise the rank of the last completed stage; lower or equal ranks change nothing."""
        values = _known(question_id, at) | {"seq": seq}
        await self._store.write(
            lambda db: db.execute(upserts(db.dialect.name).note_progress, values).close()
        )

    async def progress(self, question_id: str) -> Progress | None:
        """Tell how far a question has come; None when it is not known."""
        return await self._store.read(lambda db: _progress(db, question_id))

    async def add_answer(self, answer: SignedAnswer, position: Position, at: datetime) -> Added:
        """Keep an answer and move the position on, in one transaction."""
        return await self._store.write(lambda db: _add_answer(db, answer, position, at))

    async def advance(self, position: Position) -> None:
        """Move the position on past a record that was not kept."""
        await self._store.write(lambda db: _advance(db, position))

    async def positions(self, topic: str) -> Mapping[int, Position]:
        """Return where each partition that was begun is read on."""
        rows = await self._store.read(lambda db: db.execute(POSITIONS, {"a_topic": topic}).all())
        return {row.partition: Position(*row) for row in rows}

    async def backlog(self) -> Backlog:
        """Count the accepted questions without an answer."""
        count, since = await self._store.read(lambda db: db.execute(BACKLOG).one())
        return Backlog(count, datetime.fromisoformat(since) if since else None)

    async def answer(self, name: str, version: int | None = None) -> StoredAnswer | None:
        """Find an answer by answer id or question id; without a version, the highest."""
        values = {"name": name, "a_version": version}
        row = await self._store.read(lambda db: db.execute(ANSWER, values).one_or_none())
        if row is None:
            return None
        *fields, latest = row
        return StoredAnswer(SignedAnswer(*fields), latest)


# --- in a transaction ----------------------------------------------------------------------------


def _reserve(db: Connection, reservation: Reservation) -> Reserved:
    """Take one statement for a new question: the unique tag lets one of many claims through."""
    at = reservation.asked_at.isoformat()
    values = {
        "question_id": reservation.question_id,
        "tag": reservation.tag or None,
        "body_hash": reservation.body_hash or None,
        "accepted": 0,
        "seq": 0,
        "asked_at": at,
        "updated_at": at,
    }
    if db.execute(upserts(db.dialect.name).reserve, values).one_or_none():
        return Reserved(Claim.NEW, reservation.question_id, reservation.asked_at)
    question_id, body_hash, asked_at, accepted = db.execute(
        FIND_TAG, {"a_tag": reservation.tag}
    ).one()
    claim = Claim.REPLAY if accepted else Claim.UNSENT
    if body_hash != reservation.body_hash:
        claim = Claim.MISMATCH
    return Reserved(claim, question_id, datetime.fromisoformat(asked_at))


def _progress(db: Connection, question_id: str) -> Progress | None:
    row = db.execute(PROGRESS, {"a_question": question_id}).one_or_none()
    if row is None:
        return None
    accepted, seq, asked_at, updated_at, outcome, answer_id = row
    return Progress(
        question_id,
        accepted=bool(accepted),
        seq=seq,
        asked_at=datetime.fromisoformat(asked_at) if asked_at else None,
        updated_at=datetime.fromisoformat(updated_at),
        outcome=outcome,
        answer_id=answer_id,
    )


def _add_answer(db: Connection, answer: SignedAnswer, position: Position, at: datetime) -> Added:
    """Insert an answer unless another was first, and move the position on with it."""
    rivals = db.execute(
        RIVALS,
        {
            "a_question": answer.question_id,
            "a_version": answer.version,
            "an_answer": answer.answer_id,
        },
    ).all()
    wanted = (answer.question_id, answer.document)
    if any((rival.question_id, bytes(rival.document)) != wanted for rival in rivals):
        return Added.CONFLICT
    _advance(db, position)
    if rivals:
        return Added.REPEAT
    finished = _known(answer.question_id, at) | {"finished": 1}
    db.execute(upserts(db.dialect.name).finish, finished)
    db.execute(_ADD, asdict(answer))
    return Added.NEW


def _advance(db: Connection, position: Position) -> None:
    db.execute(upserts(db.dialect.name).advance, asdict(position))


def _known(question_id: str, at: datetime) -> dict[str, Any]:
    """Make a row for a question that somebody else may have asked: it is in Kafka."""
    return {
        "question_id": question_id,
        "tag": None,
        "body_hash": None,
        "accepted": 1,
        "seq": 0,
        "asked_at": None,
        "updated_at": at.isoformat(),
    }
