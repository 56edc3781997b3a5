"""What the rules look at, and what they say about it. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from caveat.model import Draft, DraftSentence, Evidence, Passage, Source
from caveat.plain import plain
from services.guard.analysis import Analysis, analyse
from services.guard.decoding import decoded
from services.guard.policy import Policy

OVERSIZE = "form.oversize"

_QUESTION = re.compile(
    r"(?:what|which|who|when|where|why|how|is|are|was|were|do|does|did|can|could|will|would|should"
    r"|may|has|have|if)\b[^.!?;:<>\n]*\?",
    re.IGNORECASE,
)
# ... which a claim or a directive in the shape of a question is not.
_RHETORICAL = re.compile(
    r"why (?:not|don't you|wouldn't you)\b|how about\b|what about you\b|what if you just\b"
    r"|(?:did|do) you (?:know|realise|realize) (?:that\b|you\b)|don't you\b"
    r"|have you (?:tried|considered|thought (?:of|about))\b|wouldn't it be\b"
    r"|.*, ?(?:right|ok|okay|yes|no|correct"
    r"|(?:is|are|do|does|should|can|will|would|could)n't (?:you|it|they|we|that)) ?\?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule has recognised a fault; the span is in the sentence's own text."""

    rule_id: str
    message: str
    sentence: str = ""
    start: int = 0
    end: int = 0


class Report(dict[str, Any]):
    """What each family of checks found, by its name, and how many microseconds it took."""

    def __init__(self, found: Mapping[str, Any] | None = None) -> None:
        super().__init__(found or {})
        self.microseconds: dict[str, int] = {}


KINDS = ("clinical", "question", "navigation")
"""The classes that the guard gives to sentences, see `classify`."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of a draft with its analysis and the class that the guard gives it."""

    sentence: DraftSentence
    analysis: Analysis
    kind: str
    oversize: bool = False  # then nobody has read it: it goes without a look at its words
    readings: tuple[str, ...] = ()  # what its words say under a disguise; see decoding.py

    @property
    def needs_citation(self) -> bool:
        """Whether the class demands a source."""
        return self.kind in ("clinical", "definition")

    def hit(self, rule_id: str, message: str) -> Hit:
        """Say that a rule objects to the sentence as a whole."""
        return Hit(rule_id, message, self.sentence.sentence_id, 0, len(self.sentence.text))


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything a rule may look at; a rule never waits and never fetches.

    `corpus` holds the passages as the corpus has them, by id; `document` is the assembled answer
    when there is one. `sources` holds the sources of the evidence, by id, and `as_of` the day as
    of which its corpus is known, in ISO 8601, empty when nobody says. `cited` is false for a text
    that is judged without its sources. `oversize` says what there is too much of in a draft that
    nobody reads for that reason.
    """

    policy: Policy
    statements: tuple[Statement, ...]
    evidence: Mapping[str, Passage] = field(default_factory=dict)
    corpus: Mapping[str, Passage] = field(default_factory=dict)
    document: Mapping[str, Any] | None = None
    cited: bool = True
    oversize: str = ""
    sources: Mapping[str, Source] = field(default_factory=dict)
    as_of: str = ""


def classify(text: str, policy: Policy) -> str:
    """Give a sentence its class. Whatever is not surely something else is clinical."""
    return _class_of(text, analyse(text), policy)


def _class_of(text: str, analysis: Analysis, policy: Policy) -> str:
    line = analysis.text.strip()
    if _QUESTION.fullmatch(line) and not _RHETORICAL.match(line):
        return "question"
    if any(re.fullmatch(pattern, text) for pattern in policy.navigation):
        return "navigation"
    return "clinical"


def state(sentence: DraftSentence, policy: Policy) -> Statement:
    """Analyse and classify one sentence, unless it is longer than any may be."""
    if len(sentence.text) > policy.threshold(OVERSIZE, "sentence_characters"):
        return Statement(sentence, Analysis(sentence.text, "", (), ()), "clinical", oversize=True)
    analysis = analyse(sentence.text)
    kind = _class_of(sentence.text, analysis, policy)
    readings = decoded(plain(sentence.text).text)
    return Statement(sentence, analysis, kind, readings=readings)


def examine(
    draft: Draft,
    evidence: Evidence,
    corpus: Mapping[str, Passage],
    policy: Policy,
    document: Mapping[str, Any] | None = None,
) -> Examination:
    """Prepare a draft for the rules; what is too large is measured and not read."""
    too_much = measure(draft, policy)
    return Examination(
        policy=policy,
        statements=() if too_much else tuple(_statements(draft, policy)),
        evidence={passage.passage_id: passage for passage in evidence.citable},
        corpus=corpus,
        document=document,
        oversize=too_much,
        sources={source.source_id: source for source in evidence.sources},
        as_of=evidence.as_of,
    )


def _statements(draft: Draft, policy: Policy) -> Iterator[Statement]:
    """State each sentence; what stands in the glossary has to be a definition, whatever it says."""
    explaining = frozenset(draft.glossary)
    for sentence in draft.sentences:
        statement = state(sentence, policy)
        is_definition = sentence.sentence_id in explaining
        yield replace(statement, kind="definition") if is_definition else statement


def measure(draft: Draft, policy: Policy) -> str:
    """Say what a draft has too much of; empty when it is of a size that can be judged.

    Reading costs time, so this comes first and only counts.
    """
    citations = [c for s in draft.sentences for c in s.citations]
    counted = {
        "sentences": len(draft.sentences),
        "citations": len(citations),
        "draft_characters": sum(_characters(draft)),
    }
    for name, count in counted.items():
        if count > policy.threshold(OVERSIZE, name):
            return f"the draft has too many {name.replace('draft_', '')}"
    return ""


def _characters(draft: Draft) -> Iterator[int]:
    """Count every text and every reference, and one for whatever holds them."""
    for sentence in draft.sentences:
        yield len(sentence.sentence_id) + len(sentence.text)
        for given in sentence.citations:
            quote = given.quote
            yield sum(map(len, (given.passage_id, quote.exact, quote.prefix, quote.suffix)))
    for section in draft.sections:
        yield 1 + len(section.kind)
        for block in section.blocks:
            yield 1
            for item in block.items:
                yield 1 + sum(map(len, item.sentences))
    yield sum(map(len, (*draft.summary, *draft.glossary)))
    for question in draft.questions_to_ask:
        yield 1 + len(question.sentence) + sum(map(len, question.because))
    for gap in draft.gaps:
        yield 1 + len(gap.sentence) + len(gap.facet)
