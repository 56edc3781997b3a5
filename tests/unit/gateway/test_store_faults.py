"""A store that is locked, full, damaged or gone: nothing is lost, and everybody is told."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from aiokafka import TopicPartition
from sqlalchemy import QueuePool

from caveat import wire
from caveat.chassis.readiness import Readiness
from caveat.chassis.stream import Access, Follower
from caveat.pipeline import ANSWER_PUBLISHED
from services.gateway import core
from services.gateway.adapters import RelationalAnswerStore
from tests.unit.gateway.brokers import FakeBroker, until
from tests.unit.gateway.builders import Gateway, Reading, assert_problem, named, opened
from tests.unit.gateway.fakes import ANSWER_ID, QUESTION_ID, a_published_answer, a_signed_answer

Fault = Callable[[Path], AbstractContextManager[None]]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.rollback()


@contextmanager
def replaced_by(path: Path, content: bytes | None) -> Iterator[None]:
    """Put other content in the store's place, then bring the store back, log of changes and all."""
    kept = path.parent / "kept"
    kept.mkdir()
    for part in path.parent.glob("gateway.db*"):
        part.rename(kept / part.name)
    if content is not None:
        path.write_bytes(content)
    yield
    for part in path.parent.glob("gateway.db*"):
        part.unlink()
    for part in kept.iterdir():
        part.rename(path.parent / part.name)


def damaged(path: Path) -> AbstractContextManager[None]:
    return replaced_by(path, b"\x7f" * 20_000)


def gone(path: Path) -> AbstractContextManager[None]:
    return replaced_by(path, None)


async def threads_are_done(store: RelationalAnswerStore) -> None:
    """Wait for the work that goes on in a thread although its task was cancelled."""
    pool = await store._store.read(lambda db: db.engine.pool)
    async with asyncio.timeout(5):
        while isinstance(pool, QueuePool) and pool.checkedout():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)


@asynccontextmanager
async def following(url: str, broker: FakeBroker) -> AsyncIterator[tuple[Gateway, Reading]]:
    """The gateway's reading and its HTTP edge on a real store, with a broker that is none."""
    readiness = Readiness("gateway")
    async with opened(url, readiness) as store:
        reading = Reading(store, readiness=readiness)
        gateway = Gateway(store=store, readiness=readiness, arrivals=reading.arrivals)
        follower = Follower(
            "answers",
            (ANSWER_PUBLISHED,),
            reading.read,
            access=Access("b:1"),
            readiness=readiness,
            positions=store.positions,
        )
        await follower.start()
        try:
            async with gateway.client:
                yield gateway, reading
        finally:
            await follower.stop()
            await threads_are_done(store)


@pytest.fixture
def published(broker: FakeBroker, monkeypatch: pytest.MonkeyPatch) -> FakeBroker:
    monkeypatch.setattr("caveat.chassis.engines.BUSY", 0.05)
    broker.logs = {TopicPartition(ANSWER_PUBLISHED, 0): []}
    broker.topic, broker.key = ANSWER_PUBLISHED, QUESTION_ID.encode()
    return broker


SECOND = wire.encode(
    a_published_answer(
        version=2,
        document=a_signed_answer(version=2).document,
        jws=a_signed_answer(version=2).jws,
    )
)


async def has_read(reading: Reading, next_offset: int) -> None:
    """Wait until the store says that the partition was read up to there."""
    async with asyncio.timeout(10):
        while True:
            found = (await reading.store.positions(ANSWER_PUBLISHED)).get(0)
            if found and found.next_offset == next_offset:
                return
            await asyncio.sleep(0.02)


async def holds_while(fault: AbstractContextManager[None], url: str, broker: FakeBroker) -> None:
    """Let an answer come during a fault; see everybody told, and the answer served afterwards."""
    async with following(url, broker) as (gateway, reading):
        broker.add(0, wire.encode(a_published_answer()))
        await until(lambda: broker.connections and not gateway.readiness.obstacles())
        await has_read(reading, 1)
        with fault:
            broker.add(0, SECOND)
            await until(lambda: "waiting:gateway-store" in gateway.readiness.obstacles())
            ready, refused = await gateway.read("/readyz"), await gateway.ask(key="k")
        await has_read(reading, 2)
        await until(lambda: not gateway.readiness.obstacles())
        newest = await gateway.read(f"/v1/answers/{ANSWER_ID}")
        accepted = await gateway.ask(key="k")

    assert ready.status_code == 503
    body = assert_problem(refused, 503, "overloaded")
    assert (body["away"], body["notice"]) == ("gateway-store", core.NOTICE)
    assert int(refused.headers["Retry-After"]) > 0
    assert newest.json()["answer"]["version"] == 2
    assert accepted.status_code == 202
    assert reading.buried() == []
    assert len(gateway.asked()) == 1


@pytest.mark.parametrize("fault", [locked, damaged, gone])
async def test_keeps_its_place_and_delivers_when_the_store_is_back(
    published: FakeBroker, tmp_path: Path, fault: Fault
) -> None:
    path = tmp_path / "gateway.db"

    await holds_while(fault(path), f"sqlite:///{path}", published)


async def test_keeps_its_place_while_the_disk_is_full(
    published: FakeBroker, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/gateway.db"
    async with following(url, published) as (gateway, reading):
        await until(lambda: published.connections and not gateway.readiness.obstacles())
        store = reading.store._store
        pages = await store.read(lambda db: db.exec_driver_sql("PRAGMA page_count").scalar_one())
        await store.read(lambda db: db.exec_driver_sql(f"PRAGMA max_page_count={pages}").close())
        large = named(title="long " * 5_000)
        published.add(0, wire.encode(large))
        await until(lambda: "waiting:gateway-store" in gateway.readiness.obstacles())
        none = await reading.store.positions(ANSWER_PUBLISHED)
        await store.read(lambda db: db.exec_driver_sql("PRAGMA max_page_count=100000").close())
        await has_read(reading, 1)
        served = await gateway.read(f"/v1/answers/{ANSWER_ID}")

    assert none == {}
    assert large.document in served.content
    assert reading.buried() == []


async def test_reads_on_from_its_place_after_a_restart(
    published: FakeBroker, store_url: str
) -> None:
    published.add(0, wire.encode(a_published_answer()))
    async with following(store_url, published) as (_, reading):
        await has_read(reading, 1)
    published.add(0, SECOND)
    async with following(store_url, published) as (gateway, reading):
        await has_read(reading, 2)
        newest = await gateway.read(f"/v1/answers/{ANSWER_ID}")

    assert newest.json()["answer"]["version"] == 2


async def test_takes_in_what_comes_over_a_log_that_was_made_anew(
    published: FakeBroker, store_url: str
) -> None:
    published.add(0, wire.encode(a_published_answer()), wire.encode(a_published_answer()))
    async with following(store_url, published) as (_, reading):
        await has_read(reading, 2)
    published.make_anew()
    published.add(0, SECOND)
    async with following(store_url, published) as (gateway, reading):
        await has_read(reading, 1)
        newest = await gateway.read(f"/v1/answers/{ANSWER_ID}")

    assert newest.json()["answer"]["version"] == 2
