"""Raw clients of the broker: what is checked with them was not seen through the chassis."""

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

PARTITIONS = 4


class Kafka:
    """Raw clients, so that what is checked was not seen through the chassis."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = dict(options)

    @contextlib.asynccontextmanager
    async def producer(self, **options: Any) -> AsyncIterator[AIOKafkaProducer]:
        producer = AIOKafkaProducer(**self._options, linger_ms=0, **options)
        await producer.start()
        try:
            yield producer
        finally:
            await producer.stop()

    async def make_topic(self, name: str, configs: Mapping[str, str]) -> None:
        """Make a topic that differs from what the map would make."""
        admin = AIOKafkaAdminClient(**self._options)
        await admin.start()
        try:
            topic = NewTopic(name, PARTITIONS, 1, topic_configs=dict(configs))
            await admin.create_topics([topic])
        finally:
            await admin.close()

    async def read(
        self,
        topic: str,
        *,
        enough: Callable[[list[ConsumerRecord]], bool] = lambda records: False,
        seconds: float = 30,
        explain: Callable[[], str] = str,
    ) -> list[ConsumerRecord]:
        """Read a topic from its beginning until there is enough; fail when there is not."""
        consumer = AIOKafkaConsumer(**self._options, auto_offset_reset="earliest")
        await consumer.start()
        records: list[ConsumerRecord] = []
        deadline = time.monotonic() + seconds
        try:
            found = await consumer._client._wait_on_metadata(topic)
            consumer.assign([TopicPartition(topic, number) for number in found])
            while not enough(records):
                left = deadline - time.monotonic()
                assert left > 0, f"{len(records)} records in {topic}: {explain()}"
                fetched = await consumer.getmany(timeout_ms=100)
                records += (record for batch in fetched.values() for record in batch)
        finally:
            await consumer.stop()
        return records

    async def all(self, topic: str) -> list[ConsumerRecord]:
        """Read everything that a topic holds now."""
        total = sum((await self._offsets(topic)).values())
        return await self.read(topic, enough=lambda records: len(records) >= total)

    async def _offsets(self, topic: str) -> dict[TopicPartition, int]:
        consumer = AIOKafkaConsumer(**self._options)
        await consumer.start()
        try:
            found = await consumer._client._wait_on_metadata(topic)
            ends = await consumer.end_offsets([TopicPartition(topic, n) for n in found])
            return {partition: int(end) for partition, end in ends.items()}
        finally:
            await consumer.stop()

    async def committed(self, group: str, topic: str) -> dict[int, int]:
        """Read the offsets that a group has acknowledged, by partition; 0 where none is."""
        consumer = AIOKafkaConsumer(**self._options, group_id=group, enable_auto_commit=False)
        await consumer.start()
        try:
            found = [TopicPartition(topic, n) for n in range(PARTITIONS)]
            consumer.assign(found)
            return {tp.partition: (await consumer.committed(tp)) or 0 for tp in found}
        finally:
            await consumer.stop()


def key_of(record: ConsumerRecord) -> str:
    """Read a record's key as text."""
    return str((record.key or b"").decode("utf-8", "replace"))


def headers_of(record: ConsumerRecord) -> dict[str, str]:
    """Read a record's headers as text."""
    return {name: (value or b"").decode() for name, value in record.headers}
