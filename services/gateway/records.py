"""What the gateway keeps: ids, hashes, times and statuses of questions, and signed answers.

The text of a question is not among it. What it reads of its peers is here, too.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from caveat.model import Passage, Source


@dataclass(frozen=True, slots=True)
class Reservation:
    """A claim on an id for a question that is about to be sent.

    `tag` is the hash of client and Idempotency-Key, empty without one; `body_hash` tells whether
    the same tag comes back with the same question.
    """

    question_id: str
    tag: str
    body_hash: str
    asked_at: datetime


class Claim(StrEnum):
    """What a reservation came to."""

    NEW = "new"
    UNSENT = "unsent"  # reserved before, and not known to be durable in Kafka
    REPLAY = "replay"
    MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True)
class Reserved:
    """The id and time that hold for a reservation: those of the first one under its tag."""

    claim: Claim
    question_id: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a question has come.

    `accepted` says that it is durable; `seq` ranks the last completed stage; `asked_at` is absent
    when another producer asked; `outcome` and `answer_id` are those of the highest version.
    """

    question_id: str
    accepted: bool
    seq: int
    asked_at: datetime | None
    updated_at: datetime
    outcome: str | None = None
    answer_id: str | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many accepted questions have no terminal answer, and since when the oldest waits.

    When another producer asked, the wait counts from the last progress.
    """

    count: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class SignedAnswer:
    """A verified answer. `document` holds exactly the signed bytes."""

    question_id: str
    version: int
    answer_id: str
    outcome: str
    document: bytes
    jws: str
    key_id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """A signed answer, and its question's highest version."""

    signed: SignedAnswer
    latest_version: int


class Added(StrEnum):
    """What adding an answer came to."""

    NEW = "new"
    REPEAT = "repeat"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Position:
    """The next offset to read in a partition of a topic, and the time of the record before it."""

    topic: str
    partition: int
    next_offset: int
    timestamp_ms: int


@dataclass(frozen=True, slots=True)
class KeptPassage:
    """A passage of the corpus and the source that it is cut from."""

    passage: Passage
    source: Source


@dataclass(frozen=True, slots=True)
class KeptSource:
    """A source of the corpus, its stored text, and its passages in the order of the text."""

    source: Source
    text: str
    passages: tuple[Passage, ...]
    corpus_version: str
