"""Stand-ins for who composed a draft, asked again."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from caveat.errors import UpstreamUnavailable
from caveat.model import DraftSentence, Evidence, RoutedQuestion

Reply = Iterable[DraftSentence] | Exception


@dataclass
class Asked:
    """One call as it arrived."""

    question: RoutedQuestion
    evidence: Evidence
    sentences: tuple[DraftSentence, ...]
    seconds: float

    @property
    def ids(self) -> list[str]:
        return [sentence.sentence_id for sentence in self.sentences]


@dataclass
class FakeRedrafter:
    """Gives its replies in order, then nothing; takes its time when told."""

    replies: list[Reply] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    takes: float = 0.0

    async def redraft(
        self,
        question: RoutedQuestion,
        evidence: Evidence,
        sentences: tuple[DraftSentence, ...],
        *,
        seconds: float,
    ) -> tuple[DraftSentence, ...]:
        self.asked.append(Asked(question, evidence, sentences, seconds))
        if self.takes > seconds:
            await asyncio.sleep(seconds)
            raise UpstreamUnavailable("generator", "DEADLINE_EXCEEDED")
        await asyncio.sleep(self.takes)
        reply: Reply = self.replies.pop(0) if self.replies else ()
        if isinstance(reply, Exception):
            raise reply
        return tuple(reply)


@dataclass
class Clock:
    """Counts seconds as it is told; each reading may take some."""

    seconds: float = 0.0
    step: float = 0.0

    def __call__(self) -> float:
        self.seconds += self.step
        return self.seconds
