"""Have the policy's guard judge lines. What comes out holds counts and names, and never a text."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from caveat.errors import InvalidQuestion
from caveat.model import Action, QuestionAsked
from evaluation.guard.parts import Line, Span
from evaluation.guard.redactions import redacted_spans
from services.guard.checking import check_line
from services.guard.policy import Policy
from services.guard.screening import screen
from services.router import core as routing

STOPPING = frozenset({Action.DROP, Action.REDRAFT, Action.REFUSE})
_NAME = re.compile(r"[A-Za-z][A-Za-z_-]{0,29}(?:\.[a-z_-]{1,29})?")


class NotAName(Exception):
    """Something that is no name of a rule, class or disposition was on its way into a report."""


def named(*names: str) -> tuple[str, ...]:
    """Let names pass, and nothing that could be words of a sentence: one word, no blank."""
    if not all(_NAME.fullmatch(name) for name in names):
        raise NotAName("a report holds names of rules and classes only")
    return names


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the guard made of one line: names and numbers, so that no report can hold its text."""

    group: str
    rule: str
    expected: str
    got: str  # stop or pass; of a question its disposition; `crashed` when a check raised
    fired: tuple[str, ...] = ()  # the rules that stopped it
    attack: str = ""
    border: bool = False
    altered: bool = False  # an identifier was taken out
    gold: tuple[Span, ...] = ()
    taken: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        named(self.group, self.rule, self.expected, self.got, *self.fired)
        named(*(span.kind for span in (*self.gold, *self.taken)))
        if self.attack:
            named(self.attack)

    @property
    def right(self) -> bool:
        """Whether the guard did what the label says."""
        return self.got == self.expected


class LanguageDetector(Protocol):
    """As the router's: a language and how sure it is, of 1000."""

    def detect(self, text: str) -> tuple[str, int]:
        """Detect."""


CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Guard:
    """The guard as this program runs it: its policy, and the router's language detector."""

    policy: Policy
    languages: LanguageDetector

    def sentence(self, line: Line) -> Outcome:
        """Judge a sentence, with its passage and quote where it has them."""
        return _safely(line, self._sentence)

    def question(self, line: Line) -> Outcome:
        """Redact and screen a question, as the router and the guard do it together."""
        return _safely(line, self._question)

    def identifiers(self, line: Line) -> Outcome:
        """Redact a question, and find where."""
        return _safely(line, self._identifiers)

    def findings(self, texts: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
        """Return the findings that stop a sentence, in words. Only for texts that may be read."""
        given = {key: texts[key] for key in ("text", "passage", "quote") if key in texts}
        judged = check_line(json.dumps(given), self.policy)
        return [f for f in judged["findings"] if self._stops(f["rule_id"])]

    def disposition(self, text: str) -> tuple[str, bool]:
        """Return a question's disposition, and whether anything was taken out of it."""
        try:
            accepted = routing.accept(QuestionAsked("", text))
        except InvalidQuestion:
            return "invalid", False
        cleaned, altered = routing.redact(accepted)
        lang = routing.language_of(*self.languages.detect(cleaned), "")
        return str(screen(cleaned, lang, self.policy).disposition), altered

    def _sentence(self, line: Line) -> Outcome:
        found = self.findings(line.sealed)
        fired = tuple(dict.fromkeys(str(f["rule_id"]) for f in found))
        return _outcome(line, "stop" if found else "pass", fired=fired)

    def _question(self, line: Line) -> Outcome:
        got, altered = self.disposition(line.sealed["question"])
        return _outcome(line, got, altered=altered)

    def _identifiers(self, line: Line) -> Outcome:
        text = line.sealed["question"]
        cleaned, altered = routing.redact(text)
        taken = redacted_spans(text, cleaned) if altered else ()
        return _outcome(line, line.expected, altered=altered, gold=line.spans, taken=taken)

    def _stops(self, rule_id: str) -> bool:
        # A finding that the policy does not know is one of the core's own, and those refuse.
        rule = self.policy.rules.get(rule_id)
        return rule is None or rule.action in STOPPING


def _outcome(line: Line, got: str, **more: Any) -> Outcome:
    return Outcome(
        line.group, line.rule, line.expected, got, attack=line.attack, border=line.border, **more
    )


def _safely(line: Line, judge: Callable[[Line], Outcome]) -> Outcome:
    """Judge; a check that raises is counted, since its message could hold words of the line."""
    try:
        return judge(line)
    except NotAName:
        raise
    except Exception:
        # The run fails for it (`crashed` is counted), and nothing of the exception is shown.
        return _outcome(line, CRASHED)
