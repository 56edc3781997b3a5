"""While the world is away the guard waits: it refuses nothing, loses nothing and says it waits."""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiokafka import ConsumerRecord, TopicPartition

from caveat import wire
from caveat.attestation import Signer, create_keys, load_signer
from caveat.chassis.readiness import Readiness
from caveat.chassis.settings import SharedSettings
from caveat.chassis.store import Store
from caveat.chassis.stream import Access, Delivery, Message, StageLoop
from caveat.model import AnswerGuarded, ConclusionCode, QuestionConcluded
from caveat.pipeline import ANSWER_DRAFTED, ANSWER_GUARDED, QUESTION_CONCLUDED, STAGE
from services.guard.__main__ import MIGRATIONS
from services.guard.stores import RelationalDecisionStore
from services.guard.stream import GuardStream
from tests.builders import a_question_id
from tests.unit.guard.builders import a_judge, a_passage, a_source, an_event
from tests.unit.guard.fakes import FakeCorpus

DRAFTS_KEY = b"k" * 32
WINDOW = 12


class FakeTopics:
    """Stands for the broker."""

    def __init__(self) -> None:
        self.records: list[tuple[str, bytes]] = []

    @property
    def answers(self) -> list[AnswerGuarded]:
        return [wire.decode(AnswerGuarded, v) for t, v in self.records if t == ANSWER_GUARDED]

    async def put(
        self, topic: str, value: bytes | None, *, key: bytes | None, headers: Mapping[str, bytes]
    ) -> None:
        self.records.append((topic, value or b""))

    async def put_soon(
        self, topic: str, value: bytes, *, key: bytes, headers: Mapping[str, bytes]
    ) -> None:
        """Progress is best effort."""


class Guard:
    """A guard on a store, with the chassis's own delivery."""

    def __init__(self, under: Store, readiness: Readiness, **changes: Any) -> None:
        self.under, self.readiness = under, readiness
        self.topics = FakeTopics()
        self.judge = a_judge(store=RelationalDecisionStore(under, DRAFTS_KEY), **changes)
        stream = GuardStream(self.judge)
        self.delivery = Delivery(
            STAGE["guard"],
            {ANSWER_DRAFTED: stream.drafted, QUESTION_CONCLUDED: stream.concluded},
            self.topics,  # type: ignore[arg-type]
            readiness,
            stream.rejected,
        )


@contextlib.asynccontextmanager
async def a_guard(url: str, **changes: Any) -> AsyncIterator[Guard]:
    readiness = Readiness("guard")
    under = Store(url, MIGRATIONS, name="guard", readiness=readiness)
    await under.start()
    try:
        yield Guard(under, readiness, **changes)
    finally:
        await under.stop()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "guard.db"


@pytest.fixture
async def guard(path: Path) -> AsyncIterator[Guard]:
    async with a_guard(f"sqlite:///{path}") as guard:
        yield guard


def a_draft_message() -> Message:
    event = an_event()
    return Message(ANSWER_DRAFTED, 0, 0, 0, event.question_id, wire.encode(event), {})


def a_conclusion_message() -> Message:
    event = QuestionConcluded(a_question_id(), ConclusionCode.EMERGENCY, "router", region="US")
    return Message(QUESTION_CONCLUDED, 0, 0, 0, event.question_id, wire.encode(event), {})


