"""The features of a sentence for the classifier of advice: words and grammar. Pure.

Read from normalised text. Citation markers count for nothing: whether a sentence is cited is
another family's business, and it must not soften what is said.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.guard.clusters import cluster_of
from services.guard.frames import frames_of
from services.guard.words import BASE_VERBS, REFERRING, kind_of

_TOKEN = re.compile(
    r"\d+(?:[.,/]\d+)*|n't|[^\W\d_]+(?=n't)|[^\W\d_]+|'(?:s|re|ve|ll|d|m)\b|[^\w\s]"
)
_MARKER = re.compile(r"\[\d{1,3}(?:, ?\d{1,3})*\]")
_FULL = (("can't", "ca n't"), ("won't", "wo n't"))
_STRONG = frozenset(";:.!?-\u2013\u2014(|\u2022")
_JOINTS = frozenset(("and", "but", "so", "then", "or"))
_BEFORE_VERB = frozenset(
    "please just simply always never do n't not now first then instead also kindly only".split()
)
_SUBORDINATE = frozenset(
    """if when before after until unless while because since whether that how what why where which
    who whom though although once as""".split()
)
_INTRODUCING = _SUBORDINATE | frozenset(
    "in for with at on given to today tonight tomorrow honestly personally by next also".split()
)
_AFTER_NOUN = frozenset(
    "is are was were of may can has have or and - did does do had will would could might".split()
)
_TELLING = frozenset(("GROUP", "SOURCE", "SAID", "RELATIVE", "REMEDY", "FIT", "CARER"))
_MODALS = frozenset(
    "should must can could may might will would shall ought need have had 'd 'll".split()
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign in small letters, and its place in the text."""

    text: str
    start: int
    end: int


def tokens_of(text: str) -> tuple[Token, ...]:
    """Split normalised text into tokens; a figure is one token, whatever its value."""
    return tuple(
        Token("#" if m.group()[0].isdigit() else m.group(), m.start(), m.end())
        for m in _TOKEN.finditer(_small(text))
    )


def features_of(text: str) -> frozenset[str]:
    """List what the classifier weighs; each name says its family before the colon."""
    found = _TOKEN.findall(_small(text))
    words = ["<", *("#" if word[0].isdigit() else word for word in found), ">"]
    kinds = ["<", *map(kind_of, found), ">"]
    clusters = ["<", *map(cluster_of, found), ">"]
    return frozenset(
        (
            *[f"w:{one}" for one in words],
            *_pairs("w", words),
            *_threes("w", words),
            *_pairs("k", kinds),
            *_threes("k", kinds),
            *[f"t:{word[:5]}" for word in words],
            *[f"c:{one}" for one in clusters if one[0] == "C"],
            *_pairs("c", clusters),
            *_threes("c", clusters),
            *_apart(kinds[1:-1]),
            *_grammar(words, kinds),
            *[f"g:frame {name}" for name in frames_of(text)],
        )
    )


def _small(text: str) -> str:
    """Return a text in small letters, with blanks for its citation markers: places stay."""
    small = text.lower()
    return _MARKER.sub(lambda m: " " * len(m.group()), small) if "[" in small else small


def _pairs(family: str, parts: Sequence[str]) -> list[str]:
    return [f"{family}:{a} {b}" for a, b in pairwise(parts)]


def _threes(family: str, parts: Sequence[str]) -> list[str]:
    together = zip(parts, parts[1:], parts[2:], strict=False)
    return [f"{family}:{a} {b} {c}" for a, b, c in together]


def _apart(kinds: Sequence[str]) -> list[str]:
    """Pair kinds of words that stand a little apart: "you ... tablets"."""
    telling = [(at, kind) for at, kind in enumerate(kinds) if kind[0] not in "*-"]
    return [
        f"x:{first}~{second}"
        for place, (at, first) in enumerate(telling)
        for other, second in telling[place + 1 : place + 6]
        if 2 <= other - at <= 5
    ]


def _grammar(words: Sequence[str], kinds: Sequence[str]) -> Iterator[str]:
    """Say how clauses begin, what they instruct, and what the reader is said to do."""
    ahead = [*kinds, ">", ">"]
    for at in openings(words):
        yield f"o:{' '.join(words[at : at + 2])}"
        yield f"o:{' '.join(kinds[at : at + 3])}"
        if words[at] in BASE_VERBS and words[at + 1] not in _AFTER_NOUN:
            manner = "refer" if words[at] in REFERRING else "act"
            yield f"g:instruction {manner}"
            yield f"g:instruction {manner} {ahead[at + 1]}"
    for at, inside in _addressed(words):
        yield f"g:{words[at]} in {inside}"
        yield f"g:{inside} {words[at]} {kinds[at + 1]}"
        if words[at] == "you" and words[at + 1] in _MODALS:
            yield f"g:{inside} you modal {ahead[at + 2]}"
    yield from (f"g:has {kind}" for kind in _TELLING.intersection(kinds))


def _addressed(words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Find "you" and "your", each with the word that opened its subordinate clause, or "main"."""
    inside = "main"
    for at, word in enumerate(words):
        if word in _STRONG or word == ",":
            inside = "main"
        elif word in _SUBORDINATE:
            inside = word
        if word in ("you", "your"):
            yield at, inside


def openings(words: Sequence[str]) -> Iterator[int]:
    """Find where a statement of its own can begin, past words such as "please" and "do not".

    After a comma it can only where what stands before is an introduction ("If it hurts, ...").
    """
    fresh, introduced = False, False
    for at, word in enumerate(words[:-1]):
        if word == "<" or word in _STRONG:
            fresh, introduced = True, words[at + 1] in _INTRODUCING
        elif word == ",":
            fresh, introduced = fresh or introduced, False
        elif word in _JOINTS:
            fresh = True
        elif fresh and word not in _BEFORE_VERB:
            fresh = False
            yield at
