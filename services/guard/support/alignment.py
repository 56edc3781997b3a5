"""Align a sentence with the words it rests on: every difference of meaning is a mismatch. Pure.

A sentence that says the same in other words has none. What a quote leaves open ("it", "the drug")
its passage may name; denials are read in the whole sentence of the passage around the quote, so
that nothing is cut off from its "not".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from services.guard.support.coverage import covered
from services.guard.support.edits import edited
from services.guard.support.entities import strangers
from services.guard.support.figures import number_faults, time_faults
from services.guard.support.polarity import (
    denial_faults,
    direction_faults,
    inverted,
    only_faults,
    treatment_faults,
)
from services.guard.support.reading import Reading, read, sentences_of
from services.guard.support.strength import strength_faults

NUMBER = "citation.number"
ENTITY = "citation.entity"
POLARITY = "citation.polarity"
UNSUPPORTED = "citation.unsupported"
RULES = (NUMBER, ENTITY, POLARITY, UNSUPPORTED)

_ENOUGH = 0.28  # of a sentence's content that its source has to share


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What a sentence says that its source does not, and where in the sentence."""

    rule_id: str
    message: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Basis:
    """What a sentence rests on: a passage, its surroundings, and the place of the quote in it."""

    passage: str
    heading: str
    start: int
    end: int


def align(text: str, basis: Basis) -> tuple[Mismatch, ...]:
    """Return every mismatch between a sentence and its source, at most one for each reason."""
    said = read(text)
    whole = _around(basis.passage, basis.start, basis.end)
    ground = read(whole)
    context = read(f"{basis.heading}. {basis.passage}" if basis.heading else basis.passage)
    if covered(said, ground, context) < _ENOUGH:
        # Of another subject altogether: its single words need not be compared.
        return (Mismatch(UNSUPPORTED, "too little of the sentence is in the words that it cites"),)
    aligned = read(_shared_clauses(said, whole, basis))
    found = (
        *_of(NUMBER, number_faults(said, ground, context)),
        *_of(NUMBER, time_faults(said, ground, context)),
        *_entities(said, ground, context, read(basis.heading)),
        *_whole(POLARITY, denial_faults(said, aligned)),
        *_whole(POLARITY, treatment_faults(said, aligned)),
        *_whole(POLARITY, only_faults(said, aligned, ground)),
        *_of(POLARITY, direction_faults(said, aligned)),
        *_whole(POLARITY, strength_faults(said, aligned, inverted=inverted(said, aligned))),
    )
    return found or tuple(_edited(said, basis))


def _edited(said: Reading, basis: Basis) -> Iterator[Mismatch]:
    places = [(a, b) for a, b in sentences_of(basis.passage) if a < basis.end and basis.start < b]
    if place := edited(said, [read(basis.passage[a:b]) for a, b in places]):
        yield Mismatch(ENTITY, "changes a word of the source", *place)


def _of(rule_id: str, faults: Iterator[tuple[str, int, int]]) -> Iterator[Mismatch]:
    return (Mismatch(rule_id, *fault) for fault in faults)


def _whole(rule_id: str, faults: Iterator[str]) -> Iterator[Mismatch]:
    return (Mismatch(rule_id, fault) for fault in faults)


def _entities(
    said: Reading, ground: Reading, context: Reading, topic: Reading
) -> Iterator[Mismatch]:
    for stranger in strangers(said, ground, context, topic):
        start, end = said.tokens[stranger.first].start, said.tokens[stranger.last].end
        yield Mismatch(ENTITY, "names what the source does not name", start, end)


def _around(passage: str, start: int, end: int) -> str:
    """Return the whole sentences of a passage that a quote touches."""
    places = [(a, b) for a, b in sentences_of(passage) if a < end and start < b]
    if not places:
        return passage[max(0, start) : end]
    return passage[places[0][0] : places[-1][1]]


_CLAUSE = re.compile(
    r"(?:[,;:] (?:but|so|while|whereas|although|though|yet|and so) |; |: | whereas |, which "
    r"|(?<=[.!?]) )"
)


_JOINS = re.compile(
    r", (?:but|and|though|although|while|whereas)\b|; | and (?:dis|does|do|is|are|has)"
)


@lru_cache(maxsize=1_024)
def _clauses(text: str) -> tuple[str, ...]:
    parts = [part for part in _CLAUSE.split(text) if part and part.strip()]
    if not _FRAMES.search(text):
        parts = [half for part in parts for half in _halves(part)]
    return tuple(parts)


_CONCESSION = re.compile(r"(?:although|though|even though|while|whereas)\b[^,;]{1,200}, ", re.I)
_AND = re.compile(r", and (?=(?:\S+ ){2})")
# "It is not true that A, and B": both stand in one frame.
_FRAMES = re.compile(
    r"\b(?:true|false|wrong|myths?|den(?:y|ied|ies)|doubt\w*|evidence|unclear|unknown|whether"
    r"|claim\w*|believ\w*|neither|nor)\b",
    re.I,
)


def _halves(part: str) -> Iterator[str]:
    """Part what is conceded from what is said, and two statements that "and" only joins."""
    if conceded := _CONCESSION.match(part):
        yield conceded.group()
        part = part[conceded.end() :]
    yield from (half for half in _AND.split(part) if half.strip())


def _shared_clauses(said: Reading, whole: str, basis: Basis) -> str:
    """Return the clauses of the source that speak of what the sentence speaks of."""
    parts = _clauses(whole)
    if len(parts) == 1 or _JOINS.search(said.text):
        return whole  # a sentence of several clauses may speak of all of them
    quote = basis.passage[basis.start : basis.end].strip(" .")
    chosen = []
    for part in parts:
        bare = part.strip(" .")
        if not (bare in quote or quote in bare or _overlap(bare, quote)):
            continue
        clause = read(part)
        groups = (str(group) for group in said.groups and clause.groups & said.groups)
        figures = (t.word for t in clause.tokens if t.word.isdecimal() and t.word in said.stems)
        chosen.append((part, clause.content & said.content | {*groups, *figures}))
    telling = tuple(_telling(chosen))
    return " ; ".join(telling) if telling and len(telling) < len(parts) else whole


def _telling(parts: list[tuple[str, frozenset[str]]]) -> Iterator[str]:
    """Yield the clauses that share something with a sentence that no better one does."""
    left = list(parts)
    known: set[str] = set()
    kept = set()
    while left:
        best = max(left, key=lambda pair: len(pair[1] - known))
        if not best[1] - known:
            break
        known |= best[1]
        kept.add(best[0])
        left.remove(best)
    return (part for part, _ in parts if part in kept)


def _overlap(part: str, quote: str) -> bool:
    """Tell whether a quote ends within a clause, or begins within it."""
    return any(
        quote.endswith(part[:n]) or quote.startswith(part[-n:]) for n in (12, 24) if len(part) > n
    )
