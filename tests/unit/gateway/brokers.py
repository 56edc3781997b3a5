"""A broker that a follower reads from, without one."""

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError

from services.gateway.records import Position

TOPIC = "caveat.some.topic.v1"


@dataclass
class FakeBroker:
    """What the fake consumers read: logs by partition, and whether it is there."""

    logs: dict[TopicPartition, list[bytes]] = field(default_factory=dict)
    away: bool = False
    connections: int = 0
    open: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    topic: str = TOPIC
    key: bytes = b""
    epoch: int = 0  # when its records were made

    def place(self, next_offset: int) -> Position:
        return Position(self.topic, 0, next_offset, self.epoch + next_offset - 1)

    def make_anew(self) -> None:
        self.logs = {partition: [] for partition in self.logs}
        self.epoch += 1_000

    def add(self, partition: int, *values: bytes) -> None:
        self.logs.setdefault(TopicPartition(self.topic, partition), []).extend(values)

    def record(self, tp: TopicPartition, offset: int, value: bytes) -> Any:
        return SimpleNamespace(
            topic=tp.topic, partition=tp.partition, offset=offset, timestamp=self.epoch + offset,
            key=self.key, value=value, headers=(),
        )  # fmt: skip

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

    async def seek_to_beginning(self, partition: TopicPartition) -> None:
        self._next[partition] = 0

    async def seek_to_end(self, partition: TopicPartition) -> None:
        self._next[partition] = len(self._broker.logs[partition])

    async def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        self._broker.check()
        return {partition: len(self._broker.logs[partition]) for partition in partitions}

    async def getmany(
        self, *, timeout_ms: int, max_records: int
    ) -> dict[TopicPartition, list[Any]]:
        await asyncio.sleep(0.001)
        self._broker.check()
        fetched = {}
        for tp, offset in self._next.items():
            values = self._broker.logs.get(tp, [])[offset : offset + max_records]
            if values:
                fetched[tp] = [
                    self._broker.record(tp, offset + i, value) for i, value in enumerate(values)
                ]
                self._next[tp] = offset + len(values)
        return fetched


async def until(holds: Any) -> None:
    async with asyncio.timeout(3):
        while not holds():  # noqa: ASYNC110 - the test has no event to wait for
            await asyncio.sleep(0.005)
