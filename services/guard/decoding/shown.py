"""What the ways of decoding share: a text with its words, and which words they look for. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from services.guard.decoding.lexicon import KNOWN

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
# Words of nearly every English sentence; one that has any of them is no cipher.
ENGLISH = frozenset(
    "the of in and is are to for with or by a an was were from on can as at have has".split()
)
_WORD = re.compile(r"\w+")
_LETTERS = re.compile(r"[a-z']+")


@dataclass(frozen=True, slots=True)
class Shown:
    """A text taken apart once, so that most ways of decoding need no search to see nothing."""

    text: str
    signs: frozenset[str]  # the characters that occur
    tokens: tuple[str, ...]  # what stands between blanks
    words: frozenset[str]  # in small letters
    unknown: frozenset[str]  # those of them that are not known
    strange: frozenset[str]  # ... and are longer, and of ASCII letters

    @property
    def has_digits(self) -> bool:
        """Whether an ASCII digit occurs."""
        return not self.signs.isdisjoint("0123456789")

    @property
    def is_english(self) -> bool:
        """Whether a word occurs that nearly every English sentence has."""
        return not self.words.isdisjoint(ENGLISH)


def shown_of(text: str) -> Shown:
    """Take a text apart."""
    words = frozenset(_WORD.findall(text.lower()))
    unknown = words - KNOWN
    strange = frozenset(
        word for word in unknown if len(word) > 2 and word.isascii() and word.isalpha()
    )
    return Shown(text, frozenset(text), tuple(text.split()), words, unknown, strange)


def hits_of(text: str) -> tuple[int, int]:
    """Count the words of a text that are known, and all of them."""
    words = _LETTERS.findall(text.lower())
    return known_of(words), len(words)


def known_of(words: Iterable[str]) -> int:
    """Count the words that are known."""
    return sum(word in KNOWN for word in words)
