"""The decision log in SQLite: one file, one writer, every entry on the disk before it counts."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from caveat.errors import DependencyMissing, UnknownRecord, UpstreamUnavailable
from caveat.model import DecisionRecord
from services.auditor.core import Entry, Search, refuse_conflict

T = TypeVar("T")

STORE = "auditor store"

_FORMAT = 1
_BUSY = 1.0  # seconds to wait for another process's lock before saying that the store is away

_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE decisions (
  number INTEGER PRIMARY KEY,
  question_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  decided_at TEXT NOT NULL,
  record BLOB NOT NULL,
  jws TEXT NOT NULL,
  document_sha256 TEXT NOT NULL,
  appended_at TEXT NOT NULL,
  UNIQUE (question_id, version)
) STRICT;
CREATE INDEX decisions_by_verdict ON decisions (verdict, number);
CREATE TRIGGER decisions_are_not_changed BEFORE UPDATE ON decisions
  BEGIN SELECT RAISE(ABORT, 'decisions are never changed'); END;
CREATE TRIGGER decisions_are_not_removed BEFORE DELETE ON decisions
  BEGIN SELECT RAISE(ABORT, 'decisions are never removed'); END;
PRAGMA user_version = {_FORMAT};
COMMIT;
"""

_COLUMNS = ", ".join(field.name for field in fields(Entry))
_INSERT = f"""
INSERT INTO decisions ({_COLUMNS}, appended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
"""  # noqa: S608 - the columns are the fields of Entry
_RIVALS = f"""
SELECT {_COLUMNS} FROM decisions WHERE number = ? OR (question_id = ? AND version = ?)
"""  # noqa: S608 - the columns are the fields of Entry
_READ = "SELECT number, question_id, version, record FROM decisions "


class SqliteDecisionLog:
    """Keeps decisions in one file. A file that goes away is waited for, and never made anew."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, int] | None = None

    async def start(self) -> None:
        """Make the store where there is none. Raises DependencyMissing when it is unusable."""
        await asyncio.to_thread(self._prepare)

    async def stop(self) -> None:
        """Close the store; what was appended is on the disk already."""
        await asyncio.to_thread(self._close)

    async def append(self, entry: Entry, appended_at: datetime) -> bool:
        """Return when the entry is on the disk: True when it is new, False for a repeat."""
        return await self._in_thread(lambda store: _append(store, entry, appended_at))

    async def get(self, question_id: str, version: int) -> DecisionRecord:
        """Read one decision. Raises UnknownRecord."""
        return await self._in_thread(lambda store: _get(store, question_id, version))

    async def search(self, wanted: Search) -> tuple[DecisionRecord, ...]:
        """List decisions in order of their number."""
        return await self._in_thread(lambda store: _search(store, wanted))

    # --- the connection, used by one thread at a time ---

    async def _in_thread(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.to_thread(self._locked, work)

    def _locked(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock:
            try:
                return work(self._store())
            except sqlite3.Error as error:
                # Damage found at work is waited for too: an auditor never passes a decision by.
                raise UpstreamUnavailable(STORE, str(error)) from error
            except OSError as error:
                raise UpstreamUnavailable(STORE, error.strerror or "") from error

    def _store(self) -> sqlite3.Connection:
        """Return the connection to the file at the path, which may have been moved or restored."""
        status = self._path.stat()
        here = (status.st_dev, status.st_ino)
        if self._connection is None or here != self._opened:
            self._disconnect()
            self._connection, self._opened = self._connect(), here
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        store = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=_BUSY,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            store.execute("PRAGMA journal_mode = WAL")
            # Acknowledged means on the disk: in WAL mode only FULL waits for it.
            store.execute("PRAGMA synchronous = FULL")
        except sqlite3.Error:
            store.close()
            raise
        return store

    def _prepare(self) -> None:
        with self._lock:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._path.touch(mode=0o600)
                fault = _make_or_check(self._store())
            except (sqlite3.Error, OSError) as error:
                self._disconnect()
                raise DependencyMissing(
                    f"the decision log {self._path} cannot be used: {error}"
                ) from error
            if fault:
                self._disconnect()
                raise DependencyMissing(f"the decision log {self._path} cannot be used: {fault}")

    def _close(self) -> None:
        with self._lock:
            self._disconnect()

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _make_or_check(store: sqlite3.Connection) -> str:
    """Make an empty store's tables, and return what is wrong with a full one's in one line."""
    [found] = store.execute("PRAGMA user_version").fetchone()
    [tables] = store.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if found == 0 and tables == 0:
        store.executescript(_SCHEMA)
    elif found != _FORMAT:
        return f"it is of format {found}, and this program reads format {_FORMAT}"
    [fault] = store.execute("PRAGMA quick_check(1)").fetchone()
    return "" if fault == "ok" else "it is damaged: " + " ".join(str(fault).split())


def _append(store: sqlite3.Connection, entry: Entry, appended_at: datetime) -> bool:
    values = tuple(getattr(entry, field.name) for field in fields(Entry))
    if store.execute(_INSERT, (*values, appended_at.isoformat())).rowcount:
        return True
    rivals = store.execute(_RIVALS, (entry.number, entry.question_id, entry.version))
    refuse_conflict(entry, (Entry(*row) for row in rivals.fetchall()))
    return False


def _get(store: sqlite3.Connection, question_id: str, version: int) -> DecisionRecord:
    rows = store.execute(
        _READ + "WHERE question_id = ? AND version = ?", (question_id, version)
    ).fetchall()
    if not rows:
        raise UnknownRecord(f"no decision is kept for {question_id[:60]!r} version {version}")
    return DecisionRecord(*rows[0])


def _search(store: sqlite3.Connection, wanted: Search) -> tuple[DecisionRecord, ...]:
    chosen = "WHERE number > ? AND verdict = ? " if wanted.verdict else "WHERE number > ? "
    values = (wanted.after, wanted.verdict) if wanted.verdict else (wanted.after,)
    rows = store.execute(_READ + chosen + "ORDER BY number LIMIT ?", (*values, wanted.limit))
    return tuple(DecisionRecord(*row) for row in rows.fetchall())
