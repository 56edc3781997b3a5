"""From one message to its durable outcome. Nothing raises out of here but cancellation."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime

from aiokafka.errors import KafkaError
from opentelemetry.trace import SpanKind

from caveat import wire
from caveat.chassis import metrics, tracing
from caveat.chassis.readiness import Readiness
from caveat.chassis.stream.messages import (
    VERSION_HEADER,
    Done,
    Emit,
    Handler,
    Message,
    Outcome,
    Reject,
)
from caveat.chassis.stream.producer import RECORD_LIMIT, DurableProducer
from caveat.errors import (
    CaveatError,
    MalformedEvent,
    MismatchedKey,
    OversizeEvent,
    PermanentError,
    TransientError,
    UpstreamUnavailable,
    VerificationFailed,
)
from caveat.model import ConclusionCode, ProgressMade, QuestionConcluded
from caveat.pipeline import PROGRESS_MADE, QUESTION_CONCLUDED, Stage, dead_letter_topic

log = logging.getLogger(__name__)

_FIRST_DELAY, _LONGEST_DELAY = 0.05, 2.0  # seconds
_CRASHED = "handler_crashed"
_REASONS = (
    _CRASHED,
    VerificationFailed.reason,
    *(kind.reason for kind in PermanentError.__subclasses__()),
)

Rejected = Callable[[Message, Reject], Awaitable[Outcome]]
"""Says what follows, besides the dead letter, from a message that was rejected."""


async def nothing_follows(message: Message, reject: Reject) -> Outcome:
    """Leave a rejected message at its dead letter."""
    return Done()


def concluded_failed(stage: str) -> Rejected:
    """Make the answer that a rejected message ends in: the question is concluded as failed."""

    async def conclude(message: Message, reject: Reject) -> Outcome:
        # A record under another question's key must not end that question.
        if not message.question_id or reject.reason == MismatchedKey.reason:
            return Done()
        conclusion = QuestionConcluded(message.question_id, ConclusionCode.FAILED, stage)
        return Emit(QUESTION_CONCLUDED, wire.encode(conclusion))

    return conclude


class Delivery:
    """Runs handlers and makes what they decide durable, in this order:

    (1) the handler decides; while the world is away it is asked again, for as long as it takes;
    (2) a rejected message goes to the dead letters with its original bytes;
    (3) what follows from the outcome is put on its topic;
    (4) progress is told, best effort. Only then may the message be acknowledged.
    """

    def __init__(
        self,
        stage: Stage,
        handlers: Mapping[str, Handler],
        producer: DurableProducer,
        readiness: Readiness,
        rejected: Rejected,
    ) -> None:
        self._stage = stage
        self._handlers = handlers
        self._producer = producer
        self._readiness = readiness
        self._rejected = rejected
        metrics.from_zero(metrics.stage_events, [stage.name], ("emitted", "done", "rejected"))
        metrics.from_zero(metrics.dead_letters, [stage.name], _REASONS)
        metrics.from_zero(metrics.stage_seconds, [stage.name])

    async def deliver(self, message: Message) -> None:
        """Carry one message to its durable outcome."""
        began = time.perf_counter()
        with tracing.span(
            f"process {message.topic}",
            SpanKind.CONSUMER,
            parent=tracing.carrier_of(message.headers),
            attributes={
                "messaging.system": "kafka",
                "messaging.destination.name": message.topic,
                "messaging.destination.partition.id": str(message.partition),
                "messaging.kafka.offset": message.offset,
                "caveat.question_id": message.question_id,
            },
        ):
            outcome = await self._decide(message, self._handlers[message.topic])
            outcome = await self._settle(message, outcome)
            await self._tell(message, outcome)
        metrics.stage_seconds.labels(self._stage.name).observe(time.perf_counter() - began)

    async def _decide(self, message: Message, handler: Handler) -> Outcome:
        delay = _FIRST_DELAY
        # Held over the calls too: a peer that lets them run into their deadlines is away.
        with ExitStack() as waiting:
            while True:
                try:
                    return await _attempt(message, handler)
                except TransientError as error:
                    peer = error.peer if isinstance(error, UpstreamUnavailable) else error.reason
                if delay == _FIRST_DELAY:
                    log.warning(
                        "waiting for a peer",
                        extra={"peer": peer, "question_id": message.question_id},
                    )
                waiting.close()
                waiting.enter_context(self._readiness.waiting_for(peer))
                await asyncio.sleep(delay)
                delay = min(delay * 2, _LONGEST_DELAY)

    async def _settle(self, message: Message, outcome: Outcome) -> Outcome:
        """Make the outcome durable and return what it came to."""
        if isinstance(outcome, Emit):
            try:
                await self._emit(message, outcome)
            except OversizeEvent as error:
                outcome = Reject(error.reason, type(error).__name__)
            else:
                metrics.stage_events.labels(self._stage.name, "emitted").inc()
                return outcome
        if isinstance(outcome, Reject):
            await self._bury(message, outcome)
            rejection = outcome
            follow = await self._decide(message, lambda m: self._rejected(m, rejection))
            if isinstance(follow, Emit):
                await self._follow(message, follow)
            metrics.stage_events.labels(self._stage.name, "rejected").inc()
            return outcome
        metrics.stage_events.labels(self._stage.name, "done").inc()
        return outcome

    async def _follow(self, message: Message, follow: Emit) -> None:
        try:
            await self._emit(message, follow)
        except OversizeEvent:
            # The dead letter is there; raising here would stop the stage at this message for ever.
            log.exception("nothing followed a dead letter", extra={"topic": follow.topic})

    async def _emit(self, message: Message, emit: Emit) -> None:
        if len(emit.value) > RECORD_LIMIT:
            raise OversizeEvent(f"{len(emit.value)} bytes for {emit.topic}")
        with tracing.span(
            f"send {emit.topic}",
            SpanKind.PRODUCER,
            attributes={"messaging.system": "kafka", "messaging.destination.name": emit.topic},
        ):
            carried = _version_header(message)
            version = int(carried.get(VERSION_HEADER, b"1"))
            headers = event_headers(self._stage.name, emit.topic, message.key, version=version)
            await self._producer.put(
                emit.topic, emit.value, key=message.key.encode(), headers=headers | carried
            )

    async def _bury(self, message: Message, reject: Reject) -> None:
        log.error(
            "dead-lettered a message",
            extra={
                "reason": reject.reason,
                "question_id": message.question_id,
                "at": f"{message.topic}/{message.partition}/{message.offset}",
            },
        )
        metrics.dead_letters.labels(self._stage.name, reject.reason).inc()
        topic = dead_letter_topic(self._stage.name)
        headers = _dead_letter_headers(self._stage.name, message, reject)
        try:
            await self._producer.put(
                topic,
                message.value,
                key=message.key.encode(),
                headers=_kept_headers(message) | headers,
            )
        except OversizeEvent:
            # Brokers count compressed bytes, and a key that is not text grows when it is written
            # again. The origin headers still lead to the record.
            await self._producer.put(
                topic,
                None,
                key=message.question_id.encode(),
                headers=headers | {"caveat-error-value": b"omitted"},
            )

    async def _tell(self, message: Message, outcome: Outcome) -> None:
        if not (self._stage.step and message.question_id) or isinstance(outcome, Reject):
            return
        counts = outcome.counts if isinstance(outcome, Emit) else {}
        progress = ProgressMade(
            message.question_id, self._stage.name, self._stage.seq, datetime.now(UTC), counts
        )
        try:
            await self._producer.put_soon(
                PROGRESS_MADE,
                wire.encode(progress),
                key=message.key.encode(),
                headers=event_headers(self._stage.name, PROGRESS_MADE, message.key),
            )
        except (KafkaError, OSError) as error:
            log.warning("progress was not told", extra={"error": type(error).__name__})


async def _attempt(message: Message, handler: Handler) -> Outcome:
    """Run a handler once. Raises TransientError; whatever else it raises is an outcome."""
    try:
        return await handler(message)
    except TransientError:
        raise
    except CaveatError as error:
        return Reject(error.reason, type(error).__name__)
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise  # the loop takes the message back
        # Something that the handler awaited was cancelled. Left alone, this would look like the
        # loop's own doing, and the message would hold up its partition for ever.
        crash: BaseException = error
    except Exception as error:
        crash = error
    # A core that crashes on one message must not stop the others.
    log.error("a handler crashed", extra={"question_id": message.question_id}, exc_info=crash)
    return Reject(_CRASHED, type(crash).__name__)


def event_headers(source: str, topic: str, key: str, *, version: int = 1) -> dict[str, bytes]:
    """Build the CloudEvents (binary mode) and trace headers of an event.

    A replay is another event than the first one, so its version is part of its id.
    """
    kind = topic.removesuffix(".v1") + (f"/{version}" if version > 1 else "")
    headers = {
        "ce_specversion": "1.0",
        "ce_id": f"{key}/{kind}",
        "ce_type": topic,
        "ce_source": f"/caveat/{source}",
        "ce_time": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "ce_dataschema": "caveat/v1/events.proto",
        "content-type": "application/protobuf",
        **tracing.headers_of_current(),
    }
    return {name: value.encode() for name, value in headers.items()}


def _version_header(message: Message) -> dict[str, bytes]:
    """Carry a replay's version on. One that cannot be read may be as large as a record."""
    if VERSION_HEADER not in message.headers:
        return {}
    try:
        return {VERSION_HEADER: str(message.version).encode()}
    except MalformedEvent:
        return {}


def _dead_letter_headers(service: str, message: Message, reject: Reject) -> dict[str, bytes]:
    headers = {
        "caveat-error-reason": reject.reason,
        "caveat-error-type": reject.error_type,
        "caveat-origin-topic": message.topic,
        "caveat-origin-partition": str(message.partition),
        "caveat-origin-offset": str(message.offset),
        "caveat-origin-timestamp": str(message.timestamp_ms),
        "caveat-group": f"caveat-{service}",
        "caveat-attempts": "1",
        "caveat-first-failed-at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
    }
    return {name: value.encode() for name, value in headers.items()}


def _kept_headers(message: Message) -> dict[str, bytes]:
    return {
        name: value
        for name, value in message.headers.items()
        if name in ("traceparent", "tracestate", "content-type", VERSION_HEADER)
    }
