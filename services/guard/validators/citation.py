"""citation.*: every clinical sentence rests on the exact words of a passage of the corpus."""

import re
from collections.abc import Iterator

from caveat.model import DraftCitation, Passage
from services.guard.examination import Examination, Hit, Statement

RULES = (
    "citation.missing",
    "citation.unknown",
    "citation.quote_mismatch",
    "citation.unsupported",
)


def check(examination: Examination) -> Iterator[Hit]:
    """Run every citation rule over every statement."""
    if not examination.cited:
        return
    for statement in examination.statements:
        sentence = statement.sentence
        if statement.needs_citation and not sentence.citations:
            yield _hit("citation.missing", "no passage is named as its source", statement)
        sound = []
        for citation in sentence.citations:
            if (fault := _fault(citation, examination)) is not None:
                yield _hit(*fault, statement)
            else:
                sound.append(citation)
        if sound and statement.needs_citation and not _carried(sentence.text, sound):
            yield _hit(
                "citation.unsupported", "no quote carries the sentence word for word", statement
            )


def _fault(citation: DraftCitation, examination: Examination) -> tuple[str, str] | None:
    """Say what is wrong with one citation: closed set first, then corpus, then quote."""
    offered = examination.evidence.get(citation.passage_id)
    stored = examination.corpus.get(citation.passage_id)
    if offered is None:
        return "citation.unknown", "the passage is not in the evidence of this question"
    if stored is None:
        return "citation.unknown", "the passage is not in the corpus"
    if offered != stored:
        return "citation.unknown", "the passage in the evidence differs from the corpus"
    if not _quote_found(citation, stored):
        return "citation.quote_mismatch", "the quote is not in the stored passage where it says"
    return None


def _quote_found(citation: DraftCitation, passage: Passage) -> bool:
    quote = citation.quote
    begin, end = quote.start - passage.start, quote.end - passage.start
    if not quote.exact.strip() or begin < 0:
        return False
    return passage.text[begin:end] == quote.exact


def _carried(text: str, citations: list[DraftCitation]) -> bool:
    """Tell whether a quote holds the sentence verbatim, but for blanks and the last full stop.

    Paraphrase is not judged yet, and so it is not allowed: the rule fails closed.
    """
    wanted = _plain(text)
    return any(wanted in _plain(citation.quote.exact) for citation in citations)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().rstrip(".").casefold()


def _hit(rule_id: str, message: str, statement: Statement) -> Hit:
    sentence = statement.sentence
    return Hit(rule_id, message, sentence.sentence_id, 0, len(sentence.text))
