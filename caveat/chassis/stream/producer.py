"""A Kafka producer whose `put` returns only when the record is durable."""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    RequestTimedOutError,
    TopicAuthorizationFailedError,
)

from caveat.chassis.readiness import Readiness
from caveat.chassis.stream.access import REFUSALS, Access, Troubles
from caveat.errors import OversizeEvent, UpstreamUnavailable

log = logging.getLogger(__name__)

RECORD_LIMIT = 512 * 1024
"""Largest value of an event, in bytes; topics accept a little more for headers."""

_REQUEST_LIMIT = 1_048_576
_FIRST_DELAY, _LONGEST_DELAY = 0.1, 2.0  # seconds
_STOP_DEADLINE = 2.0  # seconds
_SLOW = 2.0  # seconds; a send that takes longer waits for the broker
_PASSING = (
    KafkaTimeoutError,
    KafkaConnectionError,
    RequestTimedOutError,
    TopicAuthorizationFailedError,  # of one topic: the others go on with this producer
)


class DurableProducer:
    """Idempotent, acks=all, every send awaited and retried for as long as the broker is away."""

    def __init__(self, access: Access, client_id: str, readiness: Readiness) -> None:
        self._access = access
        self._troubles = Troubles(access)
        self._client_id = client_id
        self._readiness = readiness
        self._producer: AIOKafkaProducer | None = None
        self._rebuilding = asyncio.Lock()

    async def start(self) -> None:
        """Connect, waiting for the broker as long as it takes."""
        delay = _FIRST_DELAY
        while True:
            producer = self._build()
            try:
                await producer.start()
            except (KafkaError, OSError) as error:
                with self._readiness.waiting_for("kafka"):
                    await producer.stop()
                    await self._troubles.tell(error)
                    await asyncio.sleep(delay)
                delay = min(delay * 2, _LONGEST_DELAY)
            else:
                self._troubles.over()
                self._producer = producer
                return

    def _build(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            **self._access.options(),
            client_id=self._client_id,
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            request_timeout_ms=10_000,
            retry_backoff_ms=100,
            max_request_size=_REQUEST_LIMIT,
        )

    async def stop(self) -> None:
        """Disconnect; what was put is durable already."""
        if self._producer is not None:
            with suppress(TimeoutError):  # it would hold on to lost progress until Kafka is back
                async with asyncio.timeout(_STOP_DEADLINE):
                    await self._producer.stop()

    async def put(
        self, topic: str, value: bytes | None, *, key: bytes | None, headers: Mapping[str, bytes]
    ) -> None:
        """Return when the record is durable, waiting while the broker is away.

        Raises OversizeEvent, which no waiting can cure.
        """
        delay = _FIRST_DELAY
        with self._shown_when_slow():
            while True:
                try:
                    await self._send(topic, value, key, headers)
                except MessageSizeTooLargeError as error:
                    raise OversizeEvent(f"a record for {topic} is too large") from error
                except (KafkaError, OSError) as error:
                    await self._tell(topic, error)
                    await asyncio.sleep(delay)
                    if not isinstance(error, _PASSING):
                        await self._rebuild()
                    delay = min(delay * 2, _LONGEST_DELAY)
                else:
                    self._troubles.over(topic)
                    return

    async def _tell(self, topic: str, error: Exception) -> None:
        if isinstance(error, REFUSALS):
            await self._troubles.tell(error)
        else:
            log.warning(
                "a send failed and will be repeated",
                extra={"topic": topic, "error": type(error).__name__},
            )

    @contextmanager
    def _shown_when_slow(self) -> Iterator[None]:
        """Say `waiting:kafka` while a send takes too long.

        An idempotent producer keeps trying by itself for ever, so no error would tell.
        """
        with ExitStack() as waiting:
            timer = asyncio.get_running_loop().call_later(
                _SLOW, lambda: waiting.enter_context(self._readiness.waiting_for("kafka"))
            )
            try:
                yield
            finally:
                timer.cancel()

    async def put_within(
        self,
        seconds: float,
        topic: str,
        value: bytes,
        *,
        key: bytes,
        headers: Mapping[str, bytes],
    ) -> None:
        """As `put`, for callers who cannot wait. Raises UpstreamUnavailable after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self.put(topic, value, key=key, headers=headers)
        except TimeoutError as error:
            raise UpstreamUnavailable("kafka") from error

    async def put_soon(
        self, topic: str, value: bytes, *, key: bytes, headers: Mapping[str, bytes]
    ) -> None:
        """Hand over a record that may be lost without harm, such as progress."""
        assert self._producer is not None  # noqa: S101 - a stage starts after its producer
        try:
            future = await self._producer.send(topic, value, key=key, headers=list(headers.items()))
        except TopicAuthorizationFailedError as error:
            await self._troubles.tell(error)
            return
        future.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _send(
        self, topic: str, value: bytes | None, key: bytes | None, headers: Mapping[str, bytes]
    ) -> None:
        if self._producer is None:  # the broker has been away since the start
            raise KafkaConnectionError
        await self._producer.send_and_wait(topic, value, key=key, headers=list(headers.items()))

    async def _rebuild(self) -> None:
        """Replace a producer whose state the broker no longer accepts."""
        if self._rebuilding.locked():
            return
        async with self._rebuilding:
            broken = self._producer
            await self.start()
            if broken is not None:
                await broken.stop()
