"""What the guard needs of the world."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from caveat.model import DecisionRecord, Passage, Source
from services.guard.examination import Examination, Hit
from services.guard.policy import Policy
from services.guard.screening import Screening


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided under one (question_id, version): the stored bytes are what is published."""

    number: int
    question_id: str
    version: int
    digest: str
    document: bytes
    jws: str
    record: bytes


class DecisionStore(Protocol):
    """Keeps decisions; the first writer under (question_id, version) wins."""

    async def decide_once(
        self, question_id: str, version: int, make: Callable[[int], Decision]
    ) -> tuple[Decision, bool]:
        """Return the stored decision, or store what `make(number)` returns; true when stored now.

        Raises UpstreamUnavailable while the store is away; then nothing is stored.
        """

    async def find(self, question_id: str, version: int) -> Decision | None:
        """Return a stored decision. Raises UpstreamUnavailable."""

    async def after(self, number: int, limit: int) -> tuple[DecisionRecord, ...]:
        """List decision records in order of their number. Raises UpstreamUnavailable."""


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
