"""citation.number, of time: how often, how long, and what comes first. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from services.guard.support.numbers import Quantity
from services.guard.support.reading import Reading, Token
from services.guard.support.triggers import Trigger
from services.guard.support.words import listed

_DAY, _MONTH = 86_400.0, 1.0
_PERIODS = {
    "hourly": ("time", 3_600.0),
    "daily": ("time", _DAY),
    "nightly": ("time", _DAY),
    "weekly": ("time", 7 * _DAY),
    "fortnightly": ("time", 14 * _DAY),
    "monthly": ("month", _MONTH),
    "yearly": ("month", 12.0),
    "annual": ("month", 12.0),
    "annually": ("month", 12.0),
    "second": ("time", 1.0),
    "minute": ("time", 60.0),
    "hour": ("time", 3_600.0),
    "day": ("time", _DAY),
    "night": ("time", _DAY),
    "week": ("time", 7 * _DAY),
    "fortnight": ("time", 14 * _DAY),
    "month": ("month", _MONTH),
    "year": ("month", 12.0),
}
_ONCE = re.compile(
    r"\b(?:(hourly|daily|nightly|weekly|fortnightly|monthly|yearly|annual|annually)"
    r"|(?:every|each|per|an?|/|one) ?(?<!half an )(?<!half a )(?:single )?(minute|hour|day|night"
    r"|week|fortnight|month|year)\b"
    r"(?! old))"
)
_OTHER = re.compile(r"\b(?:every (?:other|second)|alternate) (day|night|week|month|year)")
_VAGUE = re.compile(
    r"(?<!the )(?<!\d )\b(?:(?:a )?few |several |some |many |for |within |in |over |after |of )"
    r"(?:the (?:first|last|following|next) )?(seconds|minutes|hours|days|weeks|months|years)\b"
)
_LONG = re.compile(r"\blong(?:-|[ ])?(?:term|time|er)|\blong use|\bprolonged|\blifelong")

_ORDER = re.compile(
    r"\b(?:(?P<before>(?:is |are |was |were )?followed by|before(?! ?(?:$|[.,;]))|prior to"
    r"|ahead of(?! (?:time|schedule))|preced(?:es|ed"
    r"|ing|e)|until)"
    r"|(?P<after>after|following|follow(?:s|ed)|since|once(?! (?:a|an|in|every|per|daily|weekly"
    r"|monthly|yearly|more)\b)|later than|afterwards)"
    r"|(?P<during>during|throughout|while|amid))\b"
)
_UNITS = frozenset(
    listed(
        """
    second minute hour day week month year one two three four five six
    """
    )
)
_OF_AGE = re.compile(r" (?:the age|age|they (?:are|turn)|turning|\d)")
_REACH = 8  # words on either side of an order word that it puts in order


def names_time(word: str) -> bool:
    """Tell whether a word is part of a time or number, which other rules compare."""
    return word in _PERIODS or word in ("every", "each", "per", "once", "twice") or word.isdecimal()


@lru_cache(maxsize=512)
def periods(reading: Reading) -> frozenset[tuple[str, float]]:
    """Return every length of time that a text names once, or as a rhythm: "a week", "daily"."""
    if not reading.has(Trigger.PERIOD):
        return frozenset()
    once = {_PERIODS[m.group(1) or m.group(2)] for m in _ONCE.finditer(reading.text)}
    other = {_PERIODS[m.group(1)] for m in _OTHER.finditer(reading.text)}
    return frozenset(once | {(unit, size * 2) for unit, size in other})


def same_period(
    wanted: tuple[str, float], given: frozenset[tuple[str, float]], amounts: tuple[Quantity, ...]
) -> bool:
    """Tell whether a text names this length of time, as a rhythm or in figures."""
    unit, size = wanted
    return wanted in given or any(
        q.unit == unit and abs(q.value * q.size - size) < 1e-6 * size for q in amounts
    )


_NAMED = re.compile(
    r"\b(?:first|second|third|fourth|next|following|last|previous|same|whole|free|in the"
    r"|within the) "
    r"(minute|hour|day|night|week|month|year)\b(?<!in the day)(?<!in the night)"
)
_ANY_TIME = re.compile(r"\b(minute|hour|day|dai|night|week|fortnight|month|year|annual)(?:s|ly)?\b")


def other_unit(said: Reading, ground: Reading, amounts: tuple[Quantity, ...]) -> bool:
    """Tell whether a text speaks of "the second month" where its source has years only."""
    if not said.has(Trigger.PERIOD):
        return False
    theirs = {m.group(1) for m in _ANY_TIME.finditer(ground.text)}
    return bool(theirs) and any(
        m.group(1) not in theirs
        and not (m.group(1) in ("day", "night") and "dai" in theirs)
        and not same_period(_PERIODS[m.group(1)], frozenset(), amounts)
        for m in _NAMED.finditer(said.text)
    )


@lru_cache(maxsize=512)
def vague(reading: Reading) -> frozenset[str]:
    """Return the units of lengths of time without a figure: "for several weeks"."""
    if not reading.has(Trigger.VAGUE):
        return frozenset()
    return frozenset(m.group(1)[:-1] for m in _VAGUE.finditer(reading.text))


def lasts_long(reading: Reading) -> bool:
    """Tell whether a text speaks of a long time in so many words."""
    return _LONG.search(reading.text) is not None


@dataclass(frozen=True, slots=True)
class Order:
    """Which words stand for what comes earlier, and which for what comes later."""

    kind: str
    earlier: frozenset[str]
    later: frozenset[str]
    start: int
    end: int
    strict: bool = True  # "until" and "followed by" may say how long, or why


@lru_cache(maxsize=512)
def orders(reading: Reading) -> tuple[Order, ...]:
    """Return every statement of a text about what comes before what."""
    return tuple(_orders(reading)) if reading.has(Trigger.ORDER) else ()


def _orders(reading: Reading) -> Iterator[Order]:
    for match in _ORDER.finditer(reading.text):
        if _OF_AGE.match(reading.text, match.end()):
            continue  # a bound of an age, which numbers compare
        kind = str(match.lastgroup)
        one, other = _sides(reading, match)
        if kind == "after":
            one, other = other, one
        strict = not match.group().endswith(("until", "followed by"))
        yield Order(kind, one, other, *match.span(), strict)


def _sides(reading: Reading, match: re.Match[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return what stands before an order word and what behind it, as far as they belong to it."""
    places = [(p, t) for p, t in enumerate(reading.tokens) if t.is_content or t.word[0].isdecimal()]
    left = [(p, t) for p, t in places if t.end <= match.start()][-_REACH:]
    right = [(p, t) for p, t in places if t.start >= match.end()][:_REACH]
    comma = reading.text.find(",", match.end())
    comma = comma if comma >= 0 else len(reading.text)
    rest = [(p, t) for p, t in right if t.start > comma]
    right = [(p, t) for p, t in right if t.start < comma]
    figure = next((t.start for _, t in right[1:] if t.word[0].isdecimal()), comma)
    rest = rest or [(p, t) for p, t in places if t.start >= figure]
    if right and (right[0][1].word[0].isdecimal() or right[0][1].stem in _UNITS):
        return frozenset(), frozenset()  # "after five years" orders nothing
    if not left:
        # "After the birth, it goes away": what comes first stands up to the comma.
        left = rest or right[1:]
        right = [(p, t) for p, t in right if t.start < figure] if rest else right[:1]
    return _keys(reading, left), _keys(reading, right)


