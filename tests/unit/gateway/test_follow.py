import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from caveat.chassis.readiness import Readiness
from caveat.chassis.stream import Access, Follower, Message
from caveat.errors import UpstreamUnavailable
from services.gateway.records import Position
from tests.unit.gateway.brokers import TOPIC, FakeBroker, until


class Reader:
    """Takes in messages, and can be told that its store is away."""

    def __init__(self) -> None:
        self.seen: dict[int, list[bytes | None]] = defaultdict(list)
        self.away = False

    async def apply(self, message: Message) -> None:
        if self.away:
            raise UpstreamUnavailable("store")
        self.seen[message.partition].append(message.value)


@dataclass
class Following:
    reader: Reader
    readiness: Readiness
    follower: Follower


@pytest.fixture
async def started() -> AsyncIterator[Any]:
    running: list[Follower] = []

    async def start(positions: Mapping[int, Position] | None = None, **options: Any) -> Following:
        reader, readiness = Reader(), Readiness("gateway")

        async def stored(topic: str) -> Mapping[int, Position]:
            return positions or {}

        follower = Follower(
            "test", (TOPIC,), reader.apply, access=Access("b:1"), readiness=readiness,
            positions=stored, **options,
        )  # fmt: skip
        await follower.start()
        running.append(follower)
        return Following(reader, readiness, follower)

    yield start
    for follower in running:
        await follower.stop()


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
    following = await started({0: broker.place(2), 7: broker.place(5)})
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

    async def positions(topic: str) -> Mapping[int, Position]:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise UpstreamUnavailable("store")
        return {0: broker.place(1)}

    broker.add(0, b"a", b"b")
    reader, readiness = Reader(), Readiness("gateway")
    follower = Follower(
        "test",
        (TOPIC,),
        reader.apply,
        access=Access("b:1"),
        readiness=readiness,
        positions=positions,
    )
    await follower.start()
    await until(lambda: reader.seen[0])
    await follower.stop()

    assert reader.seen[0] == [b"b"]


@pytest.mark.parametrize("read", [1, 2, 3, 4, 50])
async def test_reads_a_log_that_was_made_anew_from_its_beginning(
    broker: FakeBroker, started: Any, read: int
) -> None:
    stored = {0: broker.place(read)}
    broker.make_anew()
    broker.add(0, b"a", b"b", b"c")

    following = await started(stored)
    await until(lambda: len(following.reader.seen[0]) >= 3)
    await asyncio.sleep(0.02)

    assert following.reader.seen[0] == [b"a", b"b", b"c"]


async def test_notices_a_log_that_is_made_anew_while_it_follows(
    broker: FakeBroker, started: Any
) -> None:
    broker.add(0, b"a", b"b")
    following = await started()
    await until(lambda: len(following.reader.seen[0]) == 2)
    broker.away = True
    broker.make_anew()
    broker.add(0, b"x", b"y", b"z")
    await asyncio.sleep(0.05)
    broker.away = False
    await until(lambda: len(following.reader.seen[0]) >= 5)

    assert following.reader.seen[0] == [b"a", b"b", b"x", b"y", b"z"]


async def test_goes_on_at_the_end_of_a_log_that_was_made_anew_when_told(
    broker: FakeBroker, started: Any
) -> None:
    following = await started(begin="latest")
    await until(lambda: broker.connections == 1)
    await asyncio.sleep(0.02)
    broker.add(0, b"a", b"b")
    await until(lambda: len(following.reader.seen[0]) == 2)
    broker.away = True
    broker.make_anew()
    broker.add(0, b"x", b"y", b"z")
    await asyncio.sleep(0.05)
    broker.away = False
    await until(lambda: broker.connections == 2)
    await asyncio.sleep(0.05)
    broker.add(0, b"new")
    await until(lambda: len(following.reader.seen[0]) == 3)

    assert following.reader.seen[0] == [b"a", b"b", b"new"]
