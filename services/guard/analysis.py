"""One shared analysis of a text, computed once and passed to every rule. Pure.

Rules see normalised text (NFKC, no invisible characters, one kind of blank and apostrophe); every
offset they report is mapped back to the text as it was given.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Characters without ink of their own beyond the categories below: marks, fillers, variations.
_NO_INK = frozenset(
    map(chr, (0x115F, 0x1160, 0x3164, 0xFFA0, *range(0x0300, 0x0370), *range(0xFE00, 0xFE10)))
)
_LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
# One kind of apostrophe and quotation mark, and Latin for the letters that pass for it.
_PLAIN = str.maketrans(
    "\u2019\u2018\u02bc\u201c\u201d"
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u0262\u0131"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
    "\u03b1\u03bf\u03bd\u03c1\u03b9"
    "\u0391\u0392\u0395\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
    "'''\"\"aeopcyxijsdhgiABEKMHOPCTYXIJSaovpiABEHIKMNOPTYX",
)

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
    characters: list[str] = []
    offsets: list[int] = []
    for index, original in enumerate(text):
        if _has_no_ink(original):
            continue
        for character in unicodedata.normalize("NFKC", original).translate(_PLAIN):
            characters.append(_one_blank(character))
            offsets.append(index)
    normal = "".join(characters)
    return Analysis(text, normal, tuple(offsets), tuple(_clauses(normal)))


def _has_no_ink(character: str) -> bool:
    hidden = unicodedata.category(character) in ("Cf", "Cc") and not character.isspace()
    return hidden or character in _NO_INK


def _one_blank(character: str) -> str:
    if character in _LINE_ENDS:
        return "\n"
    return " " if character.isspace() else character


def windows(text: str, longest: int, overlap: int) -> Iterator[tuple[int, str]]:
    """Cut a text into overlapping parts with their places, so that searching it stays linear."""
    yield 0, text[:longest]
    for start in range(longest - overlap, len(text) - overlap, longest - overlap):
        yield start, text[start : start + longest]


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
