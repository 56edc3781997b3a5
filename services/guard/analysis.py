"""One shared analysis of a text, computed once and passed to every rule. Pure.

Rules see normalised text (NFKC, no invisible characters, one kind of blank and apostrophe); every
offset they report is mapped back to the text as it was given.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f") | frozenset(
    map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
)
_PLAIN = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"'})

# A clause ends at strong punctuation, or where a conjunction or comma begins a new statement.
_BREAK = re.compile(
    r"[.!?](?=\s|$)|[;:\n\u2022|]|\s[-\u2013\u2014]\s"
    r"|,\s*(?:and|but|so|or|then|yet)\s|\s(?:but|so|and then)\s|,\s",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(r"(?:\b(?:dr|mr|mrs|ms|vs|e\.g|i\.e|approx|no)|\d)\.$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a text that says one thing; `start` is its place in the normalised text.

    `opens` is true where a statement of its own can begin: after strong punctuation, after a
    connective, or after an introductory clause ("If it hurts, ..."), but not inside a list.
    """

    text: str
    start: int
    opens: bool


@dataclass(frozen=True, slots=True)
class Analysis:
    """A text, its normalised form, and the way back."""

    original: str
    text: str
    offsets: tuple[int, ...]
    clauses: tuple[Clause, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Map a span of the normalised text to the original, in code points."""
        if start >= end or not self.offsets:
            return (0, 0)
        return (self.offsets[start], self.offsets[end - 1] + 1)


def analyse(text: str) -> Analysis:
    """Normalise a text and split it into clauses."""
    characters: list[str] = []
    offsets: list[int] = []
    for index, original in enumerate(text):
        if original in _INVISIBLE:
            continue
        for character in unicodedata.normalize("NFKC", original).translate(_PLAIN):
            blank = character.isspace() and character != "\n"
            characters.append(" " if blank else character)
            offsets.append(index)
    normal = "".join(characters)
    return Analysis(text, normal, tuple(offsets), tuple(_clauses(normal)))


_INTRODUCTION = re.compile(
    r"^(?:if|when|once|before|after|until|unless|while|even|to|in order|also|instead|finally|first"
    r"|next|for|in addition|otherwise|today|tonight|tomorrow|and|but|so|or|then|no|yes|ok|well"
    r"|as (?:your|a)|honestly|personally|frankly|\w+ing|\w+ly)\b",
    re.IGNORECASE,
)
_LIST_BREAK = re.compile(r",\s(?:or\s)?", re.IGNORECASE)


def _clauses(text: str) -> Iterator[Clause]:
    start, opens = 0, True
    for match in _BREAK.finditer(text):
        before = text[: match.end()]
        if match.group() == "." and _ABBREVIATION.search(before) and match.end() < len(text):
            continue
        piece = text[start : match.end()]
        yield from _clause(piece, start, opens=opens)
        in_list = _LIST_BREAK.fullmatch(match.group()) is not None
        opens = not in_list or bool(_INTRODUCTION.match(piece.lstrip()))
        start = match.end()
    yield from _clause(text[start:], start, opens=opens)


def _clause(piece: str, start: int, *, opens: bool) -> Iterator[Clause]:
    stripped = piece.strip(" \t\n,;:-\u2013\u2014\u2022|*")
    if stripped:
        yield Clause(stripped, start + piece.index(stripped[0]), opens)
