"""Builders and fakes of the router's tests."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from caveat.errors import UpstreamUnavailable
from caveat.model import Disposition, QuestionAsked

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
QUESTION_ID = "01980000-0000-7000-8000-000000000001"


def a_question(text: str = "What are the symptoms of MDS?", **fields: object) -> QuestionAsked:
    return QuestionAsked(QUESTION_ID, text, **fields)  # type: ignore[arg-type]


@dataclass
class FakeScreening:
    """Answers with one disposition, or is away; remembers what it was asked."""

    disposition: Disposition = Disposition.ANSWER
    away: bool = False
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    async def screen(self, text: str, lang: str, region: str) -> Disposition:
        self.asked.append((text, lang, region))
        if self.away:
            raise UpstreamUnavailable("guard")
        return self.disposition


@dataclass
class FakeDetector:
    """Knows the texts it was told about, and is not sure of any other."""

    known: dict[str, tuple[str, int]] = field(default_factory=dict)

    def detect(self, text: str) -> tuple[str, int]:
        return self.known.get(text, ("en", 0))
