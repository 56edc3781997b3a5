"""Read a store of the audit log without changing it, and without trusting what it holds."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import Connection

from services.auditor.tables import TABLES

_SQLITE = ("changed", "removed", "replaced")
_POSTGRESQL = ("changed", "removed", "emptied")


def begin_reading(connection: Connection) -> None:
    """Make the transaction one that only reads, and sees one state of the log throughout."""
    if connection.dialect.name != "sqlite":
        connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        return
    connection.exec_driver_sql("PRAGMA query_only = ON")
    # Text that is no text any more is something to report, and not to break on.
    driver = connection.connection.driver_connection
    driver.text_factory = lambda text: text.decode("utf-8", "surrogateescape")  # type: ignore[union-attr]


def missing_guards(connection: Connection) -> Iterator[str]:
    """List the triggers against changes that are not there as they should be."""
    if connection.dialect.name == "sqlite":
        suffixes, wanted = _SQLITE, (
            "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND sql LIKE '% BEFORE %'"
            " AND sql LIKE '%SELECT RAISE(ABORT, %'"
        )  # fmt: skip
    else:
        suffixes, wanted = _POSTGRESQL, (
            "SELECT tgname FROM pg_trigger JOIN pg_class ON tgrelid = pg_class.oid"
            " JOIN pg_namespace ON relnamespace = pg_namespace.oid"
            " WHERE tgenabled IN ('O', 'A') AND nspname = current_schema()"
        )  # fmt: skip
    present = set(connection.execute(sa.text(wanted)).scalars())
    for table in TABLES:
        for suffix in suffixes:
            if (name := f"{table.name}_are_not_{suffix}") not in present:
                yield name
