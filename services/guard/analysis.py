"""One shared analysis of a text, computed once and passed to every rule. Pure.

Rules see normalised text (NFKC, no invisible characters, one kind of blank and apostrophe); every
offset they report is mapped back to the text as it was given.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from caveat.plain import plain, windows

# A clause ends at strong punctuation, or where a conjunction or comma begins a new statement.
_BREAK = re.compile(
    r"[.!?](?=[\"')\]]*(?:\s|$)|(?-i:[A-Z][a-z]))|[;:\n\u2022|\u2014]|\s[-\u2013]\s"
    r"|,\s*(?:and|but|so|or|then|yet)\s|\s(?:but|so|and then)\s|,\s",
    re.IGNORECASE,
)
# ... but not after an abbreviation, or after the number that opens a list item. "Ms." is a title
# and "MS." an illness at the end of a sentence; "no." counts only before a number.
_ABBREVIATION = re.compile(r"\b(?:[Dd]rs?|Mrs?|Ms|vs|e\.g|i\.e|[Aa]pprox)\.$")
_NUMBERED = re.compile(r"\s*\d{1,3}\.")
_NO_BEFORE_NUMBER = re.compile(r"\bno\. \d", re.IGNORECASE)

# Patterns with two open ends cost the square of a text's length, so a clause that is longer than
# any honest one is looked at in overlapping parts.
_LONGEST, _OVERLAP = 400, 200


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
    shown = plain(text, dashes=False)  # "a \u2013 b" is two statements, and "a-b" is one word
    return Analysis(text, shown.text, shown.places, tuple(_clauses(shown.text)))


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
        if match.group() == "." and _goes_on(text, start, match.end()):
            continue
        piece = text[start : match.end()]
        yield from _clause(piece, start, opens=opens)
        in_list = _LIST_BREAK.fullmatch(match.group()) is not None
        opens = not in_list or bool(_INTRODUCTION.match(piece.lstrip()))
        start = match.end()
    yield from _clause(text[start:], start, opens=opens)


def _goes_on(text: str, start: int, end: int) -> bool:
    """Tell whether a full stop ends an abbreviation or a list number, and no statement."""
    if end == len(text):
        return False
    tail = text[max(start, end - 8) : end]
    return bool(
        _ABBREVIATION.search(tail)
        or _NUMBERED.fullmatch(text, start, end)
        or _NO_BEFORE_NUMBER.match(text, max(start, end - 3), end + 2)
    )


def _clause(piece: str, start: int, *, opens: bool) -> Iterator[Clause]:
    stripped = piece.strip(" \t\n,;:-\u2013\u2014\u2022|*_#>\"'()[]")
    begin = start + (piece.index(stripped[0]) if stripped else 0)
    if len(stripped) <= _LONGEST:
        if stripped:
            yield Clause(stripped, begin, opens)
        return
    for shift, part in windows(stripped, _LONGEST, _OVERLAP):
        yield Clause(part, begin + shift, opens and not shift)
