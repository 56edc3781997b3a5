"""Lag as the broker tells it, to a user who may read nothing."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from kafka import KafkaProducer

from caveat.authority import CLIENT, OBSERVER, readings
from caveat.chassis.lag import Lag, LagMeter
from caveat.cli.access import options
from caveat.errors import UpstreamUnavailable
from caveat.pipeline import QUESTION_ASKED
from tests.integration.broker import Broker

MINUTE_MS = 60_000


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker of its own with the topics, users and rights of the map."""
    from caveat.cli.rights import establish

    broker = Broker(tmp_path_factory.mktemp("ruled"))
    try:
        broker.start()
        establish(broker.local)
        yield broker
    finally:
        broker.kill()


def ask(broker: Broker, *ages_ms: int) -> None:
    """Put records on question.asked that are as old as told, each on a partition of its own."""
    producer = KafkaProducer(**options(broker.local, CLIENT), acks="all")
    now = int(time.time() * 1000)
    for number, age in enumerate(ages_ms):
        producer.send(QUESTION_ASKED, b"words", partition=number, timestamp_ms=now - age).get(
            timeout=15
        )
    producer.close()


async def measured(broker: Broker) -> dict[str, Lag]:
    """Measure as the observer, on a broker that may not have its coordinator yet."""
    meter = LagMeter(broker.access(OBSERVER), readings())
    await meter.start()
    try:
        for _ in range(60):
            with suppress(UpstreamUnavailable):
                return {f"{lag.group} {lag.topic}": lag for lag in await meter.measure()}
            await asyncio.sleep(0.5)
        pytest.fail("the broker told nothing in half a minute")
    finally:
        await meter.stop()


async def test_tells_how_old_the_oldest_unread_record_is_without_reading_it(
    ruled: Broker,
) -> None:
    before = await measured(ruled)
    ask(ruled, 3 * MINUTE_MS, 90 * MINUTE_MS, 1_000)

    found = await measured(ruled)

    assert {(lag.messages, lag.seconds) for lag in before.values()} == {(0, 0.0)}
    router = found.pop(f"caveat-router {QUESTION_ASKED}")
    assert router.messages == 3
    assert 5_400 <= router.seconds <= 5_400 * 1.01 + 60
    assert {lag.messages for lag in found.values()} == {0}


async def test_a_user_without_the_right_learns_nothing(ruled: Broker) -> None:
    meter = LagMeter(ruled.access(CLIENT), readings())
    await meter.start()
    try:
        with pytest.raises(UpstreamUnavailable, match="AuthorizationFailed"):
            await meter.measure()
    finally:
        await meter.stop()
