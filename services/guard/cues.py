"""Words that a pattern cannot do without, so that most texts are not searched at all. Pure.

A pattern of many words costs a hundred times what a look at a set of words does, and most
sentences of a page hold none of them. A cue is a whole word of English letters; tests hold every
pattern to its cues.
"""

import re
from dataclasses import dataclass

_RUN = re.compile(r"[a-z]+")


def words_in(text: str) -> frozenset[str]:
    """Return the runs of English letters of a text, in small letters: "don't" is "don" and "t"."""
    return frozenset(_RUN.findall(text.lower()))


@dataclass(frozen=True, slots=True)
class Cued:
    """A pattern, and the words of which every text that it matches holds one; none if any may."""

    pattern: re.Pattern[str]
    cues: frozenset[str] = frozenset()

    def search(self, text: str, words: frozenset[str]) -> re.Match[str] | None:
        """Search a text whose words are given."""
        if self.cues and self.cues.isdisjoint(words):
            return None
        return self.pattern.search(text)


def cued(pattern: str, *words: str) -> Cued:
    """Make a pattern that ignores case; the cues are words with blanks between them."""
    return Cued(re.compile(pattern, re.IGNORECASE), frozenset(" ".join(words).split()))


def with_s(words: str) -> str:
    """Put an s behind each word."""
    return " ".join(f"{word}s" for word in words.split())
