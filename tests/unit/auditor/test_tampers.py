"""Two hundred tampers with a log, all of which are found, most of them at their very leaf."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.unit.auditor.logs import Trust, fill, trust_of, verify
from tests.unit.auditor.tampering import UNDEFINED, tamper

TAMPERS = 200


@pytest.fixture(scope="module")
def trust(keys: Path) -> Trust:
    return trust_of(keys)


@pytest.fixture(scope="module")
def untouched(keys: Path, trust: Trust, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "auditor.db"
    asyncio.run(fill(f"sqlite:///{path}", keys))
    return path


@pytest.fixture(scope="module")
def witnessed(untouched: Path, trust: Trust) -> Trust:
    """Somebody who has verified the log before it was tampered with."""
    account = asyncio.run(verify(f"sqlite:///{untouched}", trust))
    assert account.fault is None
    seen = trust.keys.open_checkpoint(account.note)
    return replace(trust, seen=(("the one seen earlier", seen),))


def test_the_untouched_log_holds(untouched: Path, witnessed: Trust) -> None:
    account = asyncio.run(verify(f"sqlite:///{untouched}", witnessed))

    assert account.fault is None
    assert (account.leaves, account.covered) == (60, 60)
    assert 10 < account.checkpoints < 60
    assert 40 < account.decisions < 60


@pytest.mark.parametrize("seed", range(TAMPERS))
async def test_finds_every_tamper(
    untouched: Path, witnessed: Trust, tmp_path: Path, seed: int
) -> None:
    path = Path(shutil.copy(untouched, tmp_path / "auditor.db"))
    done = tamper(path, seed)

    account = await verify(f"sqlite:///{path}", witnessed)

    assert account.fault is not None, f"seed {seed}: {done.what} was not found"
    if done.first_bad != UNDEFINED:
        assert account.fault.index == done.first_bad, (
            f"seed {seed}: {done.what}: {account.fault}, but {done.first_bad} is the first"
        )


# --- a sample on PostgreSQL ----------------------------------------------------------------------

_FLIP = (
    'UPDATE leaves SET content = set_bit(content, 9, 1 - get_bit(content, 9)) WHERE "index" = 17'
)
_FLIP_HASH = "UPDATE leaves SET leaf_hash = set_bit(leaf_hash, 0, 1 - get_bit(leaf_hash, 0))"
POSTGRESQL = (
    (_FLIP, 17),
    (f'{_FLIP_HASH} WHERE "index" = 5', 5),
    ("UPDATE leaves SET kind = 'operation' WHERE kind = 'decision' AND \"index\" = 0", 0),
    ("UPDATE leaves SET jws = 'x' || jws WHERE \"index\" = 30", 30),
    ("UPDATE leaves SET appended_at = '2026-11-22T10:00:59Z' WHERE \"index\" = 0", 0),
    ("UPDATE decisions SET verdict = 'failed' WHERE leaf = 0", 0),
    ("UPDATE nodes SET hash = leaf_hash FROM leaves WHERE level = 2 AND nodes.index = 3"
     " AND leaves.index = 0", 12),
    ('DELETE FROM decisions WHERE leaf = 9; DELETE FROM leaves WHERE "index" = 9', 9),
    ("DELETE FROM nodes WHERE level = 3 AND \"index\" = 0", 0),
    ("INSERT INTO leaves SELECT 60, kind, content, jws, leaf_hash, appended_at FROM leaves"
     ' WHERE "index" = 59', 60),
    ("DELETE FROM checkpoints WHERE size = (SELECT min(size) FROM checkpoints)", None),
    ("UPDATE checkpoints SET made_at = '2026-11-22T10:00:59Z' WHERE size = 60", None),
    ("DROP TRIGGER nodes_are_not_changed ON nodes", None),
    ("DELETE FROM decisions WHERE leaf > 49; DELETE FROM leaves WHERE \"index\" > 49;"
     ' DELETE FROM nodes WHERE ("index" + 1) << level > 50;'
     " DELETE FROM checkpoints WHERE size > 50", None),
)  # fmt: skip


@pytest.fixture(scope="module")
def template(postgresql: Any, keys: Path) -> str:
    postgresql.psql("CREATE DATABASE audit_template")
    asyncio.run(fill(address(postgresql, "audit_template"), keys))
    return "audit_template"


def address(postgresql: Any, name: str) -> str:
    return f"postgresql://postgres@/{name}?unix_sock={postgresql.pgdata}/.s.PGSQL.5432"


@pytest.mark.parametrize("number", range(len(POSTGRESQL)))
async def test_finds_tampers_on_postgresql(
    postgresql: Any, template: str, trust: Trust, number: int
) -> None:
    name, (statement, first_bad) = f"audit_tampered_{number}", POSTGRESQL[number]
    postgresql.psql(f"CREATE DATABASE {name} TEMPLATE {template}")
    url = address(postgresql, name)
    untouched = await verify(url, trust)
    seen = replace(trust, seen=(("mine", trust.keys.open_checkpoint(untouched.note)),))
    tables = ("leaves", "decisions", "nodes", "checkpoints")
    postgresql.psql(
        f"\\c {name}\nSET search_path TO auditor;"
        + "".join(f"ALTER TABLE {table} DISABLE TRIGGER ALL;" for table in tables)
        + statement + ";"
        + "".join(f"ALTER TABLE {table} ENABLE TRIGGER ALL;" for table in tables)
    )  # fmt: skip

    account = await verify(url, seen)

    assert untouched.fault is None
    assert account.fault is not None, statement
    if first_bad is not None:
        assert account.fault.index == first_bad, account.fault
