import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from caveat.chassis.readiness import Readiness
from caveat.chassis.store import Store
from caveat.cli.broker import ROOT
from caveat.cli.doctor import Diagnosis, stores
from tests.unit.caveat.doctor.mending import a_local


@pytest.fixture
def home(tmp_path: Path) -> Path:
    async def make(name: str) -> None:
        store = Store(
            f"sqlite:///{tmp_path / name / name}.db",
            ROOT / "services" / name / "migrations",
            name=name,
            readiness=Readiness(name),
        )
        await store.start()
        await store.stop()

    for name in stores.STORES:
        asyncio.run(make(name))
    return tmp_path


def found(home: Path, running: frozenset[str] = frozenset()) -> dict[str, Diagnosis]:
    return {one.check: one for one in stores.checks(a_local(home), running)}


def test_opens_every_store_and_leaves_it_as_it_was(home: Path):
    before = {path: path.read_bytes() for path in home.rglob("*.db")}

    looked = found(home)

    assert [one.ok for one in looked.values()] == [True, True, True]
    assert {path: path.read_bytes() for path in before} == before


def test_stores_that_are_not_there_yet_are_made_by_their_services(tmp_path: Path):
    assert all(one.ok for one in found(tmp_path).values())
    assert not list(tmp_path.rglob("*.db"))


def scribble(path: Path) -> None:
    path.write_bytes(b"no database at all" * 100)


def damage(path: Path) -> None:
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(whole[:middle] + b"\xa5" * 4096 + whole[middle + 4096 :])


@pytest.mark.parametrize("breaking", [scribble, damage])
@pytest.mark.parametrize("name", stores.STORES)
def test_a_damaged_store_is_found_and_its_backup_mends_it(
    home: Path, name: str, breaking: Callable[[Path], None]
):
    path = home / name / f"{name}.db"
    shutil.copy(path, home / "backup")
    breaking(path)

    looked = found(home)[f"{name} store"]
    assert not looked.ok
    assert str(path) in looked.found
    assert "put its backup back" in looked.mend
    shutil.copy(home / "backup", path)

    assert all(one.ok for one in found(home).values())


def test_a_store_of_a_later_program_is_not_for_this_one(home: Path):
    path = home / "guard" / "guard.db"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    looked = found(home)["guard store"]

    assert (looked.ok, "version 9999" in looked.found) == (False, True)
    assert "newer" in looked.mend


def test_a_database_that_is_away_is_named_without_its_password(
    home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CAVEAT_GUARD_STORE", "postgresql://someone:hidden@127.0.0.1:1/caveat")

    looked = found(home)["guard store"]

    assert not looked.ok
    assert looked.mend.startswith("start the database of postgresql://someone:***@127.0.0.1:1")
    assert "hidden" not in looked.found + looked.mend


def test_a_store_whose_service_is_up_is_left_alone(home: Path):
    scribble(home / "guard" / "guard.db")

    assert "guard store" not in found(home, frozenset(("guard",)))
