"""Read a text once for alignment: its words, stems, names and markers, with their places. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from services.guard.analysis import analyse
from services.guard.support.lexicon import Term, lexicon
from services.guard.support.markers import Mark, marks_of
from services.guard.support.triggers import Trigger, triggers
from services.guard.support.words import listed, stem

_PREFIXES = "pre|post|non|anti|re|co|sub|un|over|under|peri|intra|inter|extra|hyper|hypo|multi"
_SIGNS = r"[%<>=/\u2264\u2265\u00b0\u00b1\u2013-]"
_TOKEN = re.compile(
    rf"[^\W\d_]+\d+[^\W_]*|\d+(?:[.,]\d+)*|(?i:\b(?:{_PREFIXES})-)?[^\W\d_]+(?:'[^\W\d_]+)?"
    rf"|{_SIGNS}"
)
# The same for ASCII texts, several times as fast; a plain word is taken at once.
_ASCII_TOKEN = re.compile(
    r"[A-Za-z]++(?![\d'-])|[A-Za-z]+\d+[A-Za-z\d]*|\d+(?:[.,]\d+)*"
    rf"|(?i:\b(?:{_PREFIXES})-)?[A-Za-z]+(?:'[A-Za-z]+)?|[%<>=/-]",
    re.ASCII,
)
_LONGEST = 4_000  # characters that are read of one text; no honest sentence has more
# Words that say nothing of what a text is about.
_EMPTY = frozenset(
    listed(
        """
    a an the and or but of in on at to for from by with without as is are was were be
    been being am do does did has have had having it its they them their this that these
    those there here he she his her him you your we our us i my me one who whom whose
    which what when where why how than then so if not no nor never none can could may
    might must should will would shall about into onto over under between during after
    before while until since also both either neither such like very much more most less
    least many few some any all each every other another same own only just even still
    already yet too again once up down out off through per because though although
    however whether against among within upon via around roughly nearly almost people
    person someone anyone everyone nobody others thing things way well get gets got make
    makes made let lets go goes use uses using used take takes taken took be lot kind
    sort case cases number level levels rate amount above below across along apart
    following per unless called hour hours minute minutes day days week weeks month months year
    years half twice once
        known named said say says means mean meant usually often
    sometimes always rarely generally typically commonly mostly mainly especially
    particularly possibly probably perhaps
    """
    )
)


class Token(NamedTuple):
    """A word, number or sign with its stem and its place in the normalised text.

    Texts have many of them: a tuple is made several times as fast as a frozen dataclass.
    """

    word: str  # in lower case
    raw: str
    stem: str
    start: int
    end: int

    is_word: bool  # rather than a figure or a sign
    is_content: bool  # it says what the text is about
    triggers: int  # the patterns that it may be part of


class Name(NamedTuple):
    """A term of the lexicon in a text; `first` and `last` are the places of its tokens."""

    first: int
    last: int
    terms: tuple[Term, ...]


@dataclass(frozen=True, eq=False)
class Reading:
    """A text as alignment sees it. Everything beyond the tokens is worked out when asked for.

    Two readings are the same when they are one object: what is worked out is kept with it.
    """

    text: str
    tokens: tuple[Token, ...]

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """Turns of speech that mean something as a whole, such as "no more than"."""
        return marks_of(self.text) if self.has(Trigger.MARK) else ()

    @cached_property
    def _triggers(self) -> int:
        found = 0
        for token in self.tokens:
            found |= token.triggers
        return found

    def has(self, trigger: int) -> bool:
        """Tell whether a pattern could match the text; only then it need be tried."""
        return self._triggers & trigger != 0

    @cached_property
    def stems(self) -> frozenset[str]:
        """Every stem."""
        return frozenset([token.stem for token in self.tokens])

    @cached_property
    def content(self) -> frozenset[str]:
        """The stems of the words that say what the text is about."""
        return frozenset([token.stem for token in self.tokens if token.is_content])

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """Every term of the lexicon, the longest at each place."""
        stems = tuple([token.stem for token in self.tokens])
        return tuple([Name(a, b - 1, terms) for a, b, terms in lexicon().find(stems)])

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """For each token what it is compared by: the group of its name, or else its stem."""
        keys = [token.stem for token in self.tokens]
        for name in self.names:
            keys[name.first : name.last + 1] = [f"#{name.terms[0].group}"] * (
                name.last + 1 - name.first
            )
        return tuple(keys)

    @cached_property
    def groups(self) -> frozenset[int]:
        """The groups of the terms that the text names."""
        return frozenset(t.group for name in self.names for t in name.terms)

    def kinds_of(self, marks: str) -> Iterator[Mark]:
        """Yield the marks of one kind."""
        return (mark for mark in self.marks if mark.kind == marks)

    def is_marked(self, token: Token) -> bool:
        """Tell whether a word is part of a turn of speech, and so says nothing by itself."""
        return any(mark.start <= token.start < mark.end for mark in self.marks)


@lru_cache(maxsize=1_024)
def read(text: str) -> Reading:
    """Read a text; what is beyond the length of any honest one is left unread."""
    plain = normal(text)
    # Letters that grow in lower case would move every place behind them.
    lower = (
        "".join(c.lower() if len(c.lower()) == 1 else c for c in plain)
        if not plain.isascii()
        else plain.lower()
    )
    return Reading(lower, tuple(_tokens(plain)))


def normal(text: str) -> str:
    """Return the normalised text that places refer to."""
    text = text[:_LONGEST]
    return text if text.isascii() and text.isprintable() else analyse(text).text


def _tokens(text: str) -> Iterator[Token]:
    for match in (_ASCII_TOKEN if text.isascii() else _TOKEN).finditer(text):
        raw = match[0]
        known = _word(raw) if len(raw) <= _LONGEST_WORD else _word.__wrapped__(raw)
        word, base, is_word, content, bits = known
        yield Token(word, raw, base, match.start(), match.end(), is_word, content, bits)


_LONGEST_WORD = 40  # letters of a word that is remembered; a longer one is none of a language


@lru_cache(maxsize=8_192)
def _word(raw: str) -> tuple[str, str, bool, bool, int]:
    """Return what a token holds of its word, beside its place."""
    word = raw.lower() if len(raw) == 1 else raw.lower().replace("-", "")
    if not word[0].isalpha():
        return word, word, False, False, 0
    return word, stem(word), True, len(word) > 2 and word not in _EMPTY, triggers(raw)


_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[A-Z\d\"'(\[])|\n+")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|vs|approx|Dr|Mr|Mrs|No|Fig|al)\.$")


@lru_cache(maxsize=256)
def sentences_of(text: str) -> tuple[tuple[int, int], ...]:
    """Return the places of a passage's sentences in it."""
    places: list[tuple[int, int]] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if _ABBREVIATION.search(text, max(start, match.start() - 8), match.start()):
            continue
        places.append((start, match.start()))
        start = match.end()
    places.append((start, len(text)))
    return tuple((a, b) for a, b in places if text[a:b].strip())
