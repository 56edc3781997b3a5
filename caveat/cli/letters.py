"""Read dead letters, and send them back to where they came from."""

import contextlib
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from caveat.authority import replayable
from caveat.chassis.stream.delivery import event_headers
from caveat.chassis.stream.messages import VERSION_HEADER, Message, message_of
from caveat.cli.access import options
from caveat.cli.local import Local
from caveat.errors import (
    ConflictingDraft,
    MalformedEvent,
    MismatchedKey,
    UnknownRecord,
    UpstreamUnavailable,
)
from caveat.pipeline import SERVICES, STAGE, dead_letter_topic

OPERATION = "dead_letters.replayed"
"""What the audit log calls a replay."""

DETAIL_LIMIT = 256
"""How long a detail of an operation may be in the audit log, in characters."""

_POLL_MS = 500
_SEND_SECONDS = 10
_KEPT_HEADERS = ("traceparent", "tracestate", "content-type")
# Sent again, these would speak for another question than the one that was asked.
_OF_ANOTHER_QUESTION = (MismatchedKey.reason, ConflictingDraft.reason)


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter: a record as it came, and why a service could not use it."""

    service: str
    message: Message

    @property
    def offset(self) -> int:
        """Where it lies in the service's dead letters; what people name it by."""
        return self.message.offset

    @property
    def died_at(self) -> datetime:
        """When it was put aside."""
        return datetime.fromtimestamp(self.message.timestamp_ms / 1000, UTC)

    @property
    def reason(self) -> str:
        """Why, as metrics say it."""
        return self.header("caveat-error-reason")

    @property
    def origin(self) -> str:
        """The topic that it was read from."""
        return self.header("caveat-origin-topic")

    @property
    def next_version(self) -> int:
        """The version that its replay leads to. Raises MalformedEvent."""
        return self.message.version + 1

    def header(self, name: str) -> str:
        """Read a header; empty when it is absent."""
        return self.message.headers.get(name, b"").decode("utf-8", "replace")

    @property
    def obstacle(self) -> str:
        """Why it cannot be replayed; empty when it can."""
        # Whoever may write a service's dead letters says where they came from. The operator, who
        # may write more, must not be made to write for them what they may not.
        if self.origin not in STAGE[self.service].consumes:
            return f"{self.service} does not read {self.origin or 'an unknown topic'}"
        if self.origin not in replayable():
            return f"{self.origin} takes no replays"
        if not self.message.question_id:
            return "its key is not a question id"
        if self.reason in _OF_ANOTHER_QUESTION:
            return "it speaks for another question"
        if self.message.value is None:
            return "its bytes were not kept" if self.header("caveat-error-value") else "it is empty"
        try:
            _ = self.next_version
        except MalformedEvent:
            return "its version cannot be read"
        return ""


def letters_of(local: Local, services: Sequence[str]) -> Iterator[Letter]:
    """Read the dead letters that there are now, oldest first for each service.

    Raises UnknownRecord for a service that does not exist, UpstreamUnavailable.
    """
    for service in services:
        if service not in SERVICES:
            raise UnknownRecord(f"no service is called {service}; there are {', '.join(SERVICES)}")
    for service in services:
        for message in _records(local, dead_letter_topic(service)):
            yield Letter(service, message)


def _records(local: Local, topic: str) -> Iterator[Message]:
    from kafka import KafkaConsumer, TopicPartition
    from kafka.errors import KafkaError

    try:
        with contextlib.closing(
            KafkaConsumer(**options(local), client_id="caveat-dlq", enable_auto_commit=False)
        ) as consumer:
            numbers = consumer.partitions_for_topic(topic)
            if not numbers:
                raise UnknownRecord(f"the broker has no topic {topic}; run caveat topics apply")
            partitions = [TopicPartition(topic, number) for number in sorted(numbers)]
            consumer.assign(partitions)
            consumer.seek_to_beginning(*partitions)
            ends = consumer.end_offsets(partitions)
            while any(consumer.position(p) < ends[p] for p in partitions):
                for batch in consumer.poll(timeout_ms=_POLL_MS).values():
                    yield from map(message_of, batch)
    except KafkaError as error:
        raise UpstreamUnavailable("kafka", str(error)) from error


def chosen(
    letters: Iterable[Letter], *, offsets: Sequence[int], question_id: str, reason: str, most: int
) -> list[Letter]:
    """Pick what was asked for: every given condition holds, and at most so many, oldest first."""
    found = []
    for letter in letters:
        if offsets and letter.offset not in offsets:
            continue
        if question_id and letter.message.key != question_id:
            continue
        if reason and letter.reason != reason:
            continue
        found.append(letter)
        if len(found) == most:
            break
    return found


def replay(local: Local, letters: Sequence[Letter], *, rate: float) -> Iterator[Letter]:
    """Send the original bytes back, `rate` a second. Raises UpstreamUnavailable.

    Each that it gives is durable; a second replay of a letter is harmless, since
    the guard decides once under its version.
    """
    from kafka import KafkaProducer
    from kafka.errors import KafkaError

    try:
        with contextlib.closing(
            KafkaProducer(**options(local), client_id="caveat-dlq", acks="all")
        ) as producer:
            for letter in letters:
                producer.send(
                    letter.origin,
                    key=letter.message.key.encode(),
                    value=letter.message.value,
                    headers=list(headers_of(letter).items()),
                ).get(timeout=_SEND_SECONDS)
                yield letter
                time.sleep(1 / rate)  # after the last one, too: another batch may follow
    except KafkaError as error:
        raise UpstreamUnavailable("kafka", str(error)) from error


def headers_of(letter: Letter) -> dict[str, bytes]:
    """Build a replay's headers: those that the record came with, and the version it leads to."""
    version = letter.next_version
    headers = event_headers("operator", letter.origin, letter.message.key, version=version)
    kept = {n: v for n, v in letter.message.headers.items() if n in _KEPT_HEADERS}
    return headers | kept | {VERSION_HEADER: str(version).encode()}


def batches(letters: Iterable[Letter]) -> Iterator[list[Letter]]:
    """Cut letters into batches whose offsets fit into one detail of the audit log."""
    batch: list[Letter] = []
    for letter in letters:
        if batch and len(ranges(one.offset for one in (*batch, letter))) > DETAIL_LIMIT:
            yield batch
            batch = []
        batch.append(letter)
    if batch:
        yield batch


def ranges(numbers: Iterable[int]) -> str:
    """Write numbers shortly: 1-3,7."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)