def _keys(reading: Reading, places: list[tuple[int, Token]]) -> frozenset[str]:
    return frozenset(reading.keys[place] for place, token in places if token.is_content)


def contradicts(said: Order, given: tuple[Order, ...], listed: Order | None = None) -> bool:
    """Tell whether what a text says of an order is not what the source says.

    `listed` is what the source puts one behind the other by "then" or "later".
    """
    if said.kind == "during":
        return bool(given) and all(g.kind != "during" for g in given) and _near(said, given)
    ordered = [g for g in given if g.kind != "during"]
    if not ordered:
        if said.kind == "before" and said.strict:
            return listed is None or _agree(said, listed) <= _cross(said, listed)
        return any(g.kind == "during" for g in given)
    agree = max(_agree(said, g) for g in ordered)
    cross = max(_cross(said, g) for g in ordered)
    if agree and all(g.kind == said.kind and not said.earlier & g.later for g in ordered):
        return False  # what only comes earlier as well has not changed places
    if agree == cross:
        return all(g.kind != said.kind for g in ordered)
    return cross > agree


def _agree(said: Order, given: Order) -> int:
    return len(said.earlier & given.earlier) + len(said.later & given.later)


def _cross(said: Order, given: Order) -> int:
    return len(said.earlier & given.later) + len(said.later & given.earlier)


_THEN = re.compile(r"\b(?:then|next|later|afterwards)\b")
_PARTED = re.compile(r"[,;.] | and ")


def listed_order(reading: Reading) -> Order | None:
    """Return what a text puts in order by "then" or "later": what stands before it and behind."""
    match = _THEN.search(reading.text)
    parts = [m.start() for m in _PARTED.finditer(reading.text, 0, match.end())] if match else []
    if not match or not parts:
        return None
    places = [(p, t) for p, t in enumerate(reading.tokens) if t.is_content]
    one = _keys(reading, [(p, t) for p, t in places if t.end <= parts[-1]])
    other = _keys(reading, [(p, t) for p, t in places if t.start >= parts[-1]])
    return Order("before", one, other, *match.span())


def _near(said: Order, given: tuple[Order, ...]) -> bool:
    return any(said.later & (g.earlier | g.later) for g in given)
