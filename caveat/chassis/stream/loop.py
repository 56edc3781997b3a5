"""The stage loop: at least once, in bounded windows, acknowledged in offset order.

faust's own agent loop acknowledges out of order and so loses messages; docs/decisions/0004 has
the reasons. faust hosts this service's lifecycle and nothing else.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable
from contextlib import ExitStack, suppress

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError, UnknownTopicOrPartitionError
from mode import Service

from caveat.chassis.background import fail_stop
from caveat.chassis.readiness import Readiness
from caveat.chassis.settings import SharedSettings
from caveat.chassis.stream.access import REFUSALS, Access, Troubles, stopped
from caveat.chassis.stream.delivery import Delivery
from caveat.chassis.stream.messages import message_of

log = logging.getLogger(__name__)

COMMIT_INTERVAL = 0.1  # seconds
COMMIT_DEADLINE = 2.0  # seconds; aiokafka would repeat a commit until the broker is back
DRAIN = 10.0  # seconds that work in flight may take when its partition is revoked
REBALANCE_MS = 20_000  # must exceed DRAIN; aiokafka's default is the session timeout
LOOK_INTERVAL = 5.0  # seconds between two looks at what Kafka lets us see
REJOIN_DELAY = 2.0  # seconds
_NOBODY = TopicPartition("", 0)  # of no topic: a fetch that only tells what went wrong
_NEVER_MS = 2**31 - 1


class Window:
    """The messages of one partition that are in work, in offset order."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.pump: asyncio.Task[None] | None = None
        self.room = asyncio.Event()
        self.committed = -1
        self.finished = -1  # the offset to commit: one past the contiguous finished prefix
        self._queue: deque[tuple[int, asyncio.Task[None]]] = deque()

    @property
    def free(self) -> int:
        """How many more messages may be taken in."""
        return self.limit - len(self._queue)

    def add(self, offset: int, task: "asyncio.Task[None]") -> None:
        """Take in a message that has begun."""
        self._queue.append((offset, task))

    def advance(self) -> None:
        """Move past the contiguous prefix of finished messages, and make room."""
        while self._queue and (task := self._queue[0][1]).done() and not task.cancelled():
            self.finished = self._queue.popleft()[0] + 1
        if self.free > 0:
            self.room.set()

    async def wait_for_room(self) -> None:
        """Return when at least one more message may be taken in."""
        while self.free <= 0:
            self.room.clear()
            await self.room.wait()

    def in_flight(self) -> list["asyncio.Task[None]"]:
        """List the tasks that have not been moved past."""
        return [task for _, task in self._queue]


