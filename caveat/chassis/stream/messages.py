"""What goes into a stage and what comes out of it."""

import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from aiokafka import ConsumerRecord

from caveat import wire
from caveat.errors import MalformedEvent, MismatchedKey

VERSION_HEADER = "caveat-version"
_VERSION = re.compile(rb"[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Message:
    """A record as a stage sees it; `key` is empty when it is absent or not text."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: str
    value: bytes | None
    headers: Mapping[str, bytes]

    @property
    def question_id(self) -> str:
        """The question the record is about, or empty when the key is not a valid id."""
        return self.key if is_question_id(self.key) else ""

    @property
    def version(self) -> int:
        """Which decision the record leads to; 1 unless it was replayed. Raises MalformedEvent."""
        raw = self.headers.get(VERSION_HEADER, b"1")
        if not _VERSION.fullmatch(raw):
            raise MalformedEvent("the caveat-version header is not a version")
        return int(raw)


@dataclass(frozen=True, slots=True)
class Emit:
    """The message is done once these bytes are durable on the topic.

    `counts` are small figures for the reader's progress line.
    """

    topic: str
    value: bytes
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """The message is done and nothing follows from it."""


@dataclass(frozen=True, slots=True)
class Reject:
    """The message is at fault: it goes to the dead letters."""

    reason: str
    error_type: str


Outcome = Emit | Done | Reject
Handler = Callable[[Message], Awaitable[Outcome]]


class Event(Protocol):
    """What every event of the pipeline has."""

    @property
    def question_id(self) -> str: ...


E = TypeVar("E", bound=Event)


def is_question_id(text: str) -> bool:
    """Tell whether a text is a UUID version 7 in its canonical form."""
    try:
        parsed = uuid.UUID(text)
    except ValueError:
        return False
    return parsed.version == 7 and str(parsed) == text


def event_of(kind: type[E], message: Message) -> E:
    """Decode a record and hold it to its contract: key and body name the same question, and a
    version, where there is one, can be read.

    Raises MalformedEvent. JSON is read when the content type says so.
    """
    if not message.value:
        raise MalformedEvent("the record is empty")
    is_json = message.headers.get("content-type", b"").startswith(b"application/json")
    event = (wire.decode_json if is_json else wire.decode)(kind, message.value)
    _ = message.version
    if not message.question_id:
        raise MalformedEvent("the key is not a question id")
    if event.question_id != message.question_id:
        raise MismatchedKey("key and body name different questions")
    return event


def message_of(record: ConsumerRecord) -> Message:
    """Read a Kafka record; nothing in it can make this fail."""
    return Message(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp_ms=record.timestamp,
        key=(record.key or b"").decode("utf-8", "replace"),
        value=record.value,
        headers={name: value or b"" for name, value in record.headers},
    )
