import asyncio
import contextlib
import itertools
import re
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from caveat.chassis.alone import Alone
from caveat.chassis.readiness import Readiness
from caveat.chassis.settings import StoreSettings
from caveat.chassis.store import Store
from caveat.errors import DependencyMissing, UpstreamUnavailable

MIGRATIONS = Path(__file__).parent / "migrations"
READINESS = Readiness("test")


@contextlib.asynccontextmanager
async def opened(url: str, readiness: Readiness = READINESS) -> AsyncIterator[Store]:
    store = Store(url, MIGRATIONS, name="guard", readiness=readiness)
    await store.start()
    try:
        yield store
    finally:
        await store.stop()


def add(number: int, note: str = "a note"):
    def work(connection: Connection) -> int:
        statement = text("INSERT INTO notes (number, text) VALUES (:number, :text)")
        return connection.execute(statement, {"number": number, "text": note}).rowcount

    return work


def take_a_number(connection: Connection) -> int:
    number = connection.execute(text("SELECT coalesce(max(number), 0) + 1 FROM notes")).scalar_one()
    add(number)(connection)
    return int(number)


def count(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM notes")).scalar_one())


def other_connection(url: str) -> Any:
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+pg8000")
    return create_engine(parsed, poolclass=NullPool).connect()


# --- on both kinds of store ----------------------------------------------------------------------


async def test_keeps_what_was_written_over_a_restart(store_url: str):
    async with opened(store_url) as store:
        await store.write(add(1))
    async with opened(store_url) as store:
        assert await store.read(count) == 1


async def test_takes_back_the_whole_of_work_that_failed(store_url: str):
    def half(connection: Connection) -> None:
        add(1)(connection)
        raise KeyError("in the middle")

    async with opened(store_url) as store:
        with pytest.raises(KeyError, match="in the middle"):
            await store.write(half)
        assert await store.read(count) == 0


async def test_gives_each_writer_of_every_instance_a_number_of_its_own(store_url: str):
    async with opened(store_url) as one, opened(store_url) as other:
        numbers = await asyncio.gather(
            *(store.write(take_a_number) for store in (one, other) for _ in range(20))
        )
    assert sorted(numbers) == list(range(1, 41))


async def test_lets_a_fault_of_ours_through_instead_of_waiting_for_it(store_url: str):
    async with opened(store_url) as store:
        await store.write(add(1))
        with pytest.raises(IntegrityError):
            await store.write(add(1))


async def test_brings_two_instances_up_to_date_at_once(store_url: str):
    async def bring_up() -> int:
        async with opened(store_url) as store:
            return await store.read(count)

    assert await asyncio.gather(bring_up(), bring_up()) == [0, 0]


async def test_refuses_a_store_of_a_version_from_the_future(store_url: str):
    async with opened(store_url) as store:
        await store.write(lambda db: db.execute(text("UPDATE alembic_version SET version_num='9'")))
    with pytest.raises(DependencyMissing, match="a version that this program does not know"):
        async with opened(store_url):
            pass


async def test_refuses_tables_that_no_migration_made(tmp_path: Path):
    with contextlib.closing(sqlite3.connect(tmp_path / "old.db")) as old:
        old.execute("CREATE TABLE decisions (number INTEGER)")
    with pytest.raises(DependencyMissing, match="an earlier version; move it away"):
        async with opened(f"sqlite:///{tmp_path}/old.db"):
            pass


async def test_lets_one_instance_work_and_the_next_when_it_is_gone(store_url: str):
    readiness = Readiness("guard")
    async with opened(store_url) as store, opened(store_url) as second_store:
        first = Alone(store, "guard", readiness)
        second = Alone(second_store, "guard", readiness)
        await first.start()
        waiting = asyncio.create_task(second.start())
        await asyncio.sleep(0.2)
        assert not waiting.done()
        assert readiness.obstacles() == ("waiting:another-guard",)
        await first.stop()
        await asyncio.wait_for(waiting, 5)
        assert readiness.obstacles() == ()
        await second.stop()


# --- faults of a file ----------------------------------------------------------------------------


async def test_waits_for_a_file_that_went_away_and_never_makes_it_anew(tmp_path: Path):
    path = tmp_path / "store.db"
    async with opened(f"sqlite:///{path}") as store:
        await store.write(add(1))
        await store.stop()  # checkpoints, so that the file is whole
        path.rename(tmp_path / "away.db")
        with pytest.raises(UpstreamUnavailable, match="No such file"):
            await store.write(add(2))
        assert not path.exists()
        (tmp_path / "away.db").rename(path)
        await store.write(add(2))
        assert await store.read(count) == 2


async def test_says_that_a_full_disk_is_full_and_goes_on_when_there_is_room(tmp_path: Path):
    async with opened(f"sqlite:///{tmp_path}/store.db") as store:
        await store.write(lambda db: db.exec_driver_sql("PRAGMA max_page_count = 8"))
        with pytest.raises(UpstreamUnavailable, match="disk is full"):
            await store.write(add(1, "x" * 100_000))
        await store.write(lambda db: db.exec_driver_sql("PRAGMA max_page_count = 100000"))
        await store.write(add(1, "x" * 100_000))
        assert await store.read(count) == 1


async def test_says_that_a_file_is_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("caveat.chassis.engines.BUSY", 0.05)
    url = f"sqlite:///{tmp_path}/store.db"
    async with opened(url) as store:
        with contextlib.closing(sqlite3.connect(tmp_path / "store.db")) as holder:
            holder.execute("BEGIN EXCLUSIVE")
            with pytest.raises(UpstreamUnavailable, match="locked"):
                await store.write(add(1))
            with pytest.raises(DependencyMissing, match="locked"):
                async with opened(url):
                    pass
            holder.rollback()
        await store.write(add(1))


@pytest.mark.parametrize("start", [0, 4096], ids=["its header", "a page of it"])
async def test_refuses_a_damaged_file_in_one_line(tmp_path: Path, start: int):
    path = tmp_path / "store.db"
    async with opened(f"sqlite:///{path}") as store:
        for number in range(200):
            await store.write(add(number, "x" * 200))
    content = bytearray(path.read_bytes())
    content[start : start + 2048] = b"\xa5" * 2048
    path.write_bytes(content)
    with pytest.raises(DependencyMissing) as refusal:
        async with opened(f"sqlite:///{path}"):
            pass
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


async def test_says_that_a_folder_cannot_be_made(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DependencyMissing, match="cannot be made: File exists"):
        async with opened(f"sqlite:///{tmp_path}/file/store.db"):
            pass


# --- faults of a server --------------------------------------------------------------------------


async def test_goes_on_after_the_server_ended_its_connections(postgresql_url: str):
    async with opened(postgresql_url) as store:
        await store.write(add(1))
        with other_connection(postgresql_url) as other:
            other.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                     " WHERE datname = current_database() AND pid <> pg_backend_pid()")
            )  # fmt: skip
        for _ in range(
            50
        ):  # as a stage does: what was under way when the server left is tried again
            with contextlib.suppress(UpstreamUnavailable):
                assert await store.read(count) == 1
                break
            await asyncio.sleep(0.05)
        else:
            pytest.fail("the store never came back")


