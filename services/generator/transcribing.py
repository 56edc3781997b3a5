"""Turn what a model wrote into a draft, or into sentences written again. Pure.

Nothing is judged here. A sentence whose quote does not stand in the passage that it names cannot
be expressed as a citation: it goes on without one, and the guard stops it and says so.
"""

import re
from collections.abc import Iterable, Mapping

from caveat.model import Draft, DraftSentence, Evidence, Passage, RoutedQuestion
from services.generator.page import Line, lay_out, missing
from services.generator.plan import PLAN
from services.generator.quoting import as_quoted, cite
from services.generator.reply import Drafted, Redrafted, Said

MOST_IN_SUMMARY = 3
MOST_IN_SECTION = 6
_LONGEST_NAME = 74  # with what stands before it, the guard takes 80


def composer_name(model: str) -> str:
    """Name a model as a composer, in the characters that the guard takes for a name."""
    return f"model/{re.sub(r'[^A-Za-z0-9._:/@+-]', '-', model)[:_LONGEST_NAME]}"


def draft_of(
    reply: Drafted,
    question: RoutedQuestion,
    evidence: Evidence,
    *,
    passages: Mapping[str, Passage],
    composer: str,
) -> Draft:
    """Lay a reply out as a draft."""
    written: set[str] = set()
    summary = _lines(reply.summary, passages, written, most=MOST_IN_SUMMARY)
    sections: dict[str, list[Line]] = {}
    for kind in dict.fromkeys((*PLAN[question.intent], *(part.kind for part in reply.sections))):
        said = (one for part in reply.sections if part.kind == kind for one in part.sentences)
        if lines := _lines(said, passages, written, most=MOST_IN_SECTION):
            sections[kind] = lines
    everything = [*summary, *(line for lines in sections.values() for line in lines)]
    gaps = missing(question, evidence, everything)
    return lay_out(composer, summary, sections, gaps, evidence)


def is_usable(draft: Draft) -> bool:
    """Tell whether a short answer has a source at all; without one no page can come of it."""
    resting = {s.sentence_id for s in draft.sentences if s.citations}
    return not resting.isdisjoint(draft.summary)


def redrafts_of(
    reply: Redrafted, before: Iterable[DraftSentence], *, passages: Mapping[str, Passage]
) -> tuple[DraftSentence, ...]:
    """Choose the sentences that did change and that rest on a passage, each once."""
    asked = {sentence.sentence_id: sentence for sentence in before}
    changed: dict[str, DraftSentence] = {}
    for said in reply.sentences:
        line = _line(said, passages)
        again = DraftSentence(said.sentence, line.text, line.citations)
        if line.text and line.citations and asked.get(said.sentence, again) != again:
            changed.setdefault(said.sentence, again)
    return tuple(changed.values())


def _lines(
    said: Iterable[Said], passages: Mapping[str, Passage], written: set[str], *, most: int
) -> list[Line]:
    """Take sentences over, as many as a page has room for and none twice."""
    lines: list[Line] = []
    for line in (_line(one, passages) for one in said):
        if len(lines) < most and line.text and line.text not in written:
            written.add(line.text)
            lines.append(line)
    return lines


def _line(said: Said, passages: Mapping[str, Passage]) -> Line:
    passage = passages.get(said.passage)
    citation = cite(passage, said.quote) if passage else None
    return Line(as_quoted(said.text, citation), (citation,) if citation else ())
