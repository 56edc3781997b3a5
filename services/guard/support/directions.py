"""Words that point one way or the other: more or less, better or worse, wider or narrower. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from services.guard.support.axes import pointing, ways_of
from services.guard.support.reading import Reading, Token
from services.guard.support.words import listed, stem

_MOVES = frozenset(
    map(
        stem,
        listed(
            """
    go goes move come came is are was were been drive drove bring brought push pull send build
    """
        ),
    )
)
_PHRASAL = frozenset(
    map(stem, listed("break broken lie lies lying lay set made make take taken sit end follow"))
)
_NEAR = 5  # words between a word that points and what it is said of
_LESS = frozenset(("less", "least", "fewer", "little"))
_A_LITTLE = ("a", "little")
_FOLD = {"twice": 1, "half": -1}  # as many, as likely
# What stands before drops of something; other drops are falls.
_DROPS_OF = frozenset(
    listed("eye ear nose nasal cough the these those of few two steroid medicine")
)
_TIMED = frozenset(listed("second minute hour day week month year much no and or than"))
# What is either one or the other: not wet is dry, though "not worse" is not "better".
EITHER_OR = frozenset(
    listed(
        "wet length harm ease worth presence outcome finding response sound level sight approval"
        " reach"
    )
)
# Words of a name that point none the less: lower back pain is no less, but weight gain is more.
_OF_NAMES = frozenset(("higher", "lower", "highest", "lowest", "gain"))
# Axes of doing: they say something else of every thing.
_OF_ONE = frozenset(("flow", "move", "switch", "reach"))
_DEGREES = frozenset(("most", "least", "very", "much"))
# What is bad when there is more of it.
_BAD = frozenset(
    map(
        stem,
        listed(
            """
    pain symptom itching risk death relapse fracture infection attack bleeding nausea
    fever cough mortality complication injury seizure headache depression anxiety
    swelling fatigue episode exacerbation side inflammation stroke itch
    """
        ),
    )
)


_GOOD = frozenset(
    map(stem, listed("survival survive live life strength mobility memory fertility flexibility"))
)


@dataclass(frozen=True, slots=True)
class Sign:
    """A word that points along an axis, one way (1) or the other (-1)."""

    axis: str
    way: int
    place: int  # of its token


_BY_MARK = {"notworse": ("value", 1), "fewer": ("amount", -1), "badly": ("value", -1)}
_BY_NEIGHBOURS = frozenset(("much", "little", "up", "down", "drops", "twice", "half"))


@lru_cache(maxsize=512)
def signs(reading: Reading) -> tuple[Sign, ...]:
    """Return every word of a text that points a way, but for those in a turn of speech."""
    return tuple(_signs(reading))


def _signs(reading: Reading) -> Iterator[Sign]:
    tokens = reading.tokens
    yield from _by_marks(reading)
    named = {p for n in reading.names if n.last > n.first for p in range(n.first, n.last + 1)}
    words, stems = ways_of()
    for place, token in enumerate(tokens):
        if token.word in _BY_NEIGHBOURS and (way := _by_neighbours(tokens, place)):
            yield Sign("amount", way, place)
            continue
        if token.word not in words and token.stem not in stems:
            continue
        ways = dict.fromkeys(pointing(token))
        compares = token.word in _OF_NAMES
        if (place in named and not compares) or reading.is_marked(token):
            continue
        following = pointing(tokens[place + 1]) if place + 1 < len(tokens) else ()
        if _says_nothing(tokens, place, following):
            continue
        if token.word in ("more", "less") and not following and _is_manner(tokens, place + 1):
            yield Sign("value", 1 if token.word == "more" else -1, place)
        turned = _is_turned(tokens, place)
        for axis, way in ways:
            yield Sign(axis, -way if turned and axis != "amount" else way, place)


def _is_turned(tokens: tuple[Token, ...], place: int) -> bool:
    if not place or tokens[place - 1].word not in _LESS:
        return False
    return tuple(token.word for token in tokens[max(0, place - 2) : place]) != _A_LITTLE


def _by_marks(reading: Reading) -> Iterator[Sign]:
    for mark in reading.marks:
        if sign := _BY_MARK.get(mark.kind):
            places = (p for p, t in enumerate(reading.tokens) if t.start >= mark.start)
            yield Sign(*sign, next(places, 0))


def _says_nothing(
    tokens: tuple[Token, ...], place: int, following: tuple[tuple[str, int], ...]
) -> bool:
    """Tell whether a word that can point does not do so here."""
    word = tokens[place].word
    if word == "few" and place and tokens[place - 1].word == "a":
        return True  # "a few hours" are some
    if word == "later" and place:  # "a week later" is no late stage
        return tokens[place - 1].word.isdecimal() or tokens[place - 1].stem in _TIMED
    if word in ("more", "less") and _is_degree(tokens, place):
        return True  # "fell more than": less, and more so
    behind = tokens[place + 1].word if place + 1 < len(tokens) else ""
    if word == "more" and any(axis == "speed" for axis, _ in following):
        return True  # "more slowly" is no more
    if word == "more" and behind in ("difficult", "complicated"):
        return True
    # "Most severe" points by its second word.
    return word in _DEGREES and any(axis != "amount" for axis, _ in following)


NO_ROLES: frozenset[str] = frozenset()


def opposed(said: Reading, ground: Reading, roles: frozenset[str] = NO_ROLES) -> Sign | None:
    """Return a word of a sentence that points the other way than its source, if there is one.

    `roles` are the words of two things that both compare the other way round, so that "A is more
    than B" is said of "B is less than A".
    """
    swapped = bool(roles)
    turn = -1 if swapped else 1
    ours = [s for s in signs(said) if said.tokens[s.place].stem not in roles]
    theirs = [s for s in signs(ground) if ground.tokens[s.place].stem not in roles]
    if swapped:
        # What both say with one word is what is compared, and no comparison.
        ours = [
            s for s in ours if _compares(said, s) or said.tokens[s.place].stem not in ground.stems
        ]

    def agrees(sign: Sign) -> bool:
        # A word on several axes is held to those on which its source speaks as well.
        pointed = {(s.axis, s.way * turn) for s in theirs}
        return any(
            s.axis != sign.axis and (s.axis, s.way) in pointed and (s.axis, -s.way) not in pointed
            for s in ours
            if s.place == sign.place
        )

    for axis in dict.fromkeys(sign.axis for sign in ours):
        other = [s for s in theirs if s.axis == axis]
        if not other:
            continue
        own = [s for s in ours if s.axis == axis]
        ways = {s.way * turn for s in other}
        if fault := next((s for s in own if s.way not in ways and not agrees(s)), None):
            if axis not in _OF_ONE or _of_one(fault, other, said, ground):
                return fault
            continue
        if len(ways) == 2 and not swapped and (fault := _misplaced(own, other, said, ground)):
            return fault
    return None if swapped else _by_valence(ours, theirs, ground)


def _by_neighbours(tokens: tuple[Token, ...], place: int) -> int:
    """Return which way a word points only because of those before it: "too much", "goes up"."""
    word, before = tokens[place].word, tokens[max(0, place - 4) : place]
    if word in ("much", "little") and before and before[-1].word == "too":
        return 1 if word == "much" else -1
    if word in ("up", "down") and any(token.stem in _MOVES for token in before):
        if before[-1].stem in _PHRASAL:
            return 0  # "broken down", "set up"
        return 1 if word == "up" else -1
    following = tokens[place + 1].word if place + 1 < len(tokens) else ""
    if following == "as" and word in _FOLD:
        return _FOLD[word]
    return -1 if word == "drops" and before and before[-1].word not in _DROPS_OF else 0


def _of_one(sign: Sign, other: list[Sign], said: Reading, ground: Reading) -> bool:
    """Tell whether two words that point each their way are said of the same."""

    def near(reading: Reading, place: int) -> set[str]:
        places = range(max(0, place - _NEAR), min(len(reading.tokens), place + _NEAR + 1))
        return {reading.keys[p] for p in places if p != place and reading.tokens[p].is_content}

    own = near(said, sign.place)
    return any(s.way != sign.way and own & near(ground, s.place) for s in other)


def _compares(reading: Reading, sign: Sign) -> bool:
    before = reading.tokens[sign.place - 1].word if sign.place else ""
    word = reading.tokens[sign.place].word
    return before in ("more", "less") or word.endswith("er") or word in ("more", "less", "worse")


def _is_degree(tokens: tuple[Token, ...], place: int) -> bool:
    """Tell whether a word before "than" only says how far something rises or falls."""
    if place + 1 >= len(tokens) or tokens[place + 1].word != "than":
        return False
    return any(axis == "amount" for t in tokens[:place] for axis, _ in pointing(t))


def _is_manner(tokens: tuple[Token, ...], place: int) -> bool:
    """Tell whether a word says how well something is done: "less thoroughly"."""
    word = tokens[place].word if place < len(tokens) else ""
    return word.endswith("ly") and word not in ("likely", "frequently", "commonly", "widely")


def _misplaced(own: list[Sign], other: list[Sign], said: Reading, ground: Reading) -> Sign | None:
    """Where a source points both ways, hold each word to the one beside the same things."""
    if len(own) >= len(other) and len({s.way for s in own}) == 1 and len(own) > 1:
        return own[-1]
    for sign in own:
        beside = said.tokens[sign.place + 1 : sign.place + 2]
        if any(axis != sign.axis for token in beside for axis, _ in pointing(token)):
            continue  # "more slowly" goes with what is slow
        nearest = sorted(
            (abs(place - sign.place), token.stem)
            for place, token in enumerate(said.tokens)
            if abs(place - sign.place) <= _NEAR
            and (token.is_content or token.word.isdecimal())
            and token.stem in ground.stems
            and not pointing(token)
        )
        closest = [word for distance, word in nearest if distance == nearest[0][0]]
        places = [p for p, t in enumerate(said.tokens) if t.stem in closest]
        rivals = [s for s in own if s.way != sign.way]
        if any(abs(s.place - p) <= nearest[0][0] for s in rivals for p in places):
            continue  # what is closest belongs to another word that points
        if sum(_vote(word, sign, other, ground) for word in closest) < 0:
            return sign
    return None


def _vote(anchor: str, sign: Sign, other: list[Sign], ground: Reading) -> int:
    places = [i for i, t in enumerate(ground.tokens) if t.stem == anchor]
    if not places:
        return 0

    def near(way: int) -> int:
        return min(abs(s.place - p) for s in other if s.way == way for p in places)

    same, opposite = near(sign.way), near(-sign.way)
    if len(places) > 1 and max(same, opposite) <= _NEAR:
        return 0  # said of both
    return (same < opposite) - (opposite < same)


def _by_valence(ours: list[Sign], theirs: list[Sign], ground: Reading) -> Sign | None:
    """Hold "better" to "less" of something bad, and to "more" of something good."""
    bad = ground.content & _BAD or any(
        term.kind == "symptom" for name in ground.names for term in name.terms
    )
    good = ground.content & _GOOD
    if bool(bad) == bool(good):
        return None
    turn = 1 if good else -1
    for axis, other in (("value", "amount"), ("amount", "value")):
        own = [s for s in ours if s.axis == axis]
        ways = {s.way for s in theirs if s.axis == other}
        alone = not any(s.axis == axis for s in theirs) and not any(s.axis == other for s in ours)
        if own and alone and ways == {-turn * own[0].way}:
            return own[0]
    return None
