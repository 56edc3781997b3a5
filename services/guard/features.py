"""The features of a sentence for the classifier of advice: words and grammar. Pure.

Read from normalised text. Citation markers count for nothing: whether a sentence is cited is
another family's business, and it must not soften what is said.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    """A word or sign in small letters, its kind, and its place in the text."""

    text: str
    kind: str
    start: int
    end: int


def tokens_of(text: str) -> tuple[Token, ...]:
    """Split normalised text into tokens; a figure is one token, whatever its value."""
    small = _MARKER.sub(lambda m: " " * len(m.group()), text.lower())
    return tuple(
        Token("#" if m.group()[0].isdigit() else m.group(), kind_of(m.group()), m.start(), m.end())
        for m in _TOKEN.finditer(small)
    )


def features_of(text: str) -> frozenset[str]:
    """List what the classifier weighs; each name says its family before the colon."""
    tokens = tokens_of(text)
    words = ["<", *(t.text for t in tokens), ">"]
    kinds = ["<", *(t.kind for t in tokens), ">"]
    found = set(_grams("w", words, (1, 2, 3)))
    found.update(_grams("k", kinds, (2, 3, 4)))
    found.update(_grams("t", [w[:5] if w.isalpha() else w for w in words], (1, 2)))
    found.update(_grams("f", [k for k in kinds if k[0] not in "*-"], (2, 3)))
    found.update(_apart(kinds[1:-1]))
    found.update(_grammar(words, kinds))
    found.update(f"g:frame {name}" for name in frames_of(text))
    return frozenset(found)


def _grams(name: str, parts: Sequence[str], lengths: Sequence[int]) -> Iterator[str]:
    for length in lengths:
        for together in zip(*(parts[shift:] for shift in range(length)), strict=False):
            yield f"{name}:{' '.join(together)}"


def _apart(kinds: Sequence[str]) -> Iterator[str]:
    """Pair kinds of words that stand a little apart: "you ... tablets"."""
    for at, first in enumerate(kinds):
        if first[0] not in "*-":
            for second in kinds[at + 2 : at + 6]:
                if second[0] not in "*-":
                    yield f"x:{first}~{second}"


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
