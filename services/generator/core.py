"""The extractive composer: chooses whole sentences of the evidence, word for word. Pure.

No model, no network: the same question and evidence always give the same draft. Scores weigh a
sentence's words by how rare they are in the evidence, and its passage by the search's own score.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from caveat.model import (
    Block,
    BlockType,
    Draft,
    DraftCitation,
    DraftSentence,
    Evidence,
    Gap,
    Intent,
    Item,
    QuestionToAsk,
    RoutedQuestion,
    Section,
)
from services.generator.plan import MOST_QUESTIONS, PLAN, QUESTIONS, gap_text, gaps_told, leads
from services.generator.sentences import Candidate, spans

COMPOSER = "extractive/1"

SUMMARY_SENTENCES = 2
SECTION_SENTENCES = 4
SHORTEST, LONGEST = 5, 45  # words
_SAME = 0.6  # sentences that share this part of their words say the same
_WORTH = 0.4  # a section's sentence reaches this part of the best sentence's score
_HEADLINE = 0.6  # ... and one of the summary this part

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_CAR_T = re.compile(
    r"\bcar[\s-]?t(?:[\s-]cells?)?\b|\bchimeric antigen receptor(?: t[\s-]?cells?)?"
)
_STOP = frozenset(
    [
        "a",
        "about",
        "after",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "because",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "get",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "like",
        "may",
        "me",
        "more",
        "most",
        "my",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "out",
        "people",
        "should",
        "so",
        "some",
        "such",
        "tell",
        "than",
        "that",
        "the",
        "their",
        "them",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "up",
        "used",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)

# These need the sentence before them, speak to the reader, or are no statement.
_DANGLING = re.compile(
    r"^(?:it|its|this|that|these|those|they|their|them|he|she|his|her|such|however|but|also|so"
    r"|then|therefore|thus|instead|otherwise|in addition|additionally|furthermore|moreover"
    r"|for example|for instance|other|others|another|both|either|neither|here|there|some of th"
    r"|most of th|see|and|or|because|as a result|in this|in these|in such|key points|in that"
    r"|the following|like this|if so)\b",
    re.IGNORECASE,
)
_TO_READER = re.compile(
    r"\b(?:you|your|yours|yourself|we|our|us|i|my|click|video)\b", re.IGNORECASE
)


def terms(text: str) -> list[str]:
    """Reduce a text to the words that carry it, in a simple common form."""
    plain = _CAR_T.sub("cart", text.casefold())
    return [_stem(word) for word in _WORD.findall(plain) if word not in _STOP]


def _stem(word: str) -> str:
    for ending, put in (("ies", "y"), ("ses", "s"), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: -len(ending)] + put
    return word


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with how well it answers, and its words."""

    candidate: Candidate
    score: float
    words: frozenset[str]


def compose(question: RoutedQuestion, evidence: Evidence) -> Draft | None:
    """Compose a draft, or None when no sentence of the evidence speaks to the question."""
    plan = PLAN[question.intent]
    scored = _score(question, evidence)
    if not scored:
        return None
    best = scored[0].score
    leading = [
        s
        for s in scored
        if s.score >= best * _HEADLINE and leads(question.intent, s.candidate.passage.facet)
    ]
    summary = _pick(leading, SUMMARY_SENTENCES, taken=[])
    if not summary:
        return None
    taken = list(summary)
    sections: dict[str, list[Scored]] = {}
    for facet in plan:
        fitting = [
            s for s in scored if s.candidate.passage.facet == facet and s.score >= best * _WORTH
        ]
        if chosen := _pick(fitting, SECTION_SENTENCES, taken=taken):
            sections[facet] = chosen
            taken += chosen
    return _draft(question.intent, summary, sections)


