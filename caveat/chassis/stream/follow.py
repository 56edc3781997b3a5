"""Follow whole topics without a group: every replica reads every partition for itself.

The reader owns its positions (in the same transaction as what it made of a record, when a loss
or a repetition would matter), so there is nothing to commit to the broker.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from typing import Literal, NamedTuple, Protocol

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError

from caveat.chassis.background import Background
from caveat.chassis.readiness import Readiness
from caveat.chassis.stream.access import Access, Troubles, stopped
from caveat.chassis.stream.messages import Message, message_of
from caveat.errors import TransientError, UpstreamUnavailable

log = logging.getLogger(__name__)

Apply = Callable[[Message], Awaitable[None]]
"""Takes in one message. It deals with a message at fault itself (`Delivery.deliver` does)."""


class Place(Protocol):
    """Where a reader is in a partition. The time is that of the record before the next one."""

    @property
    def next_offset(self) -> int: ...

    @property
    def timestamp_ms(self) -> int: ...


Positions = Callable[[str], Awaitable[Mapping[int, Place]]]
"""Tells where to read on in each partition of a topic, for those already begun."""

_POLL_MS = 1000
_BATCH = 32  # a record may hold half a megabyte: bounds what waits in memory
_LOOK_INTERVAL = 5.0  # seconds
_FIRST_DELAY, _LONGEST_DELAY = 0.1, 2.0  # seconds


async def no_positions(topic: str) -> Mapping[int, Place]:
    """Begin every partition anew, for readers that keep no positions."""
    return {}


class _Mark(NamedTuple):
    next_offset: int
    timestamp_ms: int


class Follower:
    """Hands each message of some topics to `apply`, in offset order within a partition.

    A position moves on only after `apply` returned: what is in work when the process dies is
    read again from the stored position. While the world is away it waits, and skips nothing:
    not even when the log was made anew, and offsets mean other records than they did.
    """

    def __init__(
        self,
        name: str,
        topics: tuple[str, ...],
        apply: Apply,
        *,
        access: Access,
        readiness: Readiness,
        positions: Positions = no_positions,
        begin: Literal["earliest", "latest"] = "earliest",
    ) -> None:
        self._name = name
        self._topics = topics
        self._apply = apply
        self._access = access
        self._troubles = Troubles(access)
        self._readiness = readiness
        self._positions = positions
        self._begin = begin
        self._next: dict[TopicPartition, _Mark] = {}
        self._doubtful: set[TopicPartition] = set()
        self._work = Background(self._follow_for_ever)

    async def start(self) -> None:
        """Begin to follow. The service is ready once a connection stands."""
        self._work.start()

    async def stop(self) -> None:
        """Stop at once: what was not taken in is read again by the next start."""
        await self._work.stop()

    async def _follow_for_ever(self) -> None:
        delay = _FIRST_DELAY
        while True:
            self._readiness.starting(f"following-{self._name}")
            try:
                await self._recall()
                async with self._connected() as consumer:
                    delay = _FIRST_DELAY
                    self._troubles.over()
                    self._readiness.started(f"following-{self._name}")
                    await self._follow(consumer)
            except (KafkaError, TransientError, OSError) as error:
                # The stores and brokers of others are the world: wait, then go on from `_next`.
                peer = error.peer if isinstance(error, UpstreamUnavailable) else "kafka"
                with self._readiness.waiting_for(peer):
                    await self._tell(error, peer)
                    await asyncio.sleep(delay)
                delay = min(delay * 2, _LONGEST_DELAY)

    async def _tell(self, error: Exception, peer: str) -> None:
        if isinstance(error, TransientError):
            log.warning("waiting to follow", extra={"peer": peer, "error": type(error).__name__})
        else:
            await self._troubles.tell(error)

    async def _recall(self) -> None:
        """Read the stored positions; what this process has seen since is newer."""
        for topic in self._topics:
            for partition, place in (await self._positions(topic)).items():
                mark = _Mark(place.next_offset, place.timestamp_ms)
                self._next.setdefault(TopicPartition(topic, partition), mark)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = self._consumer()
        try:
            # aiokafka learns of a topic's partitions only once one of them is assigned.
            consumer.assign([TopicPartition(topic, 0) for topic in self._topics])
            await consumer.start()
            for topic in self._topics:
                if not consumer.partitions_for_topic(topic):
                    raise UnknownTopicOrPartitionError(topic)
            partitions = self._partitions(consumer)
            consumer.assign(sorted(partitions))
            await self._go_back_to_places(consumer, sorted(partitions & self._next.keys()))
            yield consumer
        finally:
            await stopped(consumer)

    async def _go_back_to_places(
        self, consumer: AIOKafkaConsumer, partitions: list[TopicPartition]
    ) -> None:
        """Begin one record early: it shows whether the log is the one that was read."""
        self._doubtful = set()
        ends = await consumer.end_offsets(partitions) if partitions else {}
        for partition in partitions:
            if ends[partition] < self._next[partition].next_offset:
                await self._begin_anew(consumer, partition)
            else:
                consumer.seek(partition, max(self._next[partition].next_offset - 1, 0))
                self._doubtful.add(partition)

    async def _begin_anew(self, consumer: AIOKafkaConsumer, partition: TopicPartition) -> None:
        log.warning(
            "found a log that was made anew",
            extra={"topic": partition.topic, "partition": partition.partition},
        )
        del self._next[partition]
        if self._begin == "earliest":
            await consumer.seek_to_beginning(partition)
        else:
            await consumer.seek_to_end(partition)

    def _consumer(self) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            **self._access.options(),
            client_id=f"follow-{self._name}",
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset=self._begin,  # also when retention has overtaken a position
            isolation_level="read_committed",
        )

    def _partitions(self, consumer: AIOKafkaConsumer) -> set[TopicPartition]:
        return {
            TopicPartition(topic, partition)
            for topic in self._topics
            for partition in consumer.partitions_for_topic(topic) or ()
        }

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        """Read until the topics' partitions change, which a new connection takes in."""
        assigned, looked = consumer.assignment(), time.monotonic()
        while self._partitions(consumer) <= assigned:
            if time.monotonic() - looked > _LOOK_INTERVAL:
                await self._look(consumer)
                looked = time.monotonic()
            fetched = await consumer.getmany(timeout_ms=_POLL_MS, max_records=_BATCH)
            for partition, records in fetched.items():
                for record in await self._unread(consumer, partition, records):
                    await self._take_in(message_of(record))
                    self._next[partition] = _Mark(record.offset + 1, record.timestamp)

    async def _look(self, consumer: AIOKafkaConsumer) -> None:
        """Show a broker that is away, and wait: the consumer keeps it to itself and mends it."""
        with ExitStack() as waiting:
            while True:
                try:
                    await consumer.topics()
                except (KafkaError, OSError) as error:
                    waiting.close()
                    waiting.enter_context(self._readiness.waiting_for("kafka"))
                    await self._troubles.tell(error)
                    await asyncio.sleep(_LONGEST_DELAY)
                else:
                    self._troubles.over()
                    return

    async def _unread(
        self, consumer: AIOKafkaConsumer, partition: TopicPartition, records: list[ConsumerRecord]
    ) -> list[ConsumerRecord]:
        """Leave out the record that was read before, or all when they are of another log."""
        if partition not in self._doubtful or not records:
            return records
        self._doubtful.discard(partition)
        mark, first = self._next[partition], records[0]
        if first.offset >= mark.next_offset:  # retention has taken the one before
            return records
        if _Mark(first.offset + 1, first.timestamp) == mark:
            return records[1:]
        await self._begin_anew(consumer, partition)
        return []

    async def _take_in(self, message: Message) -> None:
        delay = _FIRST_DELAY
        while True:
            try:
                return await self._apply(message)
            except TransientError as error:
                peer = error.peer if isinstance(error, UpstreamUnavailable) else error.reason
                log.warning(
                    "waiting for a peer", extra={"peer": peer, "question_id": message.question_id}
                )
                with self._readiness.waiting_for(peer):
                    await asyncio.sleep(delay)
                delay = min(delay * 2, _LONGEST_DELAY)
