"""Lay sentences out as a draft, with the plan's own questions and gaps. Pure.

Every composer uses it, so what is not a sentence of the evidence is always a constant of the plan.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from caveat.model import (
    Block,
    BlockType,
    Draft,
    DraftCitation,
    DraftSentence,
    Evidence,
    Gap,
    Item,
    Passage,
    QuestionToAsk,
    RoutedQuestion,
    Section,
)
from services.generator.glossary import to_explain
from services.generator.plan import GAPS, MOST_QUESTIONS, QUESTIONS, gap_text
from services.generator.sentences import quote_of
from services.generator.words import terms


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence that has no id yet."""

    text: str
    citations: tuple[DraftCitation, ...] = ()


def lay_out(
    composer: str,
    summary: Sequence[Line],
    sections: Mapping[str, Sequence[Line]],
    lacking: Iterable[str],
    evidence: Evidence,
) -> Draft:
    """Make a draft; sections stand in the order given, `lacking` names the facets without one.

    The evidence's definitions explain the words of the page.
    """
    writer = _Writer()
    top = tuple(writer.write(line) for line in summary)
    placed = {facet: tuple(map(writer.write, lines)) for facet, lines in sections.items()}
    gaps = tuple(Gap(writer.write(Line(gap_text(facet))), facet) for facet in lacking)
    asked = [facet for facet in placed if facet in QUESTIONS][:MOST_QUESTIONS]
    questions = tuple(
        QuestionToAsk(writer.write(Line(QUESTIONS[facet])), placed[facet][:1]) for facet in asked
    )
    glossary = tuple(writer.write(_definition(d)) for d in to_explain(writer.sentences, evidence))
    return Draft(
        composer=composer,
        sentences=tuple(writer.sentences),
        summary=top,
        sections=tuple(_section(facet, ids) for facet, ids in placed.items()),
        questions_to_ask=questions,
        gaps=gaps,
        glossary=glossary,
    )


def missing(question: RoutedQuestion, evidence: Evidence, said: Iterable[Line]) -> tuple[str, ...]:
    """List the facets asked for on which neither the evidence nor the page holds anything."""
    held = {ranked.passage.facet for ranked in evidence.passages}
    told = frozenset(word for line in said for word in terms(line.text))
    wanted = {f: words & frozenset(terms(question.text)) for f, words in GAPS.items()}
    return tuple(
        facet for facet, words in wanted.items() if words and facet not in held and not words & told
    )


class _Writer:
    """Numbers the sentences of a draft in the order in which they are written."""

    def __init__(self) -> None:
        self.sentences: list[DraftSentence] = []

    def write(self, line: Line) -> str:
        """Write a sentence and return its id."""
        sentence_id = f"s{len(self.sentences) + 1}"
        self.sentences.append(DraftSentence(sentence_id, line.text, line.citations))
        return sentence_id


def _definition(passage: Passage) -> Line:
    """Say what a word means in the words of its definition, all of them."""
    quote = quote_of(passage, 0, len(passage.text))
    return Line(" ".join(passage.text.split()), (DraftCitation(passage.passage_id, quote),))


def _section(facet: str, ids: tuple[str, ...]) -> Section:
    """Lay out one section: a sentence alone is a paragraph, several are a list."""
    layout = BlockType.LIST if len(ids) > 1 else BlockType.PARAGRAPH
    return Section(facet, (Block(layout, tuple(Item((sentence,)) for sentence in ids)),))
