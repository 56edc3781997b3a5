"""Outbox over the chassis's producer."""

from collections.abc import Mapping
from typing import Protocol

from opentelemetry.trace import SpanKind

from caveat import wire
from caveat.chassis import tracing
from caveat.chassis.stream import event_headers
from caveat.model import QuestionAsked
from caveat.pipeline import QUESTION_ASKED


class Putting(Protocol):
    """The part of DurableProducer that an outbox needs."""

    async def put_within(
        self, seconds: float, topic: str, value: bytes, *, key: bytes, headers: Mapping[str, bytes]
    ) -> None: ...


class KafkaOutbox:
    """Outbox on question.asked; the sender cannot wait for long."""

    PATIENCE = 5.0  # seconds

    def __init__(self, producer: Putting) -> None:
        self._producer = producer

    async def send(self, question: QuestionAsked) -> None:
        """Return when the question is durable. Raises UpstreamUnavailable after a while."""
        attributes = {"messaging.system": "kafka", "messaging.destination.name": QUESTION_ASKED}
        with tracing.span(f"send {QUESTION_ASKED}", SpanKind.PRODUCER, attributes=attributes):
            await self._producer.put_within(
                self.PATIENCE,
                QUESTION_ASKED,
                wire.encode(question),
                key=question.question_id.encode(),
                headers=event_headers("gateway", QUESTION_ASKED, question.question_id),
            )
