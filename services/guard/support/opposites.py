"""Words that state opposites and stand on no axis of ours: loosened or tightened. Pure.

The last that is asked of a sentence, since such words mean more than one thing: it counts only
where both are said of the same thing, and neither text uses the other's word as well.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources

from services.guard.support.axes import pointing
from services.guard.support.lexicon import lexicon
from services.guard.support.reading import Reading, Token
from services.guard.support.words import inflected, listed, stem

_NEAR = 5  # words between one that states an opposite and what it is said of
_BEFORE, _BEHIND = 3, 2  # words on either side of it that can turn it round
_DENIES = frozenset(
    map(
        stem,
        listed(
            """
    not no never none without cannot hardly rarely seldom too unable instead neither nor
    """
        ),
    )
)
# Axes on which a word that points down takes away what it is said of: to lose strength.
_TAKES = frozenset(("amount", "value", "holding", "onset", "move"))
_PREVENTS = frozenset(map(stem, listed("prevent avoid difficult away")))
# Adverbs that have left behind what their adjective means.
_ADVERBS = frozenset(listed("hardly lately shortly highly nearly closely closer openly"))

Ends = tuple[tuple[int, int], ...]  # of each pair that a stem is part of: its number and end


@cache
def ends_of() -> Mapping[str, Ends]:
    """Return for each stem the pairs that it is part of, out of the file beside this module."""
    text = resources.files(__package__).joinpath("opposites.txt").read_text(encoding="utf-8")
    return build(text)


def build(text: str) -> Mapping[str, Ends]:
    """Make the table of the text of the file; a stem at both ends of a pair is at neither."""
    found: dict[str, dict[int, int]] = {}
    lines = (line for line in text.splitlines() if line and line[0] != "#")
    for number, line in enumerate(lines):
        one, other = (_stems(end.split()) for end in line.split("|"))
        for way, end in ((1, one - other), (-1, other - one)):
            for word in end:
                found.setdefault(word, {})[number] = way
    return {word: tuple(pairs.items()) for word, pairs in found.items()}


def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*map(inflected, words))


@lru_cache(maxsize=512)
def _stated(reading: Reading) -> Mapping[tuple[int, int], tuple[int, ...]]:
    """Return the places of a text's words at each end of a pair."""
    known = ends_of()
    found: dict[tuple[int, int], list[int]] = {}
    for place, token in enumerate(reading.tokens):
        if (ends := known.get(token.stem)) and token.word not in _ADVERBS:
            for end in ends:
                found.setdefault(end, []).append(place)
    return {end: tuple(places) for end, places in found.items()}


def opposites(said: Reading, ground: Reading, *, odd: bool) -> Iterator[Token]:
    """Yield each word of a sentence that states the opposite of its source, of the same thing.

    Where denials are `odd`, one of the two words has to be denied: "not tight" is loose. Who says
    both ends of a pair ("from early to late") states neither.
    """
    if ends_of().keys().isdisjoint(said.stems - ground.stems):
        return
    if not (ours := _stated(said)) or not (theirs := _stated(ground)):
        return
    for (number, way), places in ours.items():
        against = theirs.get((number, -way))
        if not against or (number, -way) in ours or (number, way) in theirs:
            continue
        for place in places:
            if not (_is_named(said, place) or _has_synonym(said.tokens[place], ground)) and any(
                _of_one_thing(said, place, ground, other)
                and odd == (_is_denied(said, place) != _is_denied(ground, other))
                for other in against
            ):
                yield said.tokens[place]


_BEARING = re.compile(
    r"\b(?:(?P<to>into|onto|towards?)|(?P<off>away from|out of|off)|(?P<near>to)|(?P<far>from))"
    r" (?:(?:the|a|an|his|her|its|their|your) )?(?:(?!and\b)[a-z]{1,20} (?!to\b|from\b|in))?"
    r"(?P<thing>[a-z]{3,20})\b"
)


def bearing(said: Reading, ground: Reading) -> tuple[int, int] | None:
    """Return where a sentence leads away from what its source leads to, or the other way round.

    "To" and "from" are said of much else: two things have to change places.
    """
    if not (ours := _bearings(said)) or not (theirs := _bearings(ground)):
        return None
    crossed = [
        (way, thing)
        for way, thing in ours
        if (-way, thing) in theirs and (way, thing) not in theirs and (-way, thing) not in ours
    ]
    if len({way for way, _ in crossed}) == 2:
        return ours[crossed[0]][1:]
    sure = [c for c in crossed if ours[c][0] and theirs[-c[0], c[1]][0]]
    return ours[sure[0]][1:] if sure else None


_BEARS = frozenset(("into", "onto", "toward", "away", "out", "off", "from"))


@lru_cache(maxsize=512)
def _bearings(reading: Reading) -> Mapping[tuple[int, str], tuple[bool, int, int]]:
    """Return what a text leads to (1) and away from (-1), whether for sure, and where."""
    if _BEARS.isdisjoint(reading.stems):
        return {}
    return {
        (1 if (match["to"] or match["near"]) else -1, stem(match.group("thing"))): (
            bool(match["to"] or match["off"]),
            *match.span(),
        )
        for match in _BEARING.finditer(reading.text)
    }


def _of_one_thing(said: Reading, place: int, ground: Reading, other: int) -> bool:
    """Tell whether two words are said of the same, and neither is taken away."""
    own, their = said.tokens[place], ground.tokens[other]
    if {axis for axis, _ in pointing(own)} & {axis for axis, _ in pointing(their)}:
        return False  # an axis compares them more closely
    if _is_turned(said, place) != _is_turned(ground, other) or _is_named(ground, other):
        return False
    return not _around(said, place).isdisjoint(_around(ground, other))


def _around(reading: Reading, place: int) -> frozenset[str]:
    near = (*range(max(0, place - _NEAR), place), *range(place + 1, place + 1 + _NEAR))
    tokens = reading.tokens
    return frozenset(reading.keys[p] for p in near if p < len(tokens) and tokens[p].is_content)


def _is_turned(reading: Reading, place: int) -> bool:
    """Tell whether what a word states is lost, stopped or made less."""
    before = reading.tokens[max(0, place - _BEFORE) : place]
    behind = reading.tokens[place + 1 : place + 1 + _BEHIND]
    return (sum(map(_takes, before)) + any(map(_takes, behind))) % 2 == 1


def _is_denied(reading: Reading, place: int) -> bool:
    before = reading.tokens[max(0, place - _BEFORE) : place]
    return any(token.stem in _DENIES or token.word.endswith("n't") for token in before)


def _takes(token: Token) -> bool:
    return token.stem in _PREVENTS or any(a in _TAKES and way < 0 for a, way in pointing(token))


def _is_named(reading: Reading, place: int) -> bool:
    return any(n.first <= place <= n.last for n in reading.names) or reading.is_marked(
        reading.tokens[place]
    )


def _has_synonym(token: Token, ground: Reading) -> bool:
    known = lexicon().synonyms
    groups = known.get(token.stem, frozenset())
    return any(not groups.isdisjoint(known.get(s, ())) for s in ground.stems)
