"""What should become of a question. Pure; red flags win over scope, and scope over answering.

The order is the safety argument: (1) crisis, (2) emergency, (3) injection, (4) harmful,
(5) language, (6) out of scope, (7) reframe, (8) answer. In each step a rule that recognises a
meaning wins; the classifier only adds what it finds likely enough by the policy.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from caveat.model import Disposition
from caveat.plain import windows
from services.guard.analysis import Analysis, analyse
from services.guard.examination import Hit
from services.guard.language import foreign_language_of
from services.guard.policy import Policy
from services.guard.screening import (
    crisis,
    emergency,
    harm,
    injection,
    learned,
    personal,
    scope,
    spanish,
)
from services.guard.screening.reading import Reading, read

# How the policy calls the numbers that it sets, by rule; all are whole numbers.
LIKELY, POINTS, OF_PRACTICE = "likely_permille", "points", "likely_of_practice_permille"
THRESHOLDS = {
    "safety.crisis": (LIKELY,),
    "safety.emergency": (LIKELY, POINTS),
    "injection.question": (LIKELY,),
    "safety.harmful": (LIKELY, OF_PRACTICE),
    "scope.out": (LIKELY,),
}
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Screening:
    """A disposition and the red flags that led to it."""

    disposition: Disposition
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True)
class _Question:
    """A question as each step looks at it; what is costly is made once, and only when asked for."""

    analysis: Analysis
    policy: Policy
    reading: Reading
    plain: str = field(default="")

    @cached_property
    def likely(self) -> dict[str, int]:
        return learned.likelihoods(self.reading)

    def at_least(self, rule_id: str, disposition: Disposition) -> bool:
        enough = self.policy.threshold(rule_id, LIKELY)
        return learned.adds(self.reading, disposition) and self.likely.get(disposition, 0) >= enough

    def hit(self, rule_id: str, message: str, span: _Span) -> Hit:
        """Make a hit of a span in the reading."""
        return self.plain_hit(rule_id, message, self.reading.span(*span))

    def plain_hit(self, rule_id: str, message: str, span: _Span) -> Hit:
        """Make a hit of a span in the normalised text."""
        return Hit(rule_id, message, "", *self.analysis.original_span(*span))

    def whole(self, rule_id: str, message: str) -> Hit:
        """Make a hit of the whole question."""
        return self.plain_hit(rule_id, message, (0, len(self.analysis.text)))


def screen(text: str, lang: str, policy: Policy) -> Screening:
    """Choose what becomes of a question."""
    analysis = analyse(text)
    normal = analysis.text.replace("\n", " ")  # a line end must not hide what goes on after it
    question = _Question(analysis, policy, read(normal), spanish.plain(normal))
    for disposition, found in (
        (Disposition.CRISIS, _crisis(question)),
        (Disposition.EMERGENCY, _emergency(question)),
        (Disposition.CRISIS, _sounds_like_a_crisis(question)),
        (Disposition.EMERGENCY, _sounds_like_an_emergency(question)),
        (Disposition.INJECTION, _injection(question)),
        (Disposition.HARMFUL, _harmful(question)),
    ):
        if hit := next(found, None):
            return Screening(disposition, (hit,))
    if lang and lang.split("-")[0].casefold() not in policy.languages:
        hit = Hit("language.unsupported", f"the policy has no pages in {lang!r}")
        return Screening(Disposition.LANGUAGE, (hit,))
    if foreign_language_of(analysis.text):
        hit = question.whole("language.unsupported", "it is in a language without pages")
        return Screening(Disposition.LANGUAGE, (hit,))
    if hit := next(_out_of_scope(question), None):
        return Screening(Disposition.OUT_OF_SCOPE, (hit,))
    return Screening(Disposition.REFRAME if _asks_for_one(question) else Disposition.ANSWER)


def _crisis(question: _Question) -> Iterator[Hit]:
    rule_id, message = "safety.crisis", "a person may be in danger: {}"
    for words, span in crisis.signs(question.reading):
        yield question.hit(rule_id, message.format(words), span)
    for start, part in windows(question.plain, 1024, 512):
        if place := spanish.crisis(part):
            place = (start + place[0], start + place[1])
            yield question.plain_hit(rule_id, message.format("said in Spanish"), place)


def _sounds_like_a_crisis(question: _Question) -> Iterator[Hit]:
    if question.at_least("safety.crisis", Disposition.CRISIS):
        message = "a person may be in danger: it sounds like despair or a farewell"
        yield question.whole("safety.crisis", message)


def _emergency(question: _Question) -> Iterator[Hit]:
    rule_id, message = "safety.emergency", "this may be an emergency: {}"
    points, found = emergency.points(question.reading)
    if found and points >= question.policy.threshold(rule_id, POINTS):
        gravest = max(found, key=lambda one: one.sign.weight)
        names = ", ".join(one.sign.name for one in found)
        yield question.hit(rule_id, message.format(names), (gravest.start, gravest.end))
    for start, part in windows(question.plain, 1024, 512):
        if place := spanish.emergency(part):
            place = (start + place[0], start + place[1])
            yield question.plain_hit(rule_id, message.format("said in Spanish"), place)


def _sounds_like_an_emergency(question: _Question) -> Iterator[Hit]:
    if question.at_least("safety.emergency", Disposition.EMERGENCY):
        yield question.whole("safety.emergency", "this may be an emergency: it sounds like one")


def _injection(question: _Question) -> Iterator[Hit]:
    rule_id, message = "injection.question", "tries to instruct the software: {}"
    for words, span, plain in injection.signs(question.reading, question.analysis.text):
        make = question.plain_hit if plain else question.hit
        yield make(rule_id, message.format(words), span)
    if question.at_least(rule_id, Disposition.INJECTION):
        yield question.whole(rule_id, message.format("it sounds like an order to it"))


def _harmful(question: _Question) -> Iterator[Hit]:
    rule_id = "safety.harmful"
    for words, span in harm.signs(question.reading):
        yield question.hit(rule_id, words, span)
    if question.at_least(rule_id, Disposition.HARMFUL):
        yield question.whole(rule_id, "sounds like asking for a way to do harm")
    enough = question.policy.threshold(rule_id, OF_PRACTICE)
    if harm.is_about_practice(question.reading) and question.likely["harmful"] >= enough:
        yield question.whole(rule_id, "sounds like asking for unethical practice")


def _out_of_scope(question: _Question) -> Iterator[Hit]:
    rule_id, message = "scope.out", "the question is not about health: it {}"
    for words, span in scope.signs(question.reading):
        yield question.hit(rule_id, message.format(words), span)
    if not scope.is_medical(question.reading) and question.at_least(
        rule_id, Disposition.OUT_OF_SCOPE
    ):
        yield question.whole(rule_id, message.format("sounds like another subject"))


def _asks_for_one(question: _Question) -> bool:
    """Tell a question of one person from a general one; the classifier decides between signs."""
    ratio = question.likely.get(Disposition.REFRAME, 0) - question.likely.get(Disposition.ANSWER, 0)
    if personal.is_personal(question.reading):
        return ratio > -900 or not personal.wants_to_learn(question.reading)
    return ratio > 500