async def until(condition: Callable[[], Any], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - nobody tells when it holds
            await asyncio.sleep(0.01)


# --- the store -----------------------------------------------------------------------------------


async def waits_and_answers(
    guard: Guard, mend: Callable[[], Awaitable[None]], why: str, *messages: Message
) -> None:
    """See both roads wait while the store is broken, and both answers once it is mended."""
    messages = messages or (a_draft_message(), a_conclusion_message())
    work = [asyncio.create_task(guard.delivery.deliver(message)) for message in messages]

    await until(lambda: guard.readiness.obstacles() == (f"waiting:{why}",))
    await asyncio.sleep(0.3)
    assert not any(task.done() for task in work)
    assert guard.topics.records == []

    await mend()
    await asyncio.wait_for(asyncio.gather(*work), 15)

    assert {a.question_id for a in guard.topics.answers} == {m.key for m in messages}
    assert len(guard.topics.records) == 2  # and no dead letter among them
    assert guard.readiness.obstacles() == ()
    records = await guard.judge.store.after(0, 10, most_bytes=1_000_000)
    assert [record.number for record in records] == [1, 2]


async def test_waits_for_a_store_that_went_away(guard: Guard, path: Path) -> None:
    await guard.under.stop()  # checkpoints, so that the file is whole
    away = path.with_name("away.db")
    os.rename(path, away)

    async def mend() -> None:
        os.rename(away, path)

    await waits_and_answers(guard, mend, "guard-store")


async def test_waits_for_a_store_that_somebody_else_has_locked(
    guard: Guard, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("caveat.chassis.engines.BUSY", 0.05)
    await guard.under.stop()  # what opens it next is as impatient as this test
    with contextlib.closing(sqlite3.connect(path)) as holder:
        holder.execute("BEGIN EXCLUSIVE")

        async def mend() -> None:
            holder.rollback()

        await waits_and_answers(guard, mend, "guard-store")


async def test_waits_for_room_on_the_disk(guard: Guard) -> None:
    async def limit(pages: int) -> None:
        pragma = f"PRAGMA max_page_count = {pages}"
        await guard.under.write(lambda db: db.exec_driver_sql(pragma).close())

    await limit(1)  # no more than there are now

    async def mend() -> None:
        await limit(1_000_000)

    # A decision about a draft needs pages of its own; a conclusion may find room in an old one.
    two = (a_draft_message(), a_draft_message())
    await waits_and_answers(guard, mend, "guard-store", *two)


async def test_waits_for_a_database_that_refuses_connections(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_guard(postgresql_url) as guard:
        connected = guard.under._connected

        def refused() -> Any:
            raise ConnectionRefusedError(111, "Connection refused")

        monkeypatch.setattr(guard.under, "_connected", refused)

        async def mend() -> None:
            monkeypatch.setattr(guard.under, "_connected", connected)

        await waits_and_answers(guard, mend, "guard-store")


async def test_waits_for_a_signing_key_that_cannot_be_read(path: Path, tmp_path: Path) -> None:
    create_keys(tmp_path / "keys")
    signer: Signer = load_signer(tmp_path / "keys")
    private = tmp_path / "keys" / "private" / "guard.json"
    async with a_guard(f"sqlite:///{path}", signer=signer) as guard:
        away = private.rename(tmp_path / "away.json")

        async def mend() -> None:
            away.rename(private)

        await waits_and_answers(guard, mend, "keys")


# --- the retriever -------------------------------------------------------------------------------


class FakeConsumer:
    """Hands out what lies on each partition, and remembers what was committed."""

    def __init__(self, messages: Mapping[TopicPartition, list[Message]]) -> None:
        self._left = {partition: list(enumerate(found)) for partition, found in messages.items()}
        self.committed: dict[TopicPartition, int] = {}

    async def getmany(
        self, partition: TopicPartition, *, timeout_ms: int, max_records: int
    ) -> dict[TopicPartition, list[Any]]:
        taken = self._left[partition][:max_records]
        self._left[partition] = self._left[partition][max_records:]
        if not taken:
            await asyncio.sleep(timeout_ms / 1000)
        return {partition: [_record(message, offset) for offset, message in taken]}

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        self.committed |= offsets

    async def stop(self) -> None:
        """Nothing to leave."""


def _record(message: Message, offset: int) -> Any:
    return ConsumerRecord(
        topic=message.topic,
        partition=0,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=message.key.encode(),
        value=message.value,
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=0,
        headers=(),
    )


async def test_concludes_while_a_full_window_of_drafts_waits_for_the_retriever(path: Path) -> None:
    corpus = FakeCorpus([a_passage()], [a_source()])
    corpus.away = True
    drafts = [a_draft_message() for _ in range(WINDOW + 5)]
    conclusion = a_conclusion_message()
    waiting, free = TopicPartition(ANSWER_DRAFTED, 0), TopicPartition(QUESTION_CONCLUDED, 0)
    consumer = FakeConsumer({waiting: drafts, free: [conclusion]})
    async with a_guard(f"sqlite:///{path}", corpus=corpus) as guard:
        loop = StageLoop(
            "guard",
            (ANSWER_DRAFTED, QUESTION_CONCLUDED),
            guard.delivery,
            access=Access("nowhere:0"),
            shared=SharedSettings(),
            window=WINDOW,
            readiness=guard.readiness,
        )
        loop._consumer = consumer  # type: ignore[assignment]
        await loop.on_partitions_assigned([waiting])
        await until(lambda: guard.readiness.obstacles() == ("waiting:retriever",))
        await loop.on_partitions_assigned([free])

        await until(lambda: guard.topics.answers, seconds=2)
        [answer] = guard.topics.answers
        assert answer.question_id == conclusion.key

        corpus.away = False
        await until(lambda: len(guard.topics.answers) == 1 + len(drafts), seconds=20)
        await loop.on_stop()

    assert {a.question_id for a in guard.topics.answers[1:]} == {m.key for m in drafts}
    assert b"insufficient" not in b"".join(a.document for a in guard.topics.answers[1:])
    assert consumer.committed == {waiting: len(drafts), free: 1}
    assert len(guard.topics.records) == 1 + len(drafts)  # nothing was refused or buried


async def test_a_policy_that_is_switched_changes_nothing_that_was_decided(path: Path) -> None:
    message = a_draft_message()
    async with a_guard(f"sqlite:///{path}") as before:
        await before.delivery.deliver(message)
        policy = before.judge.policy
    stricter = replace(policy, version="2027.1.1", minimum_clinical=99)

    async with a_guard(f"sqlite:///{path}", policy=stricter) as after:
        await after.delivery.deliver(message)
        replayed = replace(message, headers={"caveat-version": b"2"})
        await after.delivery.deliver(replayed)
        judgement = (await after.judge.replay(1))[2]

    first, second = after.topics.answers
    assert [first] == before.topics.answers
    assert (first.version, second.version) == (1, 2)
    assert b'"policy":{"id":"consumer"' in second.document
    assert (b"2027.1.1" in first.document, b"2027.1.1" in second.document) == (False, True)
    assert judgement.verdict != "pass"
