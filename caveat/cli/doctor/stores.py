"""The stores of guard, gateway and auditor, while their services are down.

A service that is up says for itself when its store is away. Nothing is migrated or mended here.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caveat.cli.doctor.diagnosis import Diagnosis, guarded, ill, sound
from caveat.cli.local import Local

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from caveat.chassis.store import Store

STORES = ("guard", "gateway", "auditor")
_CHECKED = 64 * 1024 * 1024  # bytes; a whole look at a larger file takes too long
_SILENCE = 5.0  # seconds that a database may say nothing


def checks(local: Local, running: frozenset[str]) -> Iterator[Diagnosis]:
    """Open each store whose service is down."""
    for name in STORES:
        if name not in running:
            mend = f"put the backup of the {name}'s store back, then caveat up"
            yield guarded(f"{name} store", mend, lambda name=name: _opened(local, name))  # type: ignore[misc]


def _opened(local: Local, name: str) -> Diagnosis:
    from caveat.chassis import engines
    from caveat.chassis.readiness import Readiness
    from caveat.chassis.store import Store
    from caveat.cli.broker import ROOT
    from caveat.errors import UpstreamUnavailable

    check = f"{name} store"
    migrations = ROOT / "services" / name / "migrations"
    store = Store(
        _address(local, name), migrations, name=name, readiness=Readiness(name), silence=_SILENCE
    )
    if store.path is not None and not store.path.exists():
        return sound(check, f"there is none yet at {store.path}")
    try:
        version = _read(store)
    except UpstreamUnavailable as error:
        if store.path is None:
            return ill(check, str(error), f"start the database of {store.url}")
        return ill(check, f"{store.path}: {error}", engines.mended_by(str(error)))
    known = _known(migrations)
    if version and version not in known:
        found = f"{store.url} is of version {version}; this program knows {', '.join(known)}"
        return ill(check, found, "run the version of Caveat that made it, or a newer one")
    return sound(check, f"{store.url} opens")


def _address(local: Local, name: str) -> str:
    from caveat.chassis.settings import StoreSettings

    prefix = f"CAVEAT_{name.upper()}_STORE"
    password = os.environ.get(f"{prefix}_PASSWORD_FILE")
    settings = StoreSettings.model_construct(
        store=os.environ.get(prefix, ""), store_password_file=Path(password) if password else None
    )
    return settings.store_url(local.home / name / f"{name}.db")


def _read(store: "Store") -> str:
    """Look at the pages, and return the version of the tables. Raises UpstreamUnavailable."""
    import asyncio

    async def read() -> str:
        try:
            return await store.read(lambda connection: _version(connection, store.path))
        finally:
            await store.stop()

    return asyncio.run(read())


def _version(connection: "Connection", path: Path | None) -> str:
    from sqlalchemy import inspect

    from caveat.errors import UpstreamUnavailable

    if path is not None and path.stat().st_size <= _CHECKED:
        [fault] = connection.exec_driver_sql("PRAGMA quick_check(1)").one()
        if fault != "ok":
            raise UpstreamUnavailable("the file", "malformed")
    if "alembic_version" not in inspect(connection).get_table_names():
        return ""
    row: Any = connection.exec_driver_sql("SELECT version_num FROM alembic_version").one_or_none()
    return str(row[0]) if row else ""


def _known(migrations: Path) -> list[str]:
    texts = (path.read_text() for path in sorted(migrations.glob("[0-9]*.py")))
    return [found[1] for text in texts if (found := re.search(r'^revision = "(\w+)"', text, re.M))]
