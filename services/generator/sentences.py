"""Find the sentences of a passage, with their places. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from caveat.model import Passage, Quote

CONTEXT = 32  # code points of prefix and suffix around a quote
_LOOK_BACK = 40  # code points before a full stop that can show an abbreviation

_END = re.compile(r"[.!?](?:[\"')\u201d\u2019\]]+)?(?=\s+[A-Z0-9\"'(\u201c]|\s*$)|\n+")
# A single capital is an initial after a name ("John F."), and a kind after a word ("hepatitis C.").
_NOT_AN_END = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|vs|e\.g|i\.e|etc|approx|Fig|No|al|ca|cf|U\.S)\."
    r"|(?:^\s*|\(|\b[A-Z][\w.'-]*\s)[A-Z]\.)$"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage that could stand on the page; offsets are in the passage."""

    passage: Passage
    rank: int
    score_permille: int
    start: int
    end: int

    @property
    def exact(self) -> str:
        """The words as they stand in the passage."""
        return self.passage.text[self.start : self.end]

    @property
    def text(self) -> str:
        """The words on one line."""
        return " ".join(self.exact.split())

    def quote(self) -> Quote:
        """Quote the sentence, with offsets in the source's stored text."""
        return quote_of(self.passage, self.start, self.end)


def quote_of(passage: Passage, start: int, end: int) -> Quote:
    """Quote a part of a passage, with the words around it."""
    text = passage.text
    return Quote(
        exact=text[start:end],
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
        start=passage.start + start,
        end=passage.start + end,
    )


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the [start, end) of each sentence, blanks trimmed."""
    start = 0
    for match in _END.finditer(text):
        before = text[max(start, match.start() - _LOOK_BACK) : match.start() + 1]
        if match.group().startswith(".") and _NOT_AN_END.search(before):
            continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    body = piece.strip()
    if body:
        begin = start + piece.index(body[0])
        yield begin, begin + len(body)
