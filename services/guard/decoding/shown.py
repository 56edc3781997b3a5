"""What the ways of decoding share: a text with its words, and which words they look for. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
VOCABULARY = frozenset(
    re.findall(
        r"\w+",
        """
        a about again all alone an and any are as ask at away back be before begin better by call
        can cancel cancer care chemo child choose come cure cured day days deny die do doctor does
        dose double down drink drop eat every fine fish for free from get give go good half have
        heart help heparin her him his home i if in instead insulin is it its keep leave less
        lithium live liver me medicine more morning must my need needed never new next no not
        nothing now of off on one or other our out pill pills please put quit refuse rest restart
        safe see should skip sleep start statin stay stop surgery switch tablet tablets take
        taking tell test than that the them then there this three till to today tomorrow tonight
        too treatment trial trust try twice two until up use vaccine wait was way we week will
        with within without worry year years you your
        """,
    )
)
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
    return Shown(text, frozenset(text), tuple(text.split()), frozenset(_WORD.findall(text.lower())))


def hits_of(text: str) -> tuple[int, int]:
    """Count the words of a text that are known, and all of them."""
    words = _LETTERS.findall(text.lower())
    return known_of(words), len(words)


def known_of(words: Iterable[str]) -> int:
    """Count the words that are known."""
    return sum(word in VOCABULARY for word in words)
