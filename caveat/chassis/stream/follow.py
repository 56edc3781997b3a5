"""Follow whole topics without a group: every replica reads every partition for itself.

The reader owns its positions (in the same transaction as what it made of a record, when a loss
or a repetition would matter), so there is nothing to commit to the broker.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Literal

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from caveat.chassis.readiness import Readiness
from caveat.chassis.stream.loop import fail_stop
from caveat.chassis.stream.messages import Message, message_of
from caveat.errors import TransientError, UpstreamUnavailable

log = logging.getLogger(__name__)

Apply = Callable[[Message], Awaitable[None]]
"""Takes in one message. It deals with a message at fault itself (`Delivery.deliver` does)."""

Positions = Callable[[str], Awaitable[Mapping[int, int]]]
"""Tells the next offset to read in each partition of a topic, for those already begun."""

_POLL_MS = 1000
_BATCH = 32  # a record may hold half a megabyte: bounds what waits in memory
_FIRST_DELAY, _LONGEST_DELAY = 0.1, 2.0  # seconds


async def no_positions(topic: str) -> Mapping[int, int]:
    """Begin every partition anew, for readers that keep no positions."""
    return {}


class Follower:
    """Hands each message of some topics to `apply`, in offset order within a partition.

    A position moves on only after `apply` returned: what is in work when the process dies is
    read again from the stored position. While the world is away it waits, and skips nothing.
    """

    def __init__(
        self,
        name: str,
        topics: tuple[str, ...],
        apply: Apply,
        *,
        bootstrap: str,
        readiness: Readiness,
        positions: Positions = no_positions,
        begin: Literal["earliest", "latest"] = "earliest",
    ) -> None:
        self._name = name
        self._topics = topics
        self._apply = apply
        self._bootstrap = bootstrap
        self._readiness = readiness
        self._positions = positions
        self._begin = begin
        self._next: dict[TopicPartition, int] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to follow. The service is ready once a connection stands."""
        self._task = asyncio.create_task(self._follow_for_ever())
        self._task.add_done_callback(fail_stop)

    async def stop(self) -> None:
        """Stop at once: what was not taken in is read again by the next start."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _follow_for_ever(self) -> None:
        delay = _FIRST_DELAY
        while True:
            self._readiness.starting(f"following-{self._name}")
            try:
                await self._recall()
                async with self._connected() as consumer:
                    delay = _FIRST_DELAY
                    self._readiness.started(f"following-{self._name}")
                    await self._follow(consumer)
            except (KafkaError, TransientError, OSError) as error:
                # The stores and brokers of others are the world: wait, then go on from `_next`.
                peer = error.peer if isinstance(error, UpstreamUnavailable) else "kafka"
                log.warning(
                    "waiting to follow", extra={"peer": peer, "error": type(error).__name__}
                )
                with self._readiness.waiting_for(peer):
                    await asyncio.sleep(delay)
                delay = min(delay * 2, _LONGEST_DELAY)

    async def _recall(self) -> None:
        """Read the stored positions; what this process has seen since is newer."""
        for topic in self._topics:
            for partition, offset in (await self._positions(topic)).items():
                self._next.setdefault(TopicPartition(topic, partition), offset)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = self._consumer()
        try:
            # aiokafka learns of a topic's partitions only once one of them is assigned.
            consumer.assign([TopicPartition(topic, 0) for topic in self._topics])
            await consumer.start()
            partitions = self._partitions(consumer)
            consumer.assign(sorted(partitions))
            for partition, offset in self._next.items():
                if partition in partitions:
                    consumer.seek(partition, offset)
            yield consumer
        finally:
            await consumer.stop()

    def _consumer(self) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
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
            for partition in consumer.partitions_for_topic(topic) or {0}
        }

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        """Read until the topics' partitions change, which a new connection takes in."""
        assigned = consumer.assignment()
        while self._partitions(consumer) <= assigned:
            fetched = await consumer.getmany(timeout_ms=_POLL_MS, max_records=_BATCH)
            for partition, records in fetched.items():
                for record in records:
                    await self._take_in(message_of(record))
                    self._next[partition] = record.offset + 1

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