def refusing(sqlstate: str):
    def work(connection: Connection) -> None:
        raised = f"RAISE EXCEPTION 'refused' USING errcode = '{sqlstate}'"
        connection.exec_driver_sql(f"DO $$ BEGIN {raised}; END $$")

    return work


@pytest.mark.parametrize(
    "sqlstate",
    ["55P03", "25006", "40001", "40P01", "53100", "53300", "57014", "58030", "XX001", "42501"],
)
async def test_waits_for_whatever_a_server_cannot_do_now(postgresql_url: str, sqlstate: str):
    async with opened(postgresql_url) as store:
        with pytest.raises(UpstreamUnavailable, match=f"refused .{sqlstate}."):
            await store.write(refusing(sqlstate))


@pytest.mark.parametrize("sqlstate", ["22012", "23505", "42P01", "42601", "0A000"])
async def test_does_not_wait_for_a_statement_that_is_wrong(postgresql_url: str, sqlstate: str):
    async with opened(postgresql_url) as store:
        with pytest.raises(DBAPIError):
            await store.write(refusing(sqlstate))


async def test_says_why_it_waits_and_not_twice(
    postgresql_url: str, caplog: pytest.LogCaptureFixture
):
    missing = re.sub(r"caveat_\d+", "nowhere", postgresql_url)
    store = Store(missing, MIGRATIONS, name="guard", readiness=READINESS)
    starting = asyncio.create_task(store.start())
    await asyncio.sleep(1)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    # The driver sometimes misses the server's word, and says "network error" in its place.
    told = [record.error for record in caplog.records if record.msg == "waiting for the store"]
    assert told
    assert all(text.startswith("guard-store is unavailable: ") for text in told)
    assert all(text != before for before, text in itertools.pairwise(told))
    await store.stop()


async def test_waits_for_a_server_that_is_away_at_the_start(tmp_path: Path):
    readiness = Readiness("guard")
    url = f"postgresql://nobody@/nothing?unix_sock={tmp_path}/.s.PGSQL.5432"
    store = Store(url, MIGRATIONS, name="guard", readiness=readiness)
    starting = asyncio.create_task(store.start())
    await asyncio.sleep(0.3)
    assert readiness.obstacles() == ("waiting:guard-store",)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting


async def test_never_says_a_password(tmp_path: Path):
    store = Store(
        f"postgresql://me:secret@/x?unix_sock={tmp_path}/s", MIGRATIONS, name="guard",
        readiness=READINESS,
    )  # fmt: skip
    assert "secret" not in store.url
    with pytest.raises(UpstreamUnavailable) as refusal:
        await store.read(count)
    assert "secret" not in str(refusal.value)


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["", "sqlite://", "mysql://host/db", "not a url", "postgresql://me@host:abc/db"]
)
def test_refuses_an_address_that_is_neither(url: str):
    with pytest.raises(DependencyMissing, match=r"the guard store|address of the guard store"):
        Store(url, MIGRATIONS, name="guard", readiness=READINESS)


class _Settings(StoreSettings):
    grpc_port: int = 1
    probe_port: int = 1


def test_a_store_is_a_file_unless_it_is_told_otherwise(tmp_path: Path):
    url = _Settings().store_url(tmp_path / "guard.db")
    assert url == f"sqlite:///{tmp_path}/guard.db"


def test_a_password_comes_from_a_file(tmp_path: Path):
    (tmp_path / "password").write_text("p@ss/word\n")
    settings = _Settings(
        store="postgresql://guard@db.local/guard", store_password_file=tmp_path / "password"
    )
    url = settings.store_url(tmp_path / "guard.db")
    assert make_url(url).password == "p@ss/word"  # noqa: S105
    assert make_url(url).host == "db.local"


def test_says_which_password_file_is_missing(tmp_path: Path):
    settings = _Settings(store="postgresql://g@h/d", store_password_file=tmp_path / "none")
    with pytest.raises(DependencyMissing, match="none cannot be read"):
        settings.store_url(tmp_path / "guard.db")
