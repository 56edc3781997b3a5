"""One hop over bare aiokafka, the baseline: fetch, send all, wait for them, commit the batch.

python benchmarks/chain_bare.py ENTRY OUTLET '{"servers": …, "user": …, "password": …}'
"""

import asyncio
import json
import sys
from typing import Any

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer


async def hop(entry: str, outlet: str, options: dict[str, Any]) -> None:
    """Carry records from one topic to another for ever."""
    consumer = AIOKafkaConsumer(
        entry, **options, group_id=f"bare-{entry}", enable_auto_commit=False,
        auto_offset_reset="earliest",
    )  # fmt: skip
    producer = AIOKafkaProducer(**options, acks="all", enable_idempotence=True, linger_ms=0)
    await producer.start()
    await consumer.start()
    while True:
        fetched = await consumer.getmany(timeout_ms=1000)
        sent = [
            await producer.send(outlet, record.value, key=record.key, headers=record.headers)
            for records in fetched.values()
            for record in records
        ]
        if sent:
            await asyncio.gather(*sent)
            await consumer.commit()


def options_of(told: dict[str, str]) -> dict[str, Any]:
    """Return aiokafka's connection options."""
    return {
        "bootstrap_servers": told["servers"],
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": told["mechanism"],
        "sasl_plain_username": told["user"],
        "sasl_plain_password": told["password"],
    }


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(hop(sys.argv[1], sys.argv[2], options_of(json.loads(sys.argv[3]))))
