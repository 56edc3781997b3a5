"""What the generator's edges and adapters agree on: who composes, and a model that is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from caveat.model import Draft, DraftSentence, Evidence, RoutedQuestion


class Fault(Enum):
    """Why a model gave nothing to draft from. A value and no error: nothing waits because of it."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked: our instructions, the material as JSON, and the form of its reply."""

    operation: str
    instructions: str
    material: str
    schema: Mapping[str, Any]


class Composer(Protocol):
    """Writes drafts from evidence; `within` bounds the work in seconds, when the caller waits."""

    async def compose(
        self, question: RoutedQuestion, evidence: Evidence, *, within: float | None = None
    ) -> Draft | None:
        """Compose a draft, or None when no sentence of the evidence speaks to the question."""

    async def redraft(
        self,
        question: RoutedQuestion,
        evidence: Evidence,
        sentences: tuple[DraftSentence, ...],
        *,
        within: float | None = None,
    ) -> tuple[DraftSentence, ...]:
        """Write sentences again, closer to their quotes, under the same ids.

        One that cannot change is left out.
        """


class Model(Protocol):
    """A language model behind some endpoint."""

    @property
    def name(self) -> str:
        """The name that the endpoint knows it by."""

    async def ask(self, prompt: Prompt, *, within: float) -> str | Fault:
        """Return what the model says, unread, or why it says nothing. Never raises, never waits."""
