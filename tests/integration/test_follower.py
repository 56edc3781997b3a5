"""Readers without a group: every replica reads every partition, and skips nothing."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import NamedTuple

import pytest

from caveat.chassis.readiness import Readiness
from caveat.chassis.stream import Follower, Message
from caveat.errors import UpstreamUnavailable
from tests.integration.broker import Broker
from tests.integration.kit import StageUnderTest, until


class Place(NamedTuple):
    """Where a reader is in a partition."""

    next_offset: int
    timestamp_ms: int


class Reader:
    """Keeps what it was handed, and refuses while its store is away."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int, str]] = []
        self.places: dict[int, Place] = {}
        self.away = False

    async def apply(self, message: Message) -> None:
        if self.away:
            raise UpstreamUnavailable("store")
        self.seen.append((message.partition, message.offset, message.key))
        self.places[message.partition] = Place(message.offset + 1, message.timestamp_ms)

    def keys(self) -> list[str]:
        return [key for _, _, key in self.seen]

    def told(self) -> str:
        return str(self.seen)

    async def positions(self, topic: str) -> Mapping[int, Place]:
        return dict(self.places)


class Following:
    """Followers that are all stopped in the end."""

    def __init__(self, broker: Broker, stage: StageUnderTest) -> None:
        self._broker, self._stage = broker, stage
        self.readiness = Readiness("t-follower")
        self.running: list[Follower] = []

    async def start(self, reader: Reader) -> Follower:
        follower = Follower(
            "tests", (self._stage.entry,), reader.apply, readiness=self.readiness,
            access=self._broker.access(self._stage.name), positions=reader.positions,
        )  # fmt: skip
        self.running.append(follower)
        await follower.start()
        return follower


@pytest.fixture
async def following(broker: Broker, stage: StageUnderTest) -> AsyncIterator[Following]:
    following = Following(broker, stage)
    yield following
    for follower in following.running:
        await follower.stop()


async def test_each_reader_gets_everything_in_order(
    stage: StageUnderTest, following: Following
) -> None:
    keys = await stage.send(*[{}] * 50)
    one, other = Reader(), Reader()
    await following.start(one)
    await following.start(other)

    keys += await stage.send(*[{}] * 50)

    await until(lambda: min(map(len, (one.seen, other.seen))) >= 100, seconds=10, what=one.told)
    for reader in (one, other):
        assert sorted(reader.keys()) == sorted(keys)
        assert len({partition for partition, _, _ in reader.seen}) > 1
        for number in range(4):
            offsets = [offset for partition, offset, _ in reader.seen if partition == number]
            assert offsets == sorted(offsets)


async def test_goes_on_where_its_positions_say(stage: StageUnderTest, following: Following) -> None:
    reader = Reader()
    first = await following.start(reader)
    await stage.send(*[{}] * 20)
    await until(lambda: len(reader.seen) == 20, seconds=10, what=reader.told)
    await first.stop()
    await stage.send(*[{}] * 20)

    await following.start(reader)

    await until(lambda: len(reader.seen) >= 40, seconds=10, what=reader.told)
    await asyncio.sleep(0.3)
    assert len(reader.seen) == len(set(reader.seen)) == 40


async def test_waits_for_its_store_and_skips_nothing(
    stage: StageUnderTest, following: Following
) -> None:
    reader = Reader()
    reader.away = True
    await following.start(reader)
    keys = await stage.send(*[{}] * 10)
    await until(
        lambda: "waiting:store" in following.readiness.obstacles(), seconds=10, what=reader.told
    )

    reader.away = False

    await until(lambda: len(reader.seen) >= 10, seconds=10, what=reader.told)
    assert sorted(reader.keys()) == sorted(keys)
    assert following.readiness.obstacles() == ()


@pytest.mark.parametrize("seconds", [1, 8])  # it looks every five seconds
async def test_follows_on_when_the_broker_was_killed_and_is_back(
    stage: StageUnderTest, following: Following, broker: Broker, seconds: int
) -> None:
    reader = Reader()
    await following.start(reader)
    keys = await stage.send(*[{}] * 20)
    await until(lambda: len(reader.seen) == 20, seconds=10, what=reader.told)

    with broker.away():
        await asyncio.sleep(seconds)
        assert ("waiting:kafka" in following.readiness.obstacles()) == (seconds > 5)
    keys += await stage.send(*[{}] * 20)

    await until(lambda: len(reader.seen) >= 40, seconds=20, what=reader.told)
    assert sorted(reader.keys()) == sorted(keys)


@pytest.mark.parametrize("offset", [3, 20, 500], ids=["inside", "at the end", "past the end"])
async def test_begins_at_the_beginning_of_a_log_that_was_made_anew(
    stage: StageUnderTest, following: Following, offset: int
) -> None:
    keys = await stage.send(*[{}] * 80)
    reader = Reader()
    # What was stored was true of the log before.
    reader.places = {partition: Place(offset, 1_000) for partition in range(4)}

    await following.start(reader)

    await until(lambda: len(reader.seen) >= 80, seconds=10, what=reader.told)
    await asyncio.sleep(0.3)
    assert sorted(reader.keys()) == sorted(keys)


async def test_waits_while_it_is_refused_and_then_reads_on(
    stage: StageUnderTest, following: Following, broker: Broker
) -> None:
    reader = Reader()
    await following.start(reader)
    keys = await stage.send(*[{}] * 10)
    await until(lambda: len(reader.seen) == 10, seconds=10, what=reader.told)

    broker.grant(stage.name, {g for g in stage.grants if g.name != stage.entry})
    keys += await stage.send(*[{}] * 10)
    await until(
        lambda: "waiting:kafka" in following.readiness.obstacles(), seconds=10, what=reader.told
    )
    broker.grant(stage.name, stage.grants)

    await until(lambda: len(reader.seen) >= 20, seconds=20, what=reader.told)
    assert sorted(reader.keys()) == sorted(keys)
