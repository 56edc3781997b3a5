import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError

from caveat.chassis.readiness import Readiness
from caveat.chassis.stream import Follower, Message, follow
from caveat.errors import UpstreamUnavailable

TOPIC = "caveat.some.topic.v1"


@dataclass
class FakeBroker:
    """What the fake consumers read: logs by partition, and whether it is there."""

    logs: dict[TopicPartition, list[bytes]] = field(default_factory=dict)
    away: bool = False
    connections: int = 0
    open: int = 0
    options: dict[str, Any] = field(default_factory=dict)

    def add(self, partition: int, *values: bytes) -> None:
        self.logs.setdefault(TopicPartition(TOPIC, partition), []).extend(values)

    def check(self) -> None:
        if self.away:
            raise KafkaConnectionError


class FakeConsumer:
    """The part of AIOKafkaConsumer that a follower uses."""

    def __init__(self, broker: FakeBroker, **options: Any) -> None:
        self._broker = broker
        broker.options = options
        self._next: dict[TopicPartition, int] = {}
        self._started = False

    async def start(self) -> None:
        self._broker.check()
        self._broker.connections += 1
        self._broker.open += 1
        self._started = True

    async def stop(self) -> None:
        self._broker.open -= self._started
        self._started = False

    def partitions_for_topic(self, topic: str) -> set[int]:
        return {tp.partition for tp in self._broker.logs if tp.topic == topic}

    def assign(self, partitions: list[TopicPartition]) -> None:
        earliest = self._broker.options["auto_offset_reset"] == "earliest"
        self._next = {
            tp: 0 if earliest else len(self._broker.logs.get(tp, ())) for tp in partitions
        }

    def assignment(self) -> set[TopicPartition]:
        return set(self._next)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self._next[partition] = offset

    async def getmany(
        self, *, timeout_ms: int, max_records: int
    ) -> dict[TopicPartition, list[Any]]:
        await asyncio.sleep(0.001)
        self._broker.check()
        fetched = {}
        for tp, offset in self._next.items():
            values = self._broker.logs.get(tp, [])[offset : offset + max_records]
            if values:
                fetched[tp] = [_record(tp, offset + i, value) for i, value in enumerate(values)]
                self._next[tp] = offset + len(values)
        return fetched


def _record(tp: TopicPartition, offset: int, value: bytes) -> Any:
    return SimpleNamespace(
        topic=tp.topic, partition=tp.partition, offset=offset, timestamp=0, key=b"",
        value=value, headers=(),
    )  # fmt: skip


class Reader:
    """Takes in messages, and can be told that its store is away."""

    def __init__(self) -> None:
        self.seen: dict[int, list[bytes | None]] = defaultdict(list)
        self.away = False

    async def apply(self, message: Message) -> None:
        if self.away:
            raise UpstreamUnavailable("store")
        self.seen[message.partition].append(message.value)


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> FakeBroker:
    made = FakeBroker()
    monkeypatch.setattr(follow, "AIOKafkaConsumer", lambda **options: FakeConsumer(made, **options))
    monkeypatch.setattr(follow, "_FIRST_DELAY", 0.005)
    made.add(0)
    return made


@dataclass
class Following:
    reader: Reader
    readiness: Readiness
    follower: Follower


@pytest.fixture
async def started() -> AsyncIterator[Any]:
    running: list[Follower] = []

    async def start(positions: Mapping[int, int] | None = None, **options: Any) -> Following:
        reader, readiness = Reader(), Readiness("gateway")

        async def stored(topic: str) -> Mapping[int, int]:
            return positions or {}

        follower = Follower(
            "test", (TOPIC,), reader.apply, bootstrap="b:1", readiness=readiness,
            positions=stored, **options,
        )  # fmt: skip
        await follower.start()
        running.append(follower)
        return Following(reader, readiness, follower)

    yield start
    for follower in running:
        await follower.stop()


async def until(holds: Any) -> None:
    async with asyncio.timeout(3):
        while not holds():  # noqa: ASYNC110 - the test has no event to wait for
            await asyncio.sleep(0.005)


