"""What the guard needs of the world."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from caveat.model import DecisionRecord, Passage, Source
from services.guard.examination import Examination, Hit
from services.guard.policy import Policy
from services.guard.screening import Screening


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided under one (question_id, version): the stored bytes are what is published.

    `digest` is of the question; `record_jws` is over the record, by the same key as `jws`.
    """

    number: int
    question_id: str
    version: int
    digest: str
    document: bytes
    jws: str
    record: bytes
    record_jws: str


class DecisionStore(Protocol):
    """Keeps decisions and their drafts; the first writer under (question_id, version) wins."""

    async def decide_once(
        self,
        question_id: str,
        version: int,
        make: Callable[[int], Decision],
        *,
        draft: bytes | None = None,
    ) -> tuple[Decision, bool]:
        """Return the stored decision, or store what `make(number)` returns; true when stored now.

        The salted draft is kept under seal with it, unless its question was erased. Raises
        UpstreamUnavailable while the store is away: it may have been stored then, or not.
        """

    async def find(self, question_id: str, version: int) -> Decision | None:
        """Return a stored decision. Raises UpstreamUnavailable."""

    async def after(self, number: int, limit: int, *, most_bytes: int) -> Sequence[DecisionRecord]:
        """List decision records in order of their number; at least one, where there is one.

        No more than come to so many bytes. Raises UpstreamUnavailable.
        """

    async def draft_of(self, number: int) -> tuple[Decision, bytes]:
        """Return a decision and the draft that it was made of, without its salt.

        Raises UnknownRecord when there is no decision, none of a draft, or the draft was erased;
        PermanentError when it cannot be opened, and UpstreamUnavailable.
        """

    async def erase(self, question_id: str) -> bool:
        """Make the drafts of a question unreadable for ever; true when there was one to read.

        Its decisions, their records and every digest stay. Raises UpstreamUnavailable.
        """


class Corpus(Protocol):
    """The retriever's passages, as they are stored."""

    async def passages(
        self, ids: Iterable[str]
    ) -> tuple[Mapping[str, Passage], Mapping[str, Source]]:
        """Return passages and their sources by id; unknown ids are left out.

        Raises UpstreamUnavailable while the retriever is away.
        """


class Engine(Protocol):
    """Runs the rule families over an examination."""

    async def run(self, examination: Examination) -> Mapping[str, tuple[Hit, ...]]:
        """Return what each family found; a family that crashed is absent."""

    async def screen(self, text: str, lang: str, policy: Policy) -> Screening:
        """Return what becomes of a question. Raises CheckCrashed when screening broke."""
