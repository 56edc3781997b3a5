"""Cut a sentence where its marks begin and end, so that a template only has to draw. Pure.

Offsets count the code points of the signed text. Characters that are left out of what is shown
move no mark, since each piece is made safe on its own.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

from caveat.errors import MalformedEvent
from caveat.readable import plain
from services.renderer.document import Node
from services.renderer.page import Piece

_STYLES = frozenset({"strong", "emphasis"})


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    name: str


def pieces_of(sentence: Node, terms: Collection[str]) -> tuple[Piece, ...]:
    """Cut a sentence; `terms` are the words that the page explains. Raises MalformedEvent."""
    sentence.text("text")  # so that the raw text below is one
    text = str(sentence.fields["text"])
    words = _spans(sentence, "terms", "term", terms, len(text))
    styles = _spans(sentence, "spans", "style", _STYLES, len(text))
    cuts = {0, len(text), *(at for span in (*words, *styles) for at in (span.start, span.end))}
    return tuple(
        Piece(plain(text[start:end]), _at(words, start), _at(styles, start))
        for start, end in pairwise(sorted(cuts))
    )


def _spans(
    sentence: Node, part: str, key: str, known: Collection[str], length: int
) -> tuple[_Span, ...]:
    spans = sorted(
        (_Span(n.number("start"), n.number("end"), n.text(key)) for n in sentence.children(part)),
        key=lambda span: span.start,
    )
    for span in spans:
        if not 0 <= span.start < span.end <= length:
            raise MalformedEvent(f"{sentence.at}.{part} leaves its text")
        if span.name not in known:
            raise MalformedEvent(f"{sentence.at}.{part} names an unknown {key}")
    if any(other.start < one.end for one, other in pairwise(spans)):
        raise MalformedEvent(f"{sentence.at}.{part} overlap")
    return tuple(spans)


def _at(spans: Iterable[_Span], place: int) -> str:
    return next((span.name for span in spans if span.start <= place < span.end), "")
