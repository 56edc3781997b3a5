"""What the rules look at, and what they say about it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from caveat.model import Draft, DraftSentence, Evidence, Passage
from services.guard.analysis import Analysis, analyse
from services.guard.policy import Policy

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


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of a draft with its analysis and the class that the guard gives it."""

    sentence: DraftSentence
    analysis: Analysis
    kind: str

    @property
    def needs_citation(self) -> bool:
        """Whether the class demands a source."""
        return self.kind in ("clinical", "definition")


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything a rule may look at; a rule never waits and never fetches.

    `corpus` holds the passages as the corpus has them, by id; `document` is the assembled answer
    when there is one. `cited` is false for a text that is judged without its sources.
    """

    policy: Policy
    statements: tuple[Statement, ...]
    evidence: Mapping[str, Passage] = field(default_factory=dict)
    corpus: Mapping[str, Passage] = field(default_factory=dict)
    document: Mapping[str, Any] | None = None
    cited: bool = True


def classify(text: str, policy: Policy) -> str:
    """Give a sentence its class. Whatever is not surely something else is clinical."""
    line = analyse(text).text.strip()
    if _QUESTION.fullmatch(line) and not _RHETORICAL.match(line):
        return "question"
    if any(re.fullmatch(pattern, text) for pattern in policy.navigation):
        return "navigation"
    return "clinical"


def state(sentence: DraftSentence, policy: Policy) -> Statement:
    """Analyse and classify one sentence."""
    return Statement(sentence, analyse(sentence.text), classify(sentence.text, policy))


def examine(
    draft: Draft,
    evidence: Evidence,
    corpus: Mapping[str, Passage],
    policy: Policy,
    document: Mapping[str, Any] | None = None,
) -> Examination:
    """Prepare a draft for the rules."""
    return Examination(
        policy=policy,
        statements=tuple(state(sentence, policy) for sentence in draft.sentences),
        evidence={ranked.passage.passage_id: ranked.passage for ranked in evidence.passages},
        corpus=corpus,
        document=document,
    )
