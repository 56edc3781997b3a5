"""What the gateway needs of the world. Every method raises UpstreamUnavailable while it is away."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from caveat.attestation import Proof
from caveat.model import QuestionAsked
from services.gateway.records import (
    Added,
    Backlog,
    KeptPassage,
    KeptSource,
    Position,
    Progress,
    Reservation,
    Reserved,
    SignedAnswer,
    StoredAnswer,
)


class AnswerStore(Protocol):
    """Keeps reservations, progress, answers and stream positions."""

    async def reserve(self, reservation: Reservation) -> Reserved:
        """Claim the id for the tag, or return what the tag's first reservation came to."""
        ...

    async def accept(self, question_id: str, at: datetime) -> None:
        """Note that the question is durable in Kafka."""
        ...

    async def note_progress(self, question_id: str, seq: int, at: datetime) -> None:
        """Raise the rank of the last completed stage; lower or equal ranks change nothing."""
        ...

    async def progress(self, question_id: str) -> Progress | None:
        """Tell how far a question has come; None when it is not known."""
        ...

    async def add_answer(self, answer: SignedAnswer, position: Position, at: datetime) -> Added:
        """Keep an answer and move the position on, in one transaction.

        The first writer of (question_id, version) wins. A CONFLICT changes nothing at all.
        """
        ...

    async def advance(self, position: Position) -> None:
        """Move the position on past a record that was not kept."""
        ...

    async def positions(self, topic: str) -> Mapping[int, Position]:
        """Return where each partition that was begun is read on."""
        ...

    async def backlog(self) -> Backlog:
        """Count the accepted questions without an answer. Its cost grows with them alone."""
        ...

    async def answer(self, name: str, version: int | None = None) -> StoredAnswer | None:
        """Find an answer by answer id or question id; without a version, the highest."""
        ...


class Outbox(Protocol):
    """Sends questions on their way."""

    async def send(self, question: QuestionAsked) -> None:
        """Return when the question is durable. Raises UpstreamUnavailable after a while."""
        ...


class Renderer(Protocol):
    """Presents signed answers."""

    async def render(self, answer: SignedAnswer, media_type: str) -> bytes:
        """Return the presentation. Raises PermanentError for a media type it does not know."""
        ...


class Passages(Protocol):
    """Reads what answers rest on. What does not hash to its id raises VerificationFailed."""

    async def passages(self, passage_ids: Sequence[str]) -> Mapping[str, KeptPassage]:
        """Find passages by id, each with its source; unknown ones are left out."""
        ...

    async def source(self, source_id: str) -> KeptSource:
        """Read a whole source. Raises UnknownRecord."""
        ...

    async def definition(self, term: str) -> KeptPassage:
        """Find what a word means, in any of its spellings and in any case. Raises UnknownRecord."""
        ...


class Log(Protocol):
    """Proves decisions by the audit log."""

    async def prove(self, number: int, size: int = 0) -> Proof:
        """Prove a decision under the checkpoint of a size; 0 means the newest.

        Raises UnknownRecord for a decision that is not there or not covered.
        """
        ...

    async def checkpoint(self, size: int = 0) -> str:
        """Read the checkpoint of a size; 0 means the newest. Raises UnknownRecord."""
        ...
