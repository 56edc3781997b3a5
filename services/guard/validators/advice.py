"""advice.*: no sentence tells, or lets conclude, what this reader should do, has, or can expect.

A trained classifier weighs the whole sentence, its grammar and its frames; patterns look at each
clause. The classifier alone stops from a rule's `score` on; where a pattern has seen the rule,
`score_with_pattern` is enough. The statements that a sentence is joined of are weighed alone, so
that a disclaimer softens none, and two sentences that stand together as one, since advice can be
split: both from `score_apart` on. Scores are in thousandths; the limits stand in the policy.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from services.guard.analysis import analyse
from services.guard.examination import Examination, Hit, Statement
from services.guard.features import features_of, tokens_of
from services.guard.frames import frames_of
from services.guard.linear import shipped
from services.guard.patterns import Match, impersonal_of, matches_of
from services.guard.policy import Policy

MESSAGES: Mapping[str, str] = {
    "advice.directive": "tells the reader what to do",
    "advice.dose": "names a dose for the reader",
    "advice.diagnosis": "tells the reader what they have",
    "advice.interpretation": "reads the reader's own results",
    "advice.prognosis": "predicts the reader's own course",
    "advice.reassurance": "reassures the reader about their own state",
    "advice.eligibility": "declares the reader eligible or not",
    "advice.selection": "picks a treatment for the reader",
    "advice.alternative": "offers an unproven remedy as an instruction",
    "advice.dissuasion": "talks the reader out of care",
    "advice.lifestyle": "tells the reader how to live",
    "advice.persona": "speaks as a clinician",
}
RULES = tuple(MESSAGES)
_EACH = ("score", "score_with_pattern", "score_apart", "score_question")
THRESHOLDS_OF_RULE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(RULES, _EACH),
    "advice.directive": (*_EACH, "score_impersonal"),
}

# Two sentences are weighed together only where one of them gives a hint: most pages have none.
_HINT = 30  # thousandths
# Below this no policy should stop a sentence, and its rule is not even looked for.
_LEAST = 100

# Where one statement ends and another begins.
_JOINT = re.compile(r"(?<=[.!?])[\"')\]]*\s+|[;\n]\s*|\s[-\u2013\u2014]+\s|\u2014")


def check(examination: Examination) -> Iterator[Hit]:
    """Weigh every statement alone, and then with the one before it."""
    weighed = [_Weighed(statement) for statement in examination.statements]
    stopped = set()
    for one in weighed:
        for hit in one.hits(examination.policy):
            stopped.add(hit.sentence)
            yield hit
    for first, second in pairwise(weighed):
        if first.name not in stopped and second.name not in stopped:
            yield from _split(first, second, examination.policy)


class _Weighed:
    """A statement with the highest score that the classifier gives to it or to a part of it."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.name = statement.sentence.sentence_id
        self.analysis = statement.analysis
        self.judged = not statement.oversize
        self.score = _score(self.analysis.text) if self.judged else 0

    def hits(self, policy: Policy) -> Iterator[Hit]:
        """Yield what patterns have seen and the score bears out, or what the score alone says."""
        if not self.judged:
            return
        seen = set()
        for match, name in self._matches():
            limit = policy.threshold(match.rule_id, name)
            if match.rule_id in seen:
                continue
            if self.score >= limit or _score(match.clause) >= limit:
                seen.add(match.rule_id)
                yield self._hit(match.rule_id, self.score, match.start, match.end)
        if not seen:
            yield from self._weighed(policy)

    def _matches(self) -> Iterator[tuple[Match, str]]:
        """Yield what patterns see, each with the threshold that it is held to.

        A question for the doctor names choices without making them, so none is sought there.
        """
        if self.statement.kind == "question":
            return
        for match in matches_of(self.analysis.clauses):
            yield match, "score_with_pattern"
        for match in impersonal_of(self.analysis):
            if "source speaks" not in frames_of(self.analysis.text):
                yield match, "score_impersonal"

    def _weighed(self, policy: Policy) -> Iterator[Hit]:
        """Yield what the classifier says of the whole, or else of the first part that is advice."""
        text, whole = self.analysis.text, "score"
        if self.statement.kind == "question":
            whole = "score_question"
        for part, start in parts_of(text):
            score = self.score if part == text else _score(part)
            name = whole if part == text else "score_apart"
            if score >= _LEAST and score >= policy.threshold(rule_id := _rule(part), name):
                first, last = _telling(part)
                yield self._hit(rule_id, score, start + first, start + last)
                return
        yield from self._read(policy)

    def _read(self, policy: Policy) -> Iterator[Hit]:
        """Yield what the words say that somebody can make out of their disguise."""
        for reading in self.statement.readings:
            score = _score(analyse(reading).text)
            if score >= _LEAST and score >= policy.threshold(rule_id := _rule(reading), "score"):
                message = f"{MESSAGES[rule_id]}, in disguise (weighs {score} of 1000)"
                yield self.statement.hit(rule_id, message)
                return

    def _hit(self, rule_id: str, score: int, start: int, end: int) -> Hit:
        message = f"{MESSAGES[rule_id]} (weighs {score} of 1000)"
        return Hit(rule_id, message, self.name, *self.analysis.original_span(start, end))


def parts_of(text: str) -> Iterator[tuple[str, int]]:
    """Yield a text, and the statements that it is joined of, each with its place."""
    yield text, 0
    start = 0
    for joint in (*_JOINT.finditer(text), None):
        part = text[start : joint.start() if joint else len(text)]
        if part != text and len(part.split()) > 1:
            yield part, start
        start = joint.end() if joint else start


def _split(first: _Weighed, second: _Weighed, policy: Policy) -> Iterator[Hit]:
    """Weigh two sentences as one text, and stop both: neither may stand without the other."""
    if not (first.judged and second.judged) or max(first.score, second.score) < _HINT:
        return
    text = f"{first.analysis.text} {second.analysis.text}"
    score = _score(text)
    if score >= _LEAST and score >= policy.threshold(rule_id := _rule(text), "score_apart"):
        message = f"{MESSAGES[rule_id]}, in two sentences (weighs {score} of 1000)"
        for one in (first, second):
            yield one.statement.hit(rule_id, message)


def _score(text: str) -> int:
    return shipped("advice").permille(features_of(text))["stop"]


def _rule(text: str) -> str:
    named = shipped("rule").permille(features_of(text))
    return max(named, key=lambda rule_id: named[rule_id])


def _telling(text: str) -> tuple[int, int]:
    """Find the words that weigh most: up to three that stand together."""
    tokens, model = tokens_of(text), shipped("advice")
    best, span = 0, (0, len(text))
    for length in (1, 2, 3):
        for at in range(len(tokens) - length + 1):
            words = tokens[at : at + length]
            weight = model.weight(f"w:{' '.join(t.text for t in words)}", "stop")
            if weight > best:
                best, span = weight, (words[0].start, words[-1].end)
    return span
