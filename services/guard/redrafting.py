"""Have sentences redrafted by who wrote them, within a budget. Pure.

The writer learns which sentences did not pass and nothing of the rules: a model that is told the
rule writes for the rule. What comes back is a new draft like any other, and is judged like one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from caveat.model import Draft, DraftSentence, Evidence, RoutedQuestion

MOST_ROUNDS = 2
MOST_SECONDS = 3.0

_MODEL = "model/"


class Redrafter(Protocol):
    """Who composed a draft, asked again."""

    async def redraft(
        self,
        question: RoutedQuestion,
        evidence: Evidence,
        sentences: tuple[DraftSentence, ...],
        *,
        seconds: float,
    ) -> tuple[DraftSentence, ...]:
        """Return what could be composed again within so many seconds, under the same ids.

        Raises a CaveatError when nothing came, whatever the cause; it never waits for longer.
        """


@dataclass(slots=True)
class Budget:
    """What one answer may spend: two rounds, and three seconds over all of them."""

    clock: Callable[[], float]
    rounds: int = MOST_ROUNDS
    seconds: float = MOST_SECONDS
    _began: float = field(default=0.0, init=False)

    def begin(self) -> float:
        """Take a round and say how many seconds there are for it: none, when all is spent."""
        if not self.rounds or self.seconds <= 0:
            return 0.0
        self.rounds -= 1
        self._began = self.clock()
        return self.seconds

    def end(self) -> bool:
        """Give back what is left, and say whether the round ended in time."""
        self.seconds -= self.clock() - self._began
        return self.seconds >= 0


def can_be_redrafted(draft: Draft) -> bool:
    """Tell whether asking again can give anything else: the extractive composer quotes."""
    return draft.composer.startswith(_MODEL)


def accepted(
    asked: Iterable[DraftSentence], came: Iterable[DraftSentence]
) -> Mapping[str, DraftSentence]:
    """Choose what may take the place of a sentence: asked for, given once, with words, and new."""
    before = {sentence.sentence_id: sentence for sentence in asked}
    given: dict[str, list[DraftSentence]] = {}
    for sentence in came:
        given.setdefault(sentence.sentence_id, []).append(sentence)
    return {
        sentence_id: sentences[0]
        for sentence_id, sentences in given.items()
        if sentence_id in before
        and len(sentences) == 1
        and sentences[0].text.strip()
        and sentences[0] != before[sentence_id]
    }


def exchanged(draft: Draft, redrafted: Mapping[str, DraftSentence]) -> Draft:
    """Put redrafted sentences where the old ones stood."""
    return replace(
        draft,
        sentences=tuple(redrafted.get(s.sentence_id, s) for s in draft.sentences),
    )
