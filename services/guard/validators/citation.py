"""citation.*: every clinical sentence rests on words of a passage of the corpus, and says no more.

A sentence that stands in the quote word for word and whole passes. Any other is aligned with it:
see `services.guard.support`.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from caveat.model import DraftCitation, Passage
from caveat.terms import is_said
from services.guard.examination import Examination, Hit, Statement
from services.guard.support import alignment
from services.guard.support.alignment import Basis, Mismatch, align
from services.guard.validators import provenance

RULES = (
    "citation.missing",
    "citation.unknown",
    "citation.quote_mismatch",
    *alignment.RULES,
    *provenance.RULES,
)
# How many different quotes one sentence is aligned with; more than that support nothing better.
_MOST_QUOTES = 8


def check(examination: Examination) -> Iterator[Hit]:
    """Run every citation rule over every statement."""
    if not examination.cited:
        return
    for statement in examination.statements:
        if statement.oversize:
            continue  # form.oversize drops it
        sentence = statement.sentence
        if statement.needs_citation and not sentence.citations:
            yield statement.hit("citation.missing", "no passage is named as its source")
        sound = []
        for citation in sentence.citations:
            if (fault := fault_of(citation, examination)) is not None:
                yield statement.hit(*fault)
            else:
                sound.append((citation, examination.corpus[citation.passage_id]))
        if sound and statement.needs_citation:
            yield from _unsupported(statement, sound)
        yield from provenance.check(statement, (p for _, p in sound), examination)


def _unsupported(
    statement: Statement, sound: Sequence[tuple[DraftCitation, Passage]]
) -> Iterator[Hit]:
    """Hold a sentence to the quote that carries it best; one that carries it all is enough."""
    text = statement.sentence.text
    if statement.kind == "definition" and not any(is_said(p, text) for _, p in sound):
        yield statement.hit(alignment.UNSUPPORTED, "no definition of the corpus says this")
        return
    if _carried(text, sound):
        return
    if _is_cropped(text, sound):
        yield statement.hit(alignment.UNSUPPORTED, "the sentence is cut from a longer one")
        return
    quotes = tuple(dict.fromkeys(sound))[:_MOST_QUOTES]
    faults = [_mismatches(statement, *cited) for cited in quotes]
    yield from _hits(sorted(faults, key=len)[0], statement)


def _mismatches(
    statement: Statement, citation: DraftCitation, passage: Passage
) -> tuple[Mismatch, ...]:
    heading = f"{passage.subject}. {passage.heading}"
    return align(statement.analysis.text, Basis(passage.text, heading, *_place(citation, passage)))


def _hits(faults: Iterable[Mismatch], statement: Statement) -> Iterator[Hit]:
    """Yield one hit for each rule: the first mismatch of its kind."""
    sentence = statement.sentence
    for fault in {f.rule_id: f for f in reversed(tuple(faults))}.values():
        start, end = statement.analysis.original_span(fault.start, fault.end)
        if start == end:
            start, end = 0, len(sentence.text)
        yield Hit(fault.rule_id, fault.message, sentence.sentence_id, start, end)


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
    a quote into its opposite.
    """
    return any(
        _is_whole(passage.text, *found)
        for citation, passage in citations
        for found in _found(text, passage, *_place(citation, passage))
    )


def _is_cropped(text: str, citations: Iterable[tuple[DraftCitation, Passage]]) -> bool:
    """Tell whether a sentence is cut out of a passage, but for whole clauses of the quote."""
    return any(
        not (begin <= start and stop <= end and _is_clause(passage.text, start, stop))
        for citation, passage in citations
        for begin, end in [_place(citation, passage)]
        for start, stop in _found(text, passage, 0, len(passage.text))
    )


def _found(text: str, passage: Passage, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where a sentence stands in a part of a passage, whatever its blanks and capitals."""
    words = text.strip().rstrip(".").split()
    if not words:
        return
    if not (text.isascii() and passage.text.isascii()):
        wanted = re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)
        yield from (match.span() for match in wanted.finditer(passage.text, begin, end))
        return
    # A pattern for each sentence would cost more than all the rest.
    plain, places = _plain(passage.text)
    sought = " ".join(words).lower()
    start = plain.find(sought, bisect_left(places, begin))
    while start >= 0 and (stop := places[start + len(sought) - 1] + 1) <= end:
        yield places[start], stop
        start = plain.find(sought, start + len(sought))


@lru_cache(maxsize=128)
def _plain(text: str) -> tuple[str, Sequence[int]]:
    """Return an ASCII text in lower case with single blanks, and the place of each character."""
    places = array("l")
    for word in _WORD.finditer(text):
        if places:
            places.append(word.start() - 1)
        places.extend(range(*word.span()))
    return " ".join(text.lower().split()), places


_WORD = re.compile(r"\S+")
_CLAUSE_BEFORE = re.compile(r"(?:^|[.!?;:]|,(?: (?:and|but|so))?)\s*$")
_CLAUSE_AFTER = re.compile(r"\s*(?:$|[.!?;]|, (?:and|but|so)\b)")


def _is_clause(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 8) : start]
    if _CLAUSE_BEFORE.search(before) is None:
        return False
    return _CLAUSE_AFTER.match(text, end) is not None and not text[end:][:2].strip(". ").isdigit()


_CLOSING = "\"')\u201d\u2019]"
_STOP = re.compile(rf"\s?[.!?]+[{re.escape(_CLOSING)}]*(?:\s|$)")


def _is_whole(text: str, start: int, end: int) -> bool:
    """Tell whether a part of a text begins and ends where sentences of it do."""
    before = text[:start].rstrip()
    if before and "\n" not in text[len(before) : start]:
        ended = before.rstrip(_CLOSING)
        if start == len(before) or not ended.endswith((".", "!", "?")):
            return False
    after = text[end:]
    if not after.strip() or "\n" in after[: len(after) - len(after.lstrip())]:
        return True
    if _STOP.match(after):
        return True
    ended = text[start:end].rstrip(_CLOSING)
    return after[0].isspace() and ended.endswith((".", "!", "?"))
