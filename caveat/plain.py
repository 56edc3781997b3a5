"""The plain form of a text: what a reader sees, whatever characters it is made of. Pure.

Compatibility forms become the letters that they show, characters without ink go, letters of other
scripts that pass for Latin ones become Latin, and every kind of blank, hyphen or apostrophe becomes
one kind. Each character knows its place in the text as it was given.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Characters without ink of their own beyond the categories below: marks, fillers, variations.
_NO_INK = frozenset(
    map(chr, (0x115F, 0x1160, 0x3164, 0xFFA0, *range(0x0300, 0x0370), *range(0xFE00, 0xFE10)))
)
_LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_LETTERS = str.maketrans(
    "\u2019\u2018\u02bc\u201c\u201d"
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u0262\u0131"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
    "\u03b1\u03bf\u03bd\u03c1\u03b9"
    "\u0391\u0392\u0395\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
    "'''\"\"aeopcyxijsdhgiABEKMHOPCTYXIJSaovpiABEHIKMNOPTYX",
)
_LETTERS_AND_DASHES = _LETTERS | dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2212), "-")


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in its plain form, and the way back."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Map a span to the text as it was given, in code points."""
        if start >= end or not self.places:
            return (0, 0)
        return (self.places[start], self.places[end - 1] + 1)


def plain(text: str, *, dashes: bool = True) -> Plain:
    """Return the plain form of a text; without `dashes` each kind of them stays what it is."""
    table = _LETTERS_AND_DASHES if dashes else _LETTERS
    if text.isascii() and text.replace("\n", " ").isprintable():
        return Plain(text, tuple(range(len(text))))
    characters: list[str] = []
    places: list[int] = []
    for place, given in enumerate(text):
        if _has_no_ink(given):
            continue
        for character in unicodedata.normalize("NFKC", given).translate(table):
            characters.append(_one_blank(character))
            places.append(place)
    return Plain("".join(characters), tuple(places))


def windows(text: str, longest: int, overlap: int) -> Iterator[tuple[int, str]]:
    """Cut a text into overlapping parts with their places, so that searching it stays linear."""
    yield 0, text[:longest]
    for start in range(longest - overlap, len(text) - overlap, longest - overlap):
        yield start, text[start : start + longest]


def _has_no_ink(character: str) -> bool:
    hidden = unicodedata.category(character) in ("Cf", "Cc") and not character.isspace()
    return hidden or character in _NO_INK


def _one_blank(character: str) -> str:
    if character in _LINE_ENDS:
        return "\n"
    return " " if character.isspace() else character
