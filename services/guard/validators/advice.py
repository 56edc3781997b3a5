"""advice.*: no sentence tells, or lets conclude, what this reader should do, has, or can expect.

A trained classifier weighs the whole sentence, its grammar and its frames; patterns look at each
clause. The classifier alone stops from a rule's `score` on; where a pattern has seen the rule,
`score_with_pattern` is enough. Two sentences that stand together are weighed together too, since
advice can be split. All scores are in thousandths and stand in the policy.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from services.guard.analysis import Analysis
from services.guard.examination import Examination, Hit, Statement
from services.guard.features import features_of, tokens_of
from services.guard.linear import shipped
from services.guard.patterns import matches_of
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
THRESHOLDS = ("score", "score_with_pattern", "score_split")

# Two sentences are weighed together only where one of them gives a hint: most pages have none.
_HINT = 30  # thousandths
# Below this no policy should stop a sentence, and its rule is not even looked for.
_LEAST = 100


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
    """A statement with the score that the classifier gives it."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.name = statement.sentence.sentence_id
        # A question for the doctor names choices without making them; `classify` knows the others.
        self.judged = statement.kind != "question" and not statement.oversize
        self.features = features_of(self.analysis.text) if self.judged else frozenset[str]()
        self.score = _score(self.features) if self.judged else 0

    @property
    def analysis(self) -> Analysis:
        return self.statement.analysis

    def hits(self, policy: Policy) -> Iterator[Hit]:
        """Yield what patterns have seen and the score bears out, or what the score alone says."""
        if not self.judged:
            return
        seen = False
        for match in matches_of(self.analysis.clauses):
            if self.score >= policy.threshold(match.rule_id, "score_with_pattern"):
                seen = True
                yield self._hit(match.rule_id, match.start, match.end)
        if seen or self.score < _LEAST:
            return
        rule_id = _rule(self.features)
        if self.score >= policy.threshold(rule_id, "score"):
            yield self._hit(rule_id, *_telling(self.analysis.text))

    def _hit(self, rule_id: str, start: int, end: int) -> Hit:
        message = f"{MESSAGES[rule_id]} (weighs {self.score} of 1000)"
        return Hit(rule_id, message, self.name, *self.analysis.original_span(start, end))


def _split(first: _Weighed, second: _Weighed, policy: Policy) -> Iterator[Hit]:
    """Weigh two sentences as one text, and stop both: neither may stand without the other."""
    if not (first.judged and second.judged) or max(first.score, second.score) < _HINT:
        return
    features = features_of(f"{first.analysis.text} {second.analysis.text}")
    if (score := _score(features)) < _LEAST:
        return
    rule_id = _rule(features)
    if score >= policy.threshold(rule_id, "score_split"):
        message = f"{MESSAGES[rule_id]}, in two sentences (weighs {score} of 1000)"
        for one in (first, second):
            yield Hit(rule_id, message, one.name, 0, len(one.statement.sentence.text))


def _score(features: frozenset[str]) -> int:
    return shipped("advice").permille(features)["stop"]


def _rule(features: frozenset[str]) -> str:
    named = shipped("rule").permille(features)
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
