"""A service's relational store: one SQLite file, or one PostgreSQL database. Off the event loop.

Adapters say what they want in SQLAlchemy Core, and it means the same on both. Writers are one at
a time, in an exclusive transaction: that is what makes "the first writer wins" and numbers
without gaps hold for all instances of a service.
"""

import asyncio
import hashlib
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    Integer,
    inspect,
    text,
)
from sqlalchemy.exc import (
    SQLAlchemyError,
)

from caveat.chassis import engines
from caveat.chassis.readiness import Readiness
from caveat.errors import DependencyMissing, UpstreamUnavailable

NUMBER = BigInteger().with_variant(Integer(), "sqlite")
"""The type of whole numbers of up to 64 bits, on both kinds of store."""

T = TypeVar("T")
Work = Callable[[Connection], T]

log = logging.getLogger(__name__)

_SHARED_MIGRATIONS = Path(__file__).parent / "migrations"
_FIRST_DELAY, _LONGEST_DELAY = 0.1, 2.0  # seconds
_CHECKED = 64 * 1024 * 1024  # bytes; a larger file would hold up the start for too long


class Store:
    """Runs work on a store in threads. What goes away is waited for, and never made anew."""

    def __init__(
        self,
        url: str,
        migrations: Path,
        *,
        name: str,
        readiness: Readiness,
        silence: float = 10.0,
    ) -> None:
        """Take `sqlite:///path` or `postgresql://user:password@host/database`.

        `silence` is how many seconds a database may say nothing before it counts as away: long
        reading wants more. Raises DependencyMissing for any other address. Nothing is opened
        before `start`.
        """
        self._name = name
        self._readiness = readiness
        self._migrations = migrations
        self._silence = silence
        self._shown, self._path, self._url = engines.address(url, name)
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._opened: tuple[int, int] | None = None

    @property
    def url(self) -> str:
        """The address without a password, for people and logs."""
        return self._shown

    async def start(self) -> None:
        """Open the store and bring its tables up to date, waiting for a database that is away.

        Raises DependencyMissing for a store that cannot be used: damaged, locked, too new.
        """
        delay, patience, told = _FIRST_DELAY, time.monotonic() + 2 * engines.BUSY, ""
        while True:
            try:
                return await asyncio.to_thread(self._prepare)
            except UpstreamUnavailable as error:
                # Two instances that start at once lock each other out for a moment.
                passing = "locked" in str(error) and time.monotonic() < patience
                if self._path and not passing:
                    raise self._unusable(engines.mended_by(str(error))) from error
                why = str(error)
            if not self._path and why != told:
                log.warning("waiting for the store", extra={"store": self._shown, "error": why})
                told = why
            with self._readiness.waiting_for(self.peer):
                await asyncio.sleep(delay)
            delay = min(delay * 2, _LONGEST_DELAY)

    async def stop(self) -> None:
        """Close the store; what was written is on the disk already."""
        await asyncio.to_thread(self._close)

    async def read(self, work: Work[T]) -> T:
        """Run work in a transaction that only reads. Raises UpstreamUnavailable."""
        return await asyncio.to_thread(self._run, work, exclusive=False)

    async def write(self, work: Work[T]) -> T:
        """Run work while nobody else writes; return once it is durable.

        Raises UpstreamUnavailable; the work may then have been done, or not.
        """
        return await asyncio.to_thread(self._run, work, exclusive=True)

    @property
    def path(self) -> Path | None:
        """The SQLite file; None for PostgreSQL."""
        return self._path

    @property
    def peer(self) -> str:
        """How a waiting service names its store."""
        return f"{self._name}-store"

    def lock_forever(self, key: str) -> Connection | None:
        """Take a lock of PostgreSQL that lasts as long as the connection; None when it is taken.

        Raises UpstreamUnavailable. For a thread.
        """
        with ExitStack() as held:
            try:
                connection = held.enter_context(self._connected().connect())
                if not connection.execute(_TRY_LOCK, {"key": _key_of(key)}).scalar_one():
                    return None
                connection.commit()  # the lock belongs to the session, and outlives this
            except (SQLAlchemyError, OSError) as error:
                raise UpstreamUnavailable(self.peer, engines.cause(error)) from error
            held.pop_all()
            return connection

    # --- in threads ---

    def _run(self, work: Work[T], *, exclusive: bool) -> T:
        # SQLite has one connection here, so one thread at a time; PostgreSQL has a pool.
        with self._lock if self._path else nullcontext():
            try:
                with self._connected().connect() as plain:
                    connection = plain.execution_options(**{engines.EXCLUSIVE: exclusive})
                    with connection.begin():
                        if exclusive and not self._path:
                            connection.execute(_TAKE_TURN, {"key": _key_of(self._name)})
                        return work(connection)
            except (SQLAlchemyError, sqlite3.Error, OSError) as error:
                if engines.is_ours(error):
                    raise
                raise UpstreamUnavailable(self.peer, engines.cause(error)) from error

    def _connected(self) -> Engine:
        """Return the engine of the file at the path, which may have been moved or restored."""
        if self._path:
            status = self._path.stat()
            here = (status.st_dev, status.st_ino)
            if self._engine is not None and here != self._opened:
                self._dispose()
            self._opened = here
        if self._engine is None:
            path = self._path
            self._engine = (
                engines.sqlite(path)
                if path
                else engines.postgresql(self._url, self._name, self._silence)
            )
        return self._engine

    def _prepare(self) -> None:
        try:
            if self._path:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._path.touch(mode=0o600)
        except OSError as error:
            raise DependencyMissing(
                f"the store {self._shown} cannot be made: {error.strerror}"
            ) from error
        try:
            self._run(self._migrate, exclusive=True)
        except (UpstreamUnavailable, DependencyMissing):
            self._close()
            raise

    def _migrate(self, connection: Connection) -> None:
        if self._path and self._path.stat().st_size <= _CHECKED:
            [fault] = connection.exec_driver_sql("PRAGMA quick_check(1)").one()
            if fault != "ok":
                raise self._unusable(engines.mended_by("malformed"))
        if not self._path:
            _make_schema(connection, self._name)
        tables = set(inspect(connection).get_table_names())
        if tables and "alembic_version" not in tables:
            raise self._unusable("its tables were made by an earlier version; move it away")
        config = Config()
        config.set_main_option("script_location", str(_SHARED_MIGRATIONS))
        config.set_main_option("version_locations", str(self._migrations))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise self._unusable(f"it is of a version that this program does not know: {error}") \
                from error  # fmt: skip

    def _unusable(self, why: str) -> DependencyMissing:
        return DependencyMissing(f"the store {self._shown} cannot be used: {why}")

    def _close(self) -> None:
        with self._lock:
            self._dispose()

    def _dispose(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None


_TAKE_TURN = text("SELECT pg_advisory_xact_lock(:key)")
_TRY_LOCK = text("SELECT pg_try_advisory_lock(:key)")


def _make_schema(connection: Connection, name: str) -> None:
    if not inspect(connection).has_schema(name):
        connection.exec_driver_sql(f'CREATE SCHEMA "{name}"')


def _key_of(name: str) -> int:
    """Number the advisory lock of a service's writers: a signed 64-bit integer."""
    return int.from_bytes(hashlib.sha256(f"caveat/{name}".encode()).digest()[:8], signed=True)