async def test_reads_every_partition_in_offset_order(broker: FakeBroker, started: Any) -> None:
    broker.add(0, b"a", b"b", b"c")
    broker.add(1, b"x")
    following = await started()
    await until(lambda: len(following.reader.seen[0]) == 3 and following.reader.seen[1])
    broker.add(1, b"y")
    await until(lambda: len(following.reader.seen[1]) == 2)

    assert following.reader.seen == {0: [b"a", b"b", b"c"], 1: [b"x", b"y"]}
    assert following.readiness.obstacles() == ()
    assert broker.options["group_id"] is None
    assert broker.options["enable_auto_commit"] is False


async def test_goes_on_from_stored_positions(broker: FakeBroker, started: Any) -> None:
    broker.add(0, b"a", b"b", b"c")
    broker.add(1, b"x", b"y")
    following = await started({0: 2, 7: 5})
    await until(lambda: following.reader.seen[0] and len(following.reader.seen[1]) == 2)

    assert following.reader.seen == {0: [b"c"], 1: [b"x", b"y"]}


async def test_begins_at_the_end_when_told(broker: FakeBroker, started: Any) -> None:
    broker.add(0, b"old")
    following = await started(begin="latest")
    await until(lambda: broker.connections == 1)
    await asyncio.sleep(0.02)
    broker.add(0, b"new")
    await until(lambda: following.reader.seen[0])

    assert following.reader.seen[0] == [b"new"]


async def test_waits_for_a_broker_that_is_away_at_first(broker: FakeBroker, started: Any) -> None:
    broker.away = True
    broker.add(0, b"a")
    following = await started()
    await asyncio.sleep(0.05)
    obstacles = set(following.readiness.obstacles())
    broker.away = False
    await until(lambda: following.reader.seen[0])

    assert obstacles == {"starting:following-test", "waiting:kafka"}
    assert following.readiness.obstacles() == ()


async def test_survives_an_outage_without_loss_or_repetition(
    broker: FakeBroker, started: Any
) -> None:
    broker.add(0, b"a", b"b")
    following = await started()
    await until(lambda: len(following.reader.seen[0]) == 2)
    broker.away = True
    broker.add(0, b"c")
    await asyncio.sleep(0.05)
    broker.away = False
    await until(lambda: len(following.reader.seen[0]) == 3)
    await asyncio.sleep(0.02)

    assert following.reader.seen[0] == [b"a", b"b", b"c"]
    assert broker.open == 1


async def test_waits_with_a_message_while_the_world_is_away(
    broker: FakeBroker, started: Any
) -> None:
    following = await started()
    await until(lambda: broker.connections == 1)
    following.reader.away = True
    broker.add(0, b"a", b"b")
    await asyncio.sleep(0.05)
    obstacles = following.readiness.obstacles()
    following.reader.away = False
    await until(lambda: len(following.reader.seen[0]) == 2)

    assert obstacles == ("waiting:store",)
    assert following.reader.seen[0] == [b"a", b"b"]


async def test_takes_in_partitions_that_are_added(broker: FakeBroker, started: Any) -> None:
    broker.add(0, b"a")
    following = await started()
    await until(lambda: following.reader.seen[0])
    broker.add(1, b"x")
    await until(lambda: following.reader.seen[1])

    assert following.reader.seen == {0: [b"a"], 1: [b"x"]}
    assert broker.open == 1


async def test_leaves_nothing_open_when_it_stops(broker: FakeBroker, started: Any) -> None:
    following = await started()
    await until(lambda: broker.open == 1)

    await following.follower.stop()

    assert broker.open == 0


async def test_waits_for_positions_that_cannot_be_read(broker: FakeBroker) -> None:
    calls = 0

    async def positions(topic: str) -> Mapping[int, int]:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise UpstreamUnavailable("store")
        return {0: 1}

    broker.add(0, b"a", b"b")
    reader, readiness = Reader(), Readiness("gateway")
    follower = Follower(
        "test", (TOPIC,), reader.apply, bootstrap="b:1", readiness=readiness, positions=positions
    )
    await follower.start()
    await until(lambda: reader.seen[0])
    await follower.stop()

    assert reader.seen[0] == [b"b"]
