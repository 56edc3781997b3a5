"""Patterns that are searched for only in texts that have words of theirs. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

STEM = 5  # letters: how words begin is enough to tell that a text cannot match
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Sought:
    """A pattern, and how words begin of which a text has at least one wherever it matches.

    Where the first of them are common, it has one of the others as well.
    """

    stems: frozenset[str]
    pattern: re.Pattern[str]
    others: frozenset[str] = frozenset()


def stems_of(words: str) -> frozenset[str]:
    """Cut words to their beginnings."""
    return frozenset(word[:STEM] for word in words.split())


def sought(words: str, pattern: str, others: str = "") -> Sought:
    """Pair a pattern, in small letters and from the beginning of a word, with its words."""
    return Sought(stems_of(words), re.compile(rf"\b(?:{pattern})"), stems_of(others))


class Index:
    """Patterns by their words, so that what a text cannot match costs nothing."""

    def __init__(self, *kinds: Sought) -> None:
        by_stem: dict[str, list[Sought]] = {}
        for kind in kinds:
            for stem in kind.stems:
                by_stem.setdefault(stem, []).append(kind)
        self._by_stem: Mapping[str, Iterable[Sought]] = by_stem
        self._stems = frozenset(by_stem)

    def finds(self, small: str) -> bool:
        """Tell whether a pattern is found in a text of small letters."""
        stems = _stems(small)
        tried: set[int] = set()
        for stem in self._stems & stems:
            for kind in self._by_stem[stem]:
                if id(kind) in tried or (kind.others and kind.others.isdisjoint(stems)):
                    continue
                tried.add(id(kind))
                if kind.pattern.search(small):
                    return True
        return False


@lru_cache(maxsize=64)  # the same part is looked at more than once in a row
def _stems(small: str) -> frozenset[str]:
    return frozenset(word[:STEM] for word in _WORDS.findall(small))