def _score(question: RoutedQuestion, evidence: Evidence) -> list[Scored]:
    """Weigh every sentence that can stand alone, best first."""
    candidates = list(_candidates(evidence))
    bags = [frozenset(terms(c.text)) | frozenset(terms(c.passage.subject)) for c in candidates]
    spread = Counter(word for bag in bags for word in bag)
    asked = dict.fromkeys(terms(question.search_text), 0.5) | dict.fromkeys(
        terms(question.text), 1.0
    )
    weights = {
        word: share * math.log(1 + len(candidates) / spread[word])
        for word, share in asked.items()
        if word in spread
    }
    whole = sum(weights.values())
    if not whole:
        return []
    plan = PLAN[question.intent]
    scored = [
        Scored(c, _worth(c, bag, weights, plan) / whole, frozenset(terms(c.text)))
        for c, bag in zip(candidates, bags, strict=True)
        if not bag.isdisjoint(weights)
    ]
    return sorted(scored, key=lambda s: (-s.score, s.candidate.rank, s.candidate.start))


def _worth(
    candidate: Candidate, bag: frozenset[str], weights: dict[str, float], plan: tuple[str, ...]
) -> float:
    matched = sum(weight for word, weight in weights.items() if word in bag)
    facet = candidate.passage.facet
    fit = 1.0 + (0.5 if facet == plan[0] else 0.2 if facet in plan[:3] else 0.0)
    return matched * fit * (0.6 + 0.4 * candidate.score_permille / 1000)


def _candidates(evidence: Evidence) -> Iterator[Candidate]:
    for rank, ranked in enumerate(evidence.passages):
        for start, end in spans(ranked.passage.text):
            candidate = Candidate(ranked.passage, rank, ranked.score_permille, start, end)
            if _stands_alone(candidate.text):
                yield candidate


def _stands_alone(text: str) -> bool:
    words = text.split()
    return (
        SHORTEST <= len(words) <= LONGEST
        and text[0].isupper()
        and text.endswith(".")
        and not _DANGLING.match(text)
        and not _TO_READER.search(text)
    )


def _pick(scored: Iterable[Scored], most: int, *, taken: list[Scored]) -> list[Scored]:
    """Take the best sentences that do not say again what is already said."""
    chosen: list[Scored] = []
    for one in scored:
        if len(chosen) == most:
            break
        if not any(_overlap(one.words, other.words) >= _SAME for other in (*taken, *chosen)):
            chosen.append(one)
    return chosen


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter else 1.0


class _Writer:
    """Numbers the sentences of a draft in the order in which they are written."""

    def __init__(self) -> None:
        self.sentences: list[DraftSentence] = []

    def quote(self, scored: Scored) -> str:
        """Write a sentence of the evidence with its citation."""
        candidate = scored.candidate
        citation = DraftCitation(candidate.passage.passage_id, candidate.quote())
        return self.say(candidate.text, citation)

    def say(self, text: str, *citations: DraftCitation) -> str:
        """Write a sentence and return its id."""
        sentence_id = f"s{len(self.sentences) + 1}"
        self.sentences.append(DraftSentence(sentence_id, text, citations))
        return sentence_id


def _draft(intent: Intent, summary: list[Scored], sections: dict[str, list[Scored]]) -> Draft:
    writer = _Writer()
    top = tuple(writer.quote(scored) for scored in summary)
    placed = {f: tuple(writer.quote(s) for s in chosen) for f, chosen in sections.items()}
    said = {scored.candidate.passage.facet for scored in summary} | set(sections)
    gaps = tuple(Gap(writer.say(gap_text(f)), f) for f in gaps_told(intent) if f not in said)
    asked = [facet for facet in placed if facet in QUESTIONS][:MOST_QUESTIONS]
    questions = tuple(
        QuestionToAsk(writer.say(QUESTIONS[facet]), placed[facet][:1]) for facet in asked
    )
    return Draft(
        composer=COMPOSER,
        sentences=tuple(writer.sentences),
        summary=top,
        sections=tuple(_section(facet, ids) for facet, ids in placed.items()),
        questions_to_ask=questions,
        gaps=gaps,
    )


def _section(facet: str, ids: tuple[str, ...]) -> Section:
    """Lay out one section: a sentence alone is a paragraph, several are a list."""
    layout = BlockType.LIST if len(ids) > 1 else BlockType.PARAGRAPH
    return Section(facet, (Block(layout, tuple(Item((sentence,)) for sentence in ids)),))
