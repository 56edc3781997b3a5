"""How far each group is behind, asked of the broker, so that a dead stage's lag is seen too.

No record is read. How old the oldest unfinished record is follows from where the broker finds
records by time, which whoever may see that a topic exists may ask: a question's words stay with
the router.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupAuthorizationFailedError, KafkaError, for_code

from caveat.authority import Reading
from caveat.chassis.stream.access import Access, stopped
from caveat.errors import UpstreamUnavailable

_FIRST_STEP_MS = 1_000
_STEP_GROWS = 8
_EXACT_MS = 100
_ONE_PERCENT = 100
_MOST_ROUNDS = 40
_TIMEOUT_MS = 10_000

Mark = tuple[TopicPartition, int]
"""A record: its partition and its offset."""


@dataclass(frozen=True, slots=True)
class Lag:
    """What a group has not finished of a topic: how many records, and the age of the oldest."""

    group: str
    topic: str
    messages: int
    seconds: float


class Place(NamedTuple):
    """Which record of a partition a group has to finish next, and where the partition ends."""

    partition: TopicPartition
    next_offset: int
    end: int

    @property
    def behind(self) -> int:
        """How many records the group has not finished."""
        return max(0, self.end - self.next_offset)

    @property
    def mark(self) -> Mark:
        """The next record."""
        return self.partition, self.next_offset


class TimeOf:
    """Closes in on the time of the record at an offset, by asking what comes at or after a time.

    It steps back from now in growing steps until it is before the record, then halves. It ends
    with the very time, or with one that is at most a hundredth too early.
    """

    def __init__(self, offset: int, now_ms: int) -> None:
        self._offset = offset
        self._now = now_ms
        self._early: int | None = None  # a time that is not after the record's
        self._late = now_ms + 1
        self._step = _FIRST_STEP_MS
        self._found: int | None = None

    @property
    def question(self) -> int | None:
        """The time to ask about next; None when the answer is known well enough."""
        if self._found is not None:
            return None
        if self._early is None:
            return max(0, self._now - self._step)
        apart = self._late - self._early
        if apart <= max(_EXACT_MS, (self._now - self._early) // _ONE_PERCENT):
            return None
        return self._early + apart // 2

    def learn(self, asked: int, offset: int | None, timestamp_ms: int) -> None:
        """Take in which record comes first at or after the time; no offset when none does."""
        if offset == self._offset:
            self._found = timestamp_ms
        elif asked == 0 or (offset is not None and offset < self._offset):
            self._early = asked
        else:
            self._late = asked
            self._step *= _STEP_GROWS

    @property
    def answer(self) -> int:
        """When the record was written, in milliseconds; rather too early than too late."""
        return next(at for at in (self._found, self._early, 0) if at is not None)


class LagMeter:
    """Asks the broker for all groups at once. One meter holds its connections open."""

    def __init__(self, access: Access, readings: Iterable[Reading]) -> None:
        self._readings = tuple(readings)
        self._topics = sorted({topic for reading in self._readings for topic in reading.topics})
        options = access.options() | {"client_id": "lag", "request_timeout_ms": _TIMEOUT_MS}
        self._admin = AIOKafkaAdminClient(**options)
        # Never assigned anything: it would begin to fetch records.
        self._consumer = AIOKafkaConsumer(**options, group_id=None)
        self._known: dict[Mark, int] = {}

    async def start(self) -> None:
        """Connect. Raises UpstreamUnavailable."""
        try:
            await self._admin.start()
            await self._consumer.start()
        except (KafkaError, OSError) as error:
            await self.stop()
            raise UpstreamUnavailable("kafka", type(error).__name__) from error

    async def stop(self) -> None:
        """Disconnect."""
        await stopped(self._consumer)
        await self._admin.close()

    async def measure(self) -> tuple[Lag, ...]:
        """Measure every group on every topic that it reads. Raises UpstreamUnavailable."""
        try:
            places = await self._places()
            written = await self._times({p for found in places.values() for p in found if p.behind})
        except (KafkaError, OSError) as error:
            raise UpstreamUnavailable("kafka", type(error).__name__) from error
        now = time.time() * 1000
        return tuple(
            Lag(group, topic, sum(p.behind for p in found), _age(found, written, now))
            for (group, topic), found in places.items()
        )

    async def _places(self) -> dict[tuple[str, str], list[Place]]:
        partitions = await self._partitions()
        every = [partition for found in partitions.values() for partition in found]
        first = await self._consumer.beginning_offsets(every)
        ends = await self._consumer.end_offsets(every)
        places: dict[tuple[str, str], list[Place]] = {}
        for reading in self._readings:
            done = await self._committed(reading.group)
            for topic in reading.topics:
                # Without a commit, or with one that retention has overtaken, a group begins at
                # the first record that is there.
                places[reading.group, topic] = [
                    Place(p, max(done.get(p, 0), first[p]), ends[p]) for p in partitions[topic]
                ]
        return places

    async def _partitions(self) -> Mapping[str, list[TopicPartition]]:
        found = {}
        for told in await self._admin.describe_topics(self._topics):
            topic = str(told["topic"])
            if told["error_code"]:
                raise for_code(told["error_code"])(topic)
            numbers = sorted(each["partition"] for each in told["partitions"])
            found[topic] = [TopicPartition(topic, number) for number in numbers]
        return found

    async def _committed(self, group: str) -> Mapping[TopicPartition, int]:
        try:
            found: Mapping[TopicPartition, Any] = await self._admin.list_consumer_group_offsets(
                group
            )
        except AttributeError as error:
            # aiokafka 0.14 looks for the code of a refusal where it is not.
            raise GroupAuthorizationFailedError(group) from error
        return {partition: place.offset for partition, place in found.items()}

    async def _times(self, late: set[Place]) -> Mapping[Mark, int]:
        """Find when the next records were written, with a question to each partition a round."""
        wanted = {place.mark for place in late}
        self._known = {mark: self._known[mark] for mark in wanted & self._known.keys()}
        now = int(time.time() * 1000)
        searches = {mark: TimeOf(mark[1], now) for mark in wanted - self._known.keys()}
        for _ in range(_MOST_ROUNDS):
            unsettled = {m: s for m, s in searches.items() if s.question is not None}
            if not unsettled:
                break
            await self._ask(unsettled)
        self._known |= {mark: search.answer for mark, search in searches.items()}
        return self._known

    async def _ask(self, searches: Mapping[Mark, TimeOf]) -> None:
        # Two groups may be at two places of one partition: one question to each a round.
        asked = {partition: search for (partition, _), search in searches.items()}
        times = {partition: search.question or 0 for partition, search in asked.items()}
        found = await self._consumer.offsets_for_times(dict(times))
        for partition, search in asked.items():
            place = found.get(partition)
            if place is None:
                search.learn(times[partition], None, 0)
            else:
                search.learn(times[partition], place.offset, place.timestamp)


def _age(places: Iterable[Place], written: Mapping[Mark, int], now_ms: float) -> float:
    """Tell the age of the oldest next record in seconds. Clocks differ: never less than 0."""
    return max([0.0, *(now_ms - written[p.mark] for p in places if p.behind)]) / 1000
