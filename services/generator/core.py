"""The extractive composer: chooses whole sentences of the evidence, word for word. Pure.

No model, no network: the same question and evidence always give the same draft. Scores weigh a
sentence's words by how rare they are in the evidence, and its passage by the search's own score.
"""

import re
from collections.abc import Iterable, Iterator

from caveat.model import Draft, DraftCitation, Evidence, RoutedQuestion
from services.generator.page import Line, lay_out, missing
from services.generator.plan import PLAN, leads
from services.generator.scoring import Scored, score
from services.generator.sentences import Candidate, spans

COMPOSER = "extractive/1"

SUMMARY_SENTENCES = 2
SECTION_SENTENCES = 4
SHORTEST, LONGEST = 5, 45  # words
_SAME = 0.6  # sentences that share this part of their words say the same
_WORTH = 0.6  # a section's sentence is about the thing asked this much of the nearest one
_HEADLINE = 0.65  # one of the summary reaches this part of the best sentence's score

# These need the sentence before them, or are no statement.
_DANGLING = re.compile(
    r"^(?:it|its|this|that|these|those|they|their|them|he|she|his|her|such|however|but|also|so"
    r"|then|therefore|thus|instead|otherwise|in addition|additionally|furthermore|moreover"
    r"|for example|for instance|other|others|another|both|either|neither|here|there"
    r"|(?:some|most|many|all|one|none) of (?:it|them|these|those|this|the (?:above|following))"
    r"|see|and|or|because (?:of )?(?:it|this|that|these|those|they)|as a result"
    r"|in (?:this|that|these|those|such)|key points|the following|like this|if so)\b",
    re.IGNORECASE,
)
# These speak to the reader, or as the source. "US" is a country, and the I of "type I" a number.
_TO_READER = re.compile(
    r"\b(?:[Yy](?:ou|our|ours|ourself)|YOUR?|[Ww]e|[Oo]urs?|[Uu]s|[Mm]y|[Cc]lick|[Vv]ideo)\b"
    r"|(?<!type )(?<!Type )(?<!stage )(?<!Stage )(?<!phase )(?<!Phase )(?<!grade )(?<!Grade )"
    r"(?<!class )(?<!Class )(?<!factor )(?<!Factor )\bI\b(?![.\-/]\w)"
)


def compose(question: RoutedQuestion, evidence: Evidence) -> Draft | None:
    """Compose a draft, or None when no sentence of the evidence speaks to the question."""
    scored = score(question, _candidates(evidence))
    best = max((s.score for s in scored), default=0.0)
    leading = [
        s
        for s in scored
        if s.score >= best * _HEADLINE
        and leads(question.intent, s.candidate.passage.facet, says_the_aspect=s.says_the_aspect)
    ]
    summary = _pick(leading, SUMMARY_SENTENCES, taken=[])
    if not summary:
        return None
    taken = list(summary)
    nearest = max(s.about for s in scored)
    sections: dict[str, list[Scored]] = {}
    for facet in PLAN[question.intent]:
        fitting = [
            s for s in scored if s.candidate.passage.facet == facet and s.about >= nearest * _WORTH
        ]
        if chosen := _pick(fitting, SECTION_SENTENCES, taken=taken):
            sections[facet] = chosen
            taken += chosen
    gaps = missing(question, evidence, map(_line, taken))
    placed = {facet: [*map(_line, chosen)] for facet, chosen in sections.items()}
    return lay_out(COMPOSER, [*map(_line, summary)], placed, gaps, evidence)


def _line(scored: Scored) -> Line:
    candidate = scored.candidate
    citation = DraftCitation(candidate.passage.passage_id, candidate.quote())
    return Line(candidate.text, (citation,))


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
        if not any(_says_the_same(one.adds, other.adds) for other in (*taken, *chosen)):
            chosen.append(one)
    return chosen


def _says_the_same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Compare what two sentences add; each with a figure of its own, they are two facts."""
    if _figures(one - other) and _figures(other - one):
        return False
    shorter = min(len(one), len(other))
    return not shorter or len(one & other) / shorter >= _SAME


def _figures(words: frozenset[str]) -> bool:
    return any(word[0].isdigit() for word in words)
