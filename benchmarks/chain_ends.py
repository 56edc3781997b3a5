"""Both ends of a chain: put records in at the entry, and see them come out at the end."""

import asyncio
import logging
import os
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from benchmarks.chain_links import topics_of
from caveat.errors import UpstreamUnavailable
from services.gateway.core import uuid7

logging.getLogger("aiokafka").setLevel(logging.ERROR)  # that it signs in on loopback is known
SIZE = 4096  # bytes
_LONGEST = 120.0  # seconds for everything that is on its way


class Ends:
    """One producer, and one consumer on the last topic of each chain."""

    def __init__(self, options: dict[str, Any], kinds: Sequence[str]) -> None:
        self._producer = AIOKafkaProducer(
            **options, acks="all", enable_idempotence=True, linger_ms=0
        )
        self._consumer = AIOKafkaConsumer(
            **options, auto_offset_reset="earliest", enable_auto_commit=False
        )
        self._kinds = kinds

    async def __aenter__(self) -> Self:
        await self._producer.start()
        await self._consumer.start()
        self._consumer.assign([_end_of(kind) for kind in self._kinds])
        await self._consumer.seek_to_end()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()
        await self._producer.stop()

    async def one_by_one(self, kind: str, count: int) -> list[float]:
        """Send a record when the one before it has arrived; return the seconds of each."""
        took = []
        for _ in range(count):
            began = time.perf_counter()
            await self._producer.send(topics_of(kind)[0], os.urandom(SIZE), key=a_key())
            await self._arrived(kind, 1)
            took.append(time.perf_counter() - began)
        return took

    async def together(self, kind: str, count: int) -> float:
        """Send records at once; return the seconds until the last of them has arrived."""
        values = [(os.urandom(SIZE), a_key()) for _ in range(count)]
        began = time.perf_counter()
        arriving = asyncio.create_task(self._arrived(kind, count))
        for value, key in values:
            await self._producer.send(topics_of(kind)[0], value, key=key)
        await arriving
        return time.perf_counter() - began

    async def _arrived(self, kind: str, count: int) -> None:
        """Wait for so many records. Raises UpstreamUnavailable when they do not come."""
        missing = count
        try:
            async with asyncio.timeout(_LONGEST):
                while missing > 0:
                    fetched = await self._consumer.getmany(_end_of(kind), timeout_ms=1000)
                    missing -= sum(map(len, fetched.values()))
        except TimeoutError as error:
            raise UpstreamUnavailable(kind, f"{missing} of {count} records are missing") from error


def _end_of(kind: str) -> TopicPartition:
    return TopicPartition(topics_of(kind)[-1], 0)


def a_key() -> bytes:
    """Make the key of a question: the chassis tells progress for nothing else."""
    return uuid7(datetime.now(UTC), uuid.uuid4().bytes[:10]).encode()
