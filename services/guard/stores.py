"""The guard's store: decisions, the records of them, and their drafts under seal."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, func, insert, select

from caveat.attestation import read_canonical, sha256_hex
from caveat.chassis.store import Store
from caveat.errors import PermanentError, UnknownRecord, UpstreamUnavailable
from caveat.model import DecisionRecord
from services.guard import sealing
from services.guard.ports import Decision
from services.guard.tables import decisions, draft_keys, drafts

_FRAME = 128  # bytes around a record in a message: tags, lengths, number, question id, version


class RelationalDecisionStore:
    """Decisions in a relational store; see DecisionStore. Drafts are sealed on their way in."""

    def __init__(
        self,
        store: Store,
        drafts_key: bytes,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._store = store
        self._drafts_key = drafts_key
        self._random_bytes = random_bytes

    async def decide_once(
        self,
        question_id: str,
        version: int,
        make: Callable[[int], Decision],
        *,
        draft: bytes | None = None,
    ) -> tuple[Decision, bool]:
        """See DecisionStore. All of it is one exclusive transaction, so numbers have no gaps."""

        def work(db: Connection) -> tuple[Decision, bool]:
            if found := _find(db, question_id, version):
                return found, False
            newest = db.execute(select(func.coalesce(func.max(decisions.c.number), 0))).scalar_one()
            made = make(int(newest) + 1)
            db.execute(insert(decisions).values(**asdict(made)))
            if draft is not None:
                self._keep(db, made, draft)
            return made, True

        return await self._store.write(work)

    async def find(self, question_id: str, version: int) -> Decision | None:
        """See DecisionStore."""
        return await self._store.read(lambda db: _find(db, question_id, version))

    async def after(self, number: int, limit: int, *, most_bytes: int) -> Sequence[DecisionRecord]:
        """See DecisionStore."""
        return await self._store.read(lambda db: _after(db, number, limit, most_bytes))

    async def draft_of(self, number: int) -> tuple[Decision, bytes]:
        """See DecisionStore."""
        row = await self._store.read(lambda db: _sealed(db, number))
        if row is None:
            raise UnknownRecord(f"there is no decision {number}")
        decision = Decision(*row[: len(decisions.c)])
        if row.sealed is None:
            raise UnknownRecord(f"decision {number} keeps no draft")
        if row.wrapped is None:
            raise UnknownRecord(f"the draft of decision {number} was erased")
        kept = sealing.unseal(
            row.sealed,
            sealing.unwrap(row.wrapped, under=self._drafts_key),
            nonce=row.nonce,
            question_id=decision.question_id,
            version=decision.version,
        )
        if sha256_hex(kept) != _digest_in(decision.record):
            raise PermanentError(f"the draft of decision {number} is not the one it was made of")
        return decision, sealing.unsalted(kept)

    async def erase(self, question_id: str) -> bool:
        """See DecisionStore."""

        def work(db: Connection) -> bool:
            if self._store.path:
                # Otherwise the key would stay in the file's free pages.
                db.exec_driver_sql("PRAGMA secure_delete = ON")
            gone = delete(draft_keys).where(draft_keys.c.question_id == question_id)
            return bool(db.execute(gone).rowcount)

        erased = await self._store.write(work)
        if self._store.path:
            # ... and in the log of changes, which a reader of older pages holds.
            checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)"
            [busy, *_] = await self._store.read(lambda db: db.exec_driver_sql(checkpoint).one())
            if busy:
                why = "another reader keeps the erased key on the disk; erase again later"
                raise UpstreamUnavailable(self._store.peer, why)
        return erased

    def _keep(self, db: Connection, made: Decision, draft: bytes) -> None:
        """Seal a draft, unless its question was erased: then it must not come back."""
        key = self._key_of(db, made.question_id)
        if key is None:
            return
        nonce = self._random_bytes(sealing.NONCE_BYTES)
        sealed = sealing.seal(
            draft, key, nonce=nonce, question_id=made.question_id, version=made.version
        )
        db.execute(insert(drafts).values(number=made.number, nonce=nonce, sealed=sealed))

    def _key_of(self, db: Connection, question_id: str) -> bytes | None:
        """Return the key of a question, made now for its first draft; None when it was erased."""
        wanted = select(draft_keys.c.wrapped).where(draft_keys.c.question_id == question_id)
        if (wrapped := db.execute(wanted).scalar_one_or_none()) is not None:
            try:
                return sealing.unwrap(wrapped, under=self._drafts_key)
            except PermanentError as error:
                # No message is at fault for that: what is decided now waits for the right key.
                raise UpstreamUnavailable("keys", str(error)) from error
        sealed_before = exists().where(
            drafts.c.number == decisions.c.number, decisions.c.question_id == question_id
        )
        if db.execute(select(sealed_before)).scalar_one():
            return None
        key = self._random_bytes(sealing.KEY_BYTES)
        wrapped = sealing.wrap(key, under=self._drafts_key)
        db.execute(insert(draft_keys).values(question_id=question_id, wrapped=wrapped))
        return key


def _digest_in(record: bytes) -> object:
    try:
        return read_canonical(record).get("draft_digest")
    except ValueError as error:
        raise PermanentError("the record of a decision cannot be read") from error


def _find(db: Connection, question_id: str, version: int) -> Decision | None:
    wanted = select(decisions).where(
        decisions.c.question_id == question_id, decisions.c.version == version
    )
    row = db.execute(wanted).one_or_none()
    return Decision(*row) if row else None


def _after(db: Connection, number: int, limit: int, most_bytes: int) -> tuple[DecisionRecord, ...]:
    """Read no more than fits: a thousand of the largest records would fill the memory."""
    c = decisions.c
    size = func.length(c.record) + func.length(c.record_jws) + _FRAME
    measured = db.execute(
        select(c.number, size).where(c.number > number).order_by(c.number).limit(limit)
    )
    last, total = number, 0
    for each, length in measured:
        total += length
        if total > most_bytes and last != number:
            break
        last = each
    rows = db.execute(
        select(c.number, c.question_id, c.version, c.record, c.record_jws)
        .where(c.number > number, c.number <= last)
        .order_by(c.number)
    )
    return tuple(DecisionRecord(*row) for row in rows)


def _sealed(db: Connection, number: int) -> Row[Any] | None:
    kept = decisions.outerjoin(drafts, drafts.c.number == decisions.c.number).outerjoin(
        draft_keys, draft_keys.c.question_id == decisions.c.question_id
    )
    wanted = select(decisions, drafts.c.nonce, drafts.c.sealed, draft_keys.c.wrapped)
    return db.execute(wanted.select_from(kept).where(decisions.c.number == number)).one_or_none()
