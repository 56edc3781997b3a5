"""Edges' shared road of the router: accept, redact, screen, route."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from caveat import wire
from caveat.chassis.stream import Emit, Message, Outcome, event_of
from caveat.model import QuestionAsked, QuestionRouted, RoutedQuestion
from caveat.pipeline import QUESTION_CONCLUDED, QUESTION_ROUTED
from services.router import core
from services.router.ports import LanguageDetector, Screening


@dataclass(frozen=True, slots=True)
class Router:
    """Routes one question at a time; the guard's screening decides what becomes of it."""

    screening: Screening
    languages: LanguageDetector
    now: Callable[[], datetime]

    async def route(self, event: QuestionAsked) -> RoutedQuestion:
        """Return the routed question. Raises InvalidQuestion or UpstreamUnavailable."""
        text, redacted = core.redact(core.accept(event))
        lang = core.language_of(*self.languages.detect(text), event.lang)
        disposition = await self.screening.screen(text, lang, event.region)
        return core.route(
            event, text, redacted=redacted, lang=lang, disposition=disposition, now=self.now()
        )

    async def asked(self, message: Message) -> Outcome:
        """Route what was asked, or conclude it."""
        question = await self.route(event_of(QuestionAsked, message))
        if question.disposition in core.ANSWERED:
            return Emit(QUESTION_ROUTED, wire.encode(QuestionRouted(question)))
        return Emit(QUESTION_CONCLUDED, wire.encode(core.conclude(question)))
