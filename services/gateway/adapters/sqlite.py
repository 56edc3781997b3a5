"""AnswerStore in one SQLite file."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from caveat.errors import DependencyMissing, UpstreamUnavailable
from caveat.model import Rendering
from services.gateway.adapters import tables
from services.gateway.records import (
    Added,
    Position,
    Progress,
    Reservation,
    Reserved,
    SignedAnswer,
    StoredAnswer,
)

T = TypeVar("T")

_BUSY = 2.0  # seconds to wait for a lock that somebody else holds


class SqliteStore:
    """AnswerStore in one SQLite file: one connection, behind a lock, off the event loop."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        # Not an asyncio lock: a cancelled caller leaves its thread at work on the connection.
        self._lock = threading.Lock()

    async def start(self) -> None:
        """Open the file. Raises DependencyMissing when it is damaged or of another format."""
        try:
            self._connection = await asyncio.to_thread(self._open)
        except sqlite3.OperationalError as error:  # locked, read-only, disk full
            raise DependencyMissing(f"the store {self._path} cannot be opened: {error}") from error
        except sqlite3.Error as error:
            raise DependencyMissing(
                f"the store {self._path} cannot be used ({error}); move it away to begin anew"
            ) from error

    async def stop(self) -> None:
        """Close the file."""
        await asyncio.to_thread(self._close)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_BUSY, isolation_level=None, check_same_thread=False
        )
        try:
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
                connection.execute(f"PRAGMA {pragma}")
            [found] = connection.execute("PRAGMA user_version").fetchone()
            if found not in (0, tables.FORMAT):
                raise sqlite3.DatabaseError(f"its format is {found}, not {tables.FORMAT}")
            [verdict] = connection.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise sqlite3.DatabaseError("it is damaged")
            connection.executescript(f"{tables.SCHEMA} PRAGMA user_version = {tables.FORMAT};")
        except BaseException:
            connection.close()
            raise
        return connection

    def _close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await asyncio.to_thread(self._transact, work)
        except sqlite3.Error as error:
            raise UpstreamUnavailable("store", type(error).__name__) from error

    def _transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock:
            if self._connection is None:
                raise sqlite3.ProgrammingError("the store is closed")
            with _transaction(self._connection):
                return work(self._connection)

    async def reserve(self, reservation: Reservation) -> Reserved:
        """Claim the id for the tag, or return what the tag's first reservation came to."""
        return await self._run(lambda db: tables.reserve(db, reservation))

    async def accept(self, question_id: str, at: datetime) -> None:
        """Note that the question is durable in Kafka."""
        await self._run(
            lambda db: db.execute(
                "UPDATE questions SET accepted = 1, updated_at = ?"
                " WHERE question_id = ? AND NOT accepted",
                (at.isoformat(), question_id),
            )
        )

    async def note_progress(self, question_id: str, seq: int, at: datetime) -> None:
        """Raise the rank of the last completed stage; lower or equal ranks change nothing."""
        await self._run(
            lambda db: db.execute(
                "INSERT INTO questions (question_id, accepted, seq, updated_at)"
                " VALUES (?, 1, ?, ?) ON CONFLICT (question_id) DO UPDATE SET"
                " accepted = 1, seq = excluded.seq, updated_at = excluded.updated_at"
                " WHERE excluded.seq > seq",
                (question_id, seq, at.isoformat()),
            )
        )

    async def progress(self, question_id: str) -> Progress | None:
        """Tell how far a question has come; None when it is not known."""
        return await self._run(lambda db: tables.progress(db, question_id))

    async def add_answer(
        self,
        answer: SignedAnswer,
        renderings: tuple[Rendering, ...],
        position: Position,
        at: datetime,
    ) -> Added:
        """Keep an answer and move the position on, in one transaction."""
        return await self._run(lambda db: tables.add_answer(db, answer, renderings, position, at))

    async def advance(self, position: Position) -> None:
        """Move the position on past a record that was not kept."""
        await self._run(lambda db: tables.advance(db, position))

    async def positions(self, topic: str) -> Mapping[int, int]:
        """Return the next offset for each partition that was begun."""
        return await self._run(
            lambda db: dict(
                db.execute("SELECT partition, next_offset FROM positions WHERE topic = ?", (topic,))
            )
        )

    async def answer(self, name: str, version: int | None = None) -> StoredAnswer | None:
        """Find an answer by answer id or question id; without a version, the highest."""
        return await self._run(lambda db: tables.answer(db, name, version))

    async def rendering(self, question_id: str, version: int, media_type: str) -> bytes | None:
        """Return a presentation that was kept with an answer."""
        found = await self._run(
            lambda db: db.execute(
                "SELECT content FROM renderings"
                " WHERE question_id = ? AND version = ? AND media_type = ?",
                (question_id, version, media_type),
            ).fetchone()
        )
        return bytes(found[0]) if found else None


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
