"""Patterns that are searched for only in texts that have a word of theirs. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Sought:
    """A pattern, and how words begin of which a text has at least one wherever it matches."""

    stems: frozenset[str]
    pattern: re.Pattern[str]


STEM = 5  # letters
_WORDS = re.compile(r"\w+")


def sought(words: str, pattern: str) -> Sought:
    """Pair a pattern, in small letters and from the beginning of a word, with its words."""
    return Sought(frozenset(word[:STEM] for word in words.split()), re.compile(rf"\b(?:{pattern})"))


def matches_any(kinds: Iterable[Sought], small: str) -> bool:
    """Tell whether a pattern is found in a text of small letters; most have none of the words."""
    stems = _stems(small)
    return any(not kind.stems.isdisjoint(stems) and kind.pattern.search(small) for kind in kinds)


@lru_cache(maxsize=64)  # the same part is looked at more than once in a row
def _stems(small: str) -> frozenset[str]:
    return frozenset(word[:STEM] for word in _WORDS.findall(small))
