"""citation.*: every clinical sentence rests on the exact words of a passage of the corpus."""

import re
from collections.abc import Iterable, Iterator, Sequence

from caveat.model import DraftCitation, Passage
from caveat.terms import is_said
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
        if statement.oversize:
            continue  # form.oversize drops it
        sentence = statement.sentence
        if statement.needs_citation and not sentence.citations:
            yield _hit("citation.missing", "no passage is named as its source", statement)
        sound = []
        for citation in sentence.citations:
            if (fault := fault_of(citation, examination)) is not None:
                yield _hit(*fault, statement)
            else:
                sound.append((citation, examination.corpus[citation.passage_id]))
        if sound and statement.needs_citation:
            yield from _unsupported(statement, sound)


def _unsupported(
    statement: Statement, sound: Sequence[tuple[DraftCitation, Passage]]
) -> Iterator[Hit]:
    text = statement.sentence.text
    if not _carried(text, sound):
        yield _hit("citation.unsupported", "no quote carries the sentence word for word", statement)
    elif statement.kind == "definition" and not any(is_said(p, text) for _, p in sound):
        yield _hit("citation.unsupported", "no definition of the corpus says this", statement)


def fault_of(citation: DraftCitation, examination: Examination) -> tuple[str, str] | None:
    """Name the rule that one citation breaks, and say how: closed set, then corpus, then quote."""
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
    begin, end = _place(citation, passage)
    if not quote.exact.strip() or begin < 0 or end - begin != len(quote.exact):
        return False
    return (
        passage.text[begin:end] == quote.exact
        # The page shows the words around a quote too.
        and passage.text[:begin].endswith(quote.prefix)
        and passage.text[end:].startswith(quote.suffix)
    )


def _place(citation: DraftCitation, passage: Passage) -> tuple[int, int]:
    return citation.quote.start - passage.start, citation.quote.end - passage.start


def _carried(text: str, citations: Iterable[tuple[DraftCitation, Passage]]) -> bool:
    """Tell whether a quote holds the sentence verbatim, but for blanks and the last full stop.

    What it holds must be whole sentences of the passage: "It is not true that ..." cut away turns
    a quote into its opposite. Paraphrase is not judged yet, and so it is not allowed: the rule
    fails closed.
    """
    words = text.strip().rstrip(".").split()
    if not words:
        return False
    wanted = re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)
    return any(
        _is_whole(passage.text, match)
        for citation, passage in citations
        for match in wanted.finditer(passage.text, *_place(citation, passage))
    )


_CLOSING = "\"')\u201d\u2019]"
_STOP = re.compile(rf"\s?[.!?]+[{re.escape(_CLOSING)}]*(?:\s|$)")


def _is_whole(text: str, match: re.Match[str]) -> bool:
    """Tell whether a match begins and ends where sentences of the text do."""
    before = text[: match.start()].rstrip()
    if before and "\n" not in text[len(before) : match.start()]:
        ended = before.rstrip(_CLOSING)
        if match.start() == len(before) or not ended.endswith((".", "!", "?")):
            return False
    after = text[match.end() :]
    if not after.strip() or "\n" in after[: len(after) - len(after.lstrip())]:
        return True
    if _STOP.match(after):
        return True
    ended = match.group().rstrip(_CLOSING)
    return after[0].isspace() and ended.endswith((".", "!", "?"))


def _hit(rule_id: str, message: str, statement: Statement) -> Hit:
    sentence = statement.sentence
    return Hit(rule_id, message, sentence.sentence_id, 0, len(sentence.text))
