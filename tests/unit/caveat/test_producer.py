import asyncio
from typing import Any

import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
)

from caveat.chassis.readiness import Readiness
from caveat.chassis.stream import Access, DurableProducer
from caveat.chassis.stream import producer as module
from caveat.errors import OversizeEvent, UpstreamUnavailable


class ScriptedProducer(DurableProducer):
    """Meets one scripted fate a send; the last one is met for ever."""

    def __init__(self, *fates: Exception | None) -> None:
        self.readiness = Readiness("scribe-5")
        super().__init__(Access("127.0.0.1:1"), "scribe", self.readiness)
        self._fates = list(fates)
        self.sent: list[str] = []
        self.rebuilt = 0

    async def _send(self, topic: str, *rest: Any) -> None:
        fate = self._fates.pop(0) if len(self._fates) > 1 else self._fates[0]
        if isinstance(fate, TimeoutError):
            await asyncio.Event().wait()  # as aiokafka does while the broker is away
        if fate is not None:
            raise fate
        self.sent.append(topic)

    async def _rebuild(self) -> None:
        self.rebuilt += 1


async def test_repeats_until_the_record_is_durable() -> None:
    producer = ScriptedProducer(KafkaConnectionError(), OSError(), None)

    await producer.put("t", b"x", key=b"k", headers={})

    assert producer.sent == ["t"]
    assert producer.rebuilt == 1  # a lost connection mends itself


async def test_does_not_repeat_what_is_too_large() -> None:
    producer = ScriptedProducer(MessageSizeTooLargeError())

    with pytest.raises(OversizeEvent, match="a record for t"):
        await producer.put("t", b"x", key=b"k", headers={})


async def test_shows_a_send_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SLOW", 0.05)
    producer = ScriptedProducer(TimeoutError())

    putting = asyncio.create_task(producer.put("t", b"x", key=b"k", headers={}))
    assert producer.readiness.obstacles() == ()
    await asyncio.sleep(0.3)
    assert producer.readiness.obstacles() == ("waiting:kafka",)
    putting.cancel()
    await asyncio.wait([putting])

    assert producer.readiness.obstacles() == ()


async def test_tells_those_who_cannot_wait_that_the_broker_is_away() -> None:
    producer = ScriptedProducer(TimeoutError())

    with pytest.raises(UpstreamUnavailable) as caught:
        await producer.put_within(0.05, "t", b"x", key=b"k", headers={})

    assert caught.value.peer == "kafka"
    assert producer.readiness.obstacles() == ()


async def test_tells_a_right_that_is_missing_once_and_disturbs_no_other_topic(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FIRST_DELAY", 0.001)
    refused = TopicAuthorizationFailedError("t")
    producer = ScriptedProducer(refused, refused, refused, None, refused, None)

    await producer.put("t", b"x", key=b"k", headers={})
    assert [record.message for record in caplog.records] == ["kafka refused a right"]
    assert vars(caplog.records[0])["about"] == "t"
    assert producer.rebuilt == 0
    await producer.put("t", b"x", key=b"k", headers={})

    assert producer.sent == ["t", "t"]
    assert len(caplog.records) == 2  # it had been over in between
