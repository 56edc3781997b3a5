"""The words that alignment knows: names that may not be exchanged, and words that say the same.

Read once from the text files beside this module, which say where they come from. Pure after that.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from services.guard.support.words import base, stem

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 5  # words of a term

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One name: its kind, and the number of the group of names that mean the same."""

    kind: str
    group: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Terms by their stems, longest first, and what implies them."""

    terms: Mapping[str, tuple[tuple[Stems, tuple[Term, ...]], ...]]
    implied_by: Mapping[int, frozenset[str]]
    synonyms: Mapping[str, frozenset[int]]
    diseases: frozenset[str] = field(default=frozenset())

    def find(self, stems: Stems) -> Iterator[tuple[int, int, tuple[Term, ...]]]:
        """Yield every term in a text of stems, the longest at each place, with its place."""
        reached = 0
        for place, first in enumerate(stems):
            if first not in self.terms or place < reached:
                continue
            for words, found in self.terms[first]:
                end = place + len(words)
                if stems[place:end] == words:
                    yield place, end, found
                    reached = end
                    break


def stems_of(text: str) -> Stems:
    """Return the stems of a text's words."""
    return tuple(stem(word) for word in _WORD.findall(text.casefold()))


@cache
def lexicon() -> Lexicon:
    """Read the lexicon of this package."""
    return build(_text("terms.txt"), _text("synonyms.txt"), _text("diseases.txt"))


def build(terms: str, synonyms: str, diseases: str) -> Lexicon:
    """Make a lexicon of the texts of its three files."""
    found: dict[Stems, list[Term]] = {}
    implied: dict[int, frozenset[str]] = {}
    for number, (kind, group, sources) in enumerate(_groups(terms)):
        implied[number] = frozenset(s for text in sources for s in stems_of(text))
        for words in filter(None, map(stems_of, group)):
            found.setdefault(words[:_LONGEST], []).append(Term(kind, number))
    by_first: dict[str, list[tuple[Stems, tuple[Term, ...]]]] = {}
    for words, named in sorted(found.items(), key=lambda pair: -len(pair[0])):
        by_first.setdefault(words[0], []).append((words, tuple(dict.fromkeys(named))))
    return Lexicon(
        {first: tuple(listed) for first, listed in by_first.items()},
        implied,
        _synonyms(synonyms),
        frozenset(base(word) for line in _lines(diseases) for word in line.split()),
    )


def _groups(text: str) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    kind = ""
    for line in _lines(text):
        if line.startswith("["):
            kind = line.strip("[]")
            continue
        for group in filter(str.strip, line.split(";")):
            names, _, sources = group.partition("<-")
            yield kind, _parted(names), _parted(sources)


def _synonyms(text: str) -> Mapping[str, frozenset[int]]:
    groups: dict[str, set[int]] = {}
    for number, group in enumerate(g for line in _lines(text) for g in line.split(";")):
        for word in _parted(group):
            words = stems_of(word)
            if len(words) == 1:
                groups.setdefault(words[0], set()).add(number)
    return {word: frozenset(numbers) for word, numbers in groups.items()}


def _lines(text: str) -> Iterable[str]:
    return (line.strip() for line in text.splitlines() if line.strip() and line[0] != "#")


def _parted(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _text(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def digest() -> str:
    """Return the SHA-256 of the lexicon's files together."""
    names = ("terms.txt", "synonyms.txt", "diseases.txt", "opposites.txt")
    return hashlib.sha256("".join(map(_text, names)).encode()).hexdigest()
