"""How a definition names its word, and where a text uses it. Pure.

A *definition* is a passage of the facet `definition`: one sentence that says what a word means. Its
heading holds the word as it is shown, then its other spellings: "blast / blast cell". Retriever,
generator and guard find words by these rules and no others, so that they mean the same places.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from caveat.model import Passage

DEFINITION = "definition"
LONGEST_TERM = 120  # code points that a word to look up may have

_BETWEEN = " / "
_ACRONYM = re.compile(r"(?:\w*[A-Z]){2}")
_GAP = "[-\\s\u2010\u2011]+"
# A word that is part of a longer one is another word: "MDS/AML", "phase 1/2", "anti-insulin".
_BEFORE = "(?<![\\w/\u2010\u2011-])"
_AFTER = "(?!\\w|[-/.\u2010\u2011]\\w)"


@dataclass(frozen=True, slots=True)
class Use:
    """Where a text uses a word; offsets are code points of the text, `end` is exclusive."""

    definition: Passage
    start: int
    end: int


def names_of(definition: Passage) -> tuple[str, ...]:
    """List the spellings of the word that a passage defines, the one to show first."""
    return tuple(name.strip() for name in definition.heading.split(_BETWEEN) if name.strip())


def is_said(definition: Passage, text: str) -> bool:
    """Tell whether a text is this definition, word for word and whole."""
    return definition.facet == DEFINITION and text.split() == definition.text.split()


class Vocabulary:
    """The words that some definitions explain. Of two with one spelling the first counts."""

    def __init__(self, definitions: Iterable[Passage]) -> None:
        self.definitions = tuple(definitions)
        named = ((name, d) for d in self.definitions for name in names_of(d))
        # The longest first: "insulin resistance" is no use of "insulin".
        ordered = sorted(named, key=lambda pair: -len(pair[0]))
        self._defined = tuple(definition for _, definition in ordered)
        spellings = "|".join(f"({_spelling(name)})" for name, _ in ordered)
        # Nothing at all is explained without definitions; this pattern finds nothing.
        pattern = f"{_BEFORE}(?:{spellings}){_AFTER}" if ordered else "(?!)"
        self._in_texts = re.compile(pattern)
        self._asked_for = re.compile(pattern, re.IGNORECASE)  # people type "mds"

    def uses(self, text: str) -> Iterator[Use]:
        """Yield every use of a word in a text, in order; none lies in another."""
        for match in self._in_texts.finditer(text):
            yield Use(self._meant(match), *match.span())

    def named(self, name: str) -> Passage | None:
        """Find the definition of a word in one of its spellings."""
        whole = self._asked_for.fullmatch(name.strip())
        return self._meant(whole) if whole else None

    def _meant(self, match: re.Match[str]) -> Passage:
        return self._defined[(match.lastindex or 1) - 1]


def _spelling(name: str) -> str:
    """Write a name as a pattern: blanks and hyphens are one, a plural is a use, case is free.

    But for an acronym, whose case tells it from a word.
    """
    return _GAP.join(_word(word) for word in re.split(r"[-\s]+", name))


def _word(word: str) -> str:
    opening, inner, closing = re.fullmatch(r"(\W*)(.*?)(\W*)", word, re.DOTALL).groups()  # type: ignore[union-attr]
    stem, ending = (inner[:-1], "(?:y|ies)") if inner.endswith("y") else (inner, "(?:s|es)?")
    letters = re.escape(stem) if _ACRONYM.search(inner) else f"(?i:{re.escape(stem)})"
    return re.escape(opening) + letters + ending + re.escape(closing)