class StageLoop(Service, ConsumerRebalanceListener):  # type: ignore[misc]
    """One pump a partition, one task a message, one commit for each contiguous prefix."""

    def __init__(
        self,
        service: str,
        topics: Iterable[str],
        delivery: Delivery,
        *,
        access: Access,
        shared: SharedSettings,
        window: int,
        readiness: Readiness,
    ) -> None:
        super().__init__()
        self._service = service
        self._topics = tuple(topics)
        self._delivery = delivery
        self._access = access
        self._troubles = Troubles(access)
        self._shared = shared
        self._window = window
        self._readiness = readiness
        self._windows: dict[TopicPartition, Window] = {}
        self._dirty = asyncio.Event()
        self._committing = asyncio.Lock()
        self._consumer: AIOKafkaConsumer | None = None
        self._failure: Exception | None = None  # what only joining anew can mend
        self._failed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def on_start(self) -> None:
        """Join the group, waiting for the broker as long as it takes."""
        await self._connect()
        for work in (self._attend(), self._commit_when_dirty()):
            self._tasks.append(asyncio.create_task(work))
            self._tasks[-1].add_done_callback(fail_stop)

    async def _connect(self) -> None:
        delay = 0.1
        while True:
            consumer = self._consumer = AIOKafkaConsumer(
                **self._access.options(),
                client_id=f"{self._service}-{self._shared.instance}",
                group_id=f"caveat-{self._service}",
                group_instance_id=f"{self._service}-{self._shared.instance}",
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                session_timeout_ms=self._shared.session_ms,
                heartbeat_interval_ms=self._shared.session_ms // 6,
                rebalance_timeout_ms=REBALANCE_MS,
                max_poll_interval_ms=_NEVER_MS,
                fetch_max_wait_ms=500,
                isolation_level="read_committed",
            )
            consumer.subscribe(list(self._topics), listener=self)
            try:
                await consumer.start()
            except (KafkaError, OSError) as error:
                with self._readiness.waiting_for("kafka"):
                    await stopped(consumer)
                    await self._troubles.tell(error)
                    await asyncio.sleep(delay)
                delay = min(delay * 2, 2.0)
            else:
                return

    async def on_stop(self) -> None:
        """Finish what is in flight, commit it, and leave."""
        for task in self._tasks:
            task.cancel()
        await self._release(list(self._windows))
        if self._consumer is not None:
            await stopped(self._consumer)

    # --- what Kafka refuses, or cannot do ---

    async def _attend(self) -> None:
        """Show what keeps us from Kafka, which an idle loop would not notice; mend what we can."""
        with ExitStack() as waiting:
            while True:
                trouble = self._failure or await self._trouble()
                waiting.close()
                if trouble is None:
                    self._troubles.over()
                else:
                    waiting.enter_context(self._readiness.waiting_for("kafka"))
                    await self._troubles.tell(trouble)
                if self._failure is not None:
                    await self._rejoin()
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_INTERVAL):
                        await self._failed.wait()

    async def _trouble(self) -> Exception | None:
        consumer = self._consumer
        assert consumer is not None  # noqa: S101 - `_attend` begins when it is there
        try:
            async with asyncio.timeout(LOOK_INTERVAL):
                visible: set[str] = await consumer.topics()
        except (KafkaError, OSError, TimeoutError) as error:
            return error  # the connection, which the consumer mends itself
        if hidden := set(self._topics) - visible:
            unseen: Exception = UnknownTopicOrPartitionError(hidden)
            return unseen
        try:
            with suppress(TimeoutError):  # waits while the group rebalances
                async with asyncio.timeout(1):
                    await consumer.getmany(_NOBODY)
        except KafkaError as error:
            self._failure = error
        if not all(map(consumer.partitions_for_topic, self._topics)):
            # They were made since we joined, and the consumer would look again in minutes.
            self._failure = UnknownTopicOrPartitionError(set(self._topics))
        return self._failure

    async def _rejoin(self) -> None:
        """Join the group with a new consumer: one that was refused does not try again."""
        await asyncio.sleep(REJOIN_DELAY)
        await self._release(list(self._windows))
        await stopped(self._consumer)
        self._failure = None
        self._failed.clear()
        await self._connect()

    # --- rebalance ---

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Start a pump for each new partition, unless the group rebalances while we leave it."""
        if self.should_stop:
            return
        for partition in assigned:
            window = self._windows[partition] = Window(self._window)
            window.pump = asyncio.create_task(self._pump(partition, window))
            window.pump.add_done_callback(fail_stop)

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Finish and commit what is in flight before another worker takes over."""
        await self._release(list(revoked))

    async def _release(self, partitions: list[TopicPartition]) -> None:
        windows = {p: self._windows[p] for p in partitions if p in self._windows}
        for window in windows.values():
            if window.pump is not None:
                window.pump.cancel()
        in_flight = [task for window in windows.values() for task in window.in_flight()]
        if in_flight:
            await asyncio.wait(in_flight, timeout=DRAIN)
        await asyncio.sleep(0)  # lets the done callbacks advance the windows
        await self._commit()
        for partition, window in windows.items():
            self._windows.pop(partition, None)  # a stop and a rebalance may release it at once
            for task in window.in_flight():
                task.cancel()  # not finished in time: the next owner repeats it

    # --- work ---

    async def _pump(self, partition: TopicPartition, window: Window) -> None:
        while True:
            await window.wait_for_room()
            try:
                fetched = await self._consumer.getmany(  # type: ignore[union-attr]
                    partition, timeout_ms=1000, max_records=window.free
                )
            except REFUSALS as error:
                self._failure = error
                self._failed.set()
                return  # `_attend` joins anew, and a new pump begins here
            for record in fetched.get(partition, ()):
                task = asyncio.create_task(self._delivery.deliver(message_of(record)))
                window.add(record.offset, task)
                task.add_done_callback(lambda done: self._finished(window, done))

    def _finished(self, window: Window, task: "asyncio.Task[None]") -> None:
        fail_stop(task)
        window.advance()
        self._dirty.set()

    # --- acknowledgement ---

    async def _commit_when_dirty(self) -> None:
        while True:
            await self._dirty.wait()
            self._dirty.clear()
            await self._commit()
            await asyncio.sleep(COMMIT_INTERVAL)

    async def _commit(self) -> None:
        async with self._committing:
            offsets = {p: w.finished for p, w in self._windows.items() if w.finished > w.committed}
            if not offsets:
                return
            try:
                async with asyncio.timeout(COMMIT_DEADLINE):
                    await self._consumer.commit(offsets)  # type: ignore[union-attr]
            except (KafkaError, IllegalStateError, TimeoutError) as error:
                # The offsets stay dirty: the next commit, or the next owner, repeats them.
                log.warning("a commit failed", extra={"error": type(error).__name__})
                self._dirty.set()
            else:
                for partition, offset in offsets.items():
                    if partition in self._windows:
                        self._windows[partition].committed = offset
