"""How a store is reached: one connection to a SQLite file, or a pool of them to PostgreSQL."""

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    ProgrammingError,
)

from caveat.errors import DependencyMissing

BUSY = 2.0  # seconds to wait for a lock that another process holds
EXCLUSIVE = "caveat_exclusive"
"""The execution option of a transaction during which nobody else may write."""


def address(url: str, name: str) -> tuple[str, Path | None, Any]:
    """Read a store's address: how to show it, and either its SQLite file or its PostgreSQL URL.

    Raises DependencyMissing for any other address.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # ValueError: a port that is none
        raise DependencyMissing(f"the address of the {name} store is not a URL") from error
    shown = parsed.render_as_string(hide_password=True)
    if parsed.drivername == "sqlite" and parsed.database:
        return shown, Path(parsed.database).absolute(), None
    if parsed.drivername in ("postgresql", "postgresql+pg8000"):
        return shown, None, parsed.set(drivername="postgresql+pg8000")
    raise DependencyMissing(
        f"the {name} store {shown} is neither sqlite:///PATH nor postgresql://HOST/DATABASE"
    )


def sqlite(path: Path) -> Engine:
    """Open the one connection to a SQLite file that is there."""

    def connect() -> sqlite3.Connection:
        # mode=rw: a file that went away must not come back empty.
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode=rw", uri=True, timeout=BUSY, isolation_level=None,
            check_same_thread=False,
        )  # fmt: skip
        try:
            # In WAL mode only FULL means that what was committed is on the disk.
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool, hide_parameters=True)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    exclusive = connection.get_execution_options().get(EXCLUSIVE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if exclusive else "BEGIN")


def postgresql(url: Any, name: str, silence: float) -> Engine:
    """Open a pool of connections to a PostgreSQL database, each in the schema of that name.

    `silence` is how many seconds a server may say nothing, on connecting and in a statement.
    """
    engine = create_engine(
        url, pool_size=5, max_overflow=5, pool_timeout=5, pool_pre_ping=True,
        connect_args={"timeout": silence}, hide_parameters=True,
    )  # fmt: skip
    event.listen(engine, "connect", lambda connection, _: _enter_schema(connection, name))
    return engine


def _enter_schema(connection: Any, name: str) -> None:
    """Keep services that share a database out of each other's tables."""
    cursor = connection.cursor()
    cursor.execute(f'SET search_path TO "{name}"')
    # Before the socket gives up, so that the server's own word is heard.
    cursor.execute("SET lock_timeout = '8s'")
    cursor.close()
    connection.commit()


# SQLSTATE classes of a statement at fault: unsupported, cardinality, bad value, constraint, syntax.
_OUR_STATES = ("0A", "21", "22", "23", "42")
_NO_RIGHT = "42501"  # ... and one that somebody can grant
_OURS = (IntegrityError, DataError, ProgrammingError)


def is_ours(error: BaseException) -> bool:
    """Tell a bug of ours, which must not look like waiting, from a store that is away.

    pg8000 calls nearly everything that a server refuses a ProgrammingError, a full disk and a
    lock that was not got included: only the SQLSTATE tells.
    """
    if not isinstance(error, DBAPIError):
        return False
    if told := _told_by_server(error.orig):
        state = str(told.get("C", ""))
        return state.startswith(_OUR_STATES) and state != _NO_RIGHT
    return isinstance(error, _OURS)


def cause(error: BaseException) -> str:
    """Say what the store said, without a statement and without its values."""
    if isinstance(error, OSError) and error.strerror:
        return os.strerror(error.errno) if error.errno else error.strerror
    orig = error.orig if isinstance(error, DBAPIError) else error
    told: object = orig.args[0] if orig is not None and orig.args else ""
    if server := _told_by_server(orig):
        told = f"{server.get('M', '')} ({server.get('C', '')})"
    return " ".join(f"{type(orig).__name__}: {told}".split())[:200]


def mended_by(cause: str) -> str:
    """Say what is wrong with a file, and what mends it, in one line."""
    if "malformed" in cause or "not a database" in cause:
        return "it is damaged; put its backup back, with its -wal and -shm or without any"
    if "locked" in cause:
        return "it is locked; end the other program that holds it"
    return f"{cause}; its disk needs room, and its folder must be writable"


def _told_by_server(error: BaseException | None) -> Mapping[str, object]:
    """Return what pg8000 makes of a server's error: M is the message, C the SQLSTATE."""
    told = error.args[0] if error is not None and error.args else None
    return told if isinstance(told, dict) else {}
