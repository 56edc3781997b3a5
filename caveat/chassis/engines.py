"""How a store is reached: one connection to a SQLite file, or a pool of them to PostgreSQL."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

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
    except ArgumentError as error:
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


def postgresql(url: Any, name: str) -> Engine:
    """Open a pool of connections to a PostgreSQL database, each in the schema of that name."""
    engine = create_engine(
        url, pool_size=5, max_overflow=5, pool_timeout=5, pool_pre_ping=True,
        connect_args={"timeout": 10}, hide_parameters=True,
    )  # fmt: skip
    event.listen(engine, "connect", lambda connection, _: _enter_schema(connection, name))
    return engine


def _enter_schema(connection: Any, name: str) -> None:
    """Keep services that share a database out of each other's tables."""
    cursor = connection.cursor()
    cursor.execute(f'SET search_path TO "{name}"')
    cursor.execute("SET lock_timeout = '10s'")
    cursor.close()
    connection.commit()
