"""citation.number: figures with their units, bounds and shares, in digits or in words. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.guard.support.reading import Reading, Token
from services.guard.support.triggers import Trigger
from services.guard.support.units import UNITS
from services.guard.support.words import listed

_ONES = {
    w: float(n)
    for n, w in enumerate(
        listed(
            """
    zero one two three four five six seven eight nine ten eleven twelve thirteen
    fourteen fifteen sixteen seventeen eighteen nineteen
    """
        )
    )
}
_TENS = {
    w: float(n * 10)
    for n, w in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2
    )
}
_TIMES = {"hundred": 100.0, "thousand": 1_000.0, "million": 1e6, "billion": 1e9, "dozen": 12.0}
_SHARES = {
    "half": 0.5, "halve": 0.5, "halves": 0.5, "halved": 0.5, "halving": 0.5, "third": 1 / 3,
    "thirds": 1 / 3, "quarter": 0.25, "quarters": 0.25, "fifth": 0.2, "fifths": 0.2,
    "tenth": 0.1, "tenths": 0.1, "hundredth": 0.01,
}  # fmt: skip
_COUNTS = {"once": 1.0, "twice": 2.0, "thrice": 3.0, "double": 2.0, "doubled": 2.0, "doubles": 2.0,
           "doubling": 2.0, "triple": 3.0, "tripled": 3.0, "both": 2.0, "single": 1.0}  # fmt: skip

# Words before a number or letter that make a name of both: "type 2", "hepatitis B".
_LABELS = frozenset(
    listed(
        """
    type types chromosome chromosomes stage stages grade grades phase vitamin factor
    trisomy category covid cd her step version
    """
    )
)
_UP = re.compile(
    r"\b(?:(?<!no )(?<!not )(?:more|greater|higher|larger|longer|older|later|warmer|hotter|heavier)"
    r" than|over|above|at least|exceed\w*|no (?:less|fewer|earlier|sooner|younger|shorter|lower)"
    r" than|not (?:less|fewer|under|below) than|at the earliest|minimum of|beyond"
    r"|upwards of|from the age of|from age|starting at|as early as|after (?:the age of|age"
    r"|they (?:are|turn))|past the age of|not (?:before|until)|past|reach(?:ed|es"
    r"|ing)?)\s*(?:about |around |the |some |an? "
    r"|age(?: of)? )*$"
)
_DOWN = re.compile(
    r"\b(?:(?<!no )(?<!not )(?:less|fewer|lower|smaller|shorter|younger|earlier|colder|cooler"
    r"|lighter|sooner) than|under|below|at most|up to|limit(?:ed)? (?:to|of)|capped at|as (?:many"
    r"|much|high|often|long|late) as"
    r"|before (?:the age of|age|they (?:are|turn)|turning)|(?<!not )until(?: the age of)?"
    r"|by (?:the age of"
    r"|age)|not past|no (?:more|later|longer|older|greater"
    r"|higher) than|not (?:more|over|above|exceeding)(?: than)?|not exceed|maximum of"
    r"|at the latest|as late as)\s*(?:about |around |the |some |an? |age(?: of)? )*$"
)
# "Within six months" may be said as "in the following six months"; "over two years" is no bound.
_WITHIN = re.compile(
    r"\b(within|over|after|during|in)(?: about| the| a| an| some)?((?: next| first| following)?) $"
)
_UP_AFTER = re.compile(
    r"\W*(?:\w+ ){0,2}?(?:(?:or|and) (?:more|over|older|above|longer|greater|higher|later|upwards)"
    r"\b|at least\b|onwards?\b|\+)"
)
_DOWN_AFTER = re.compile(
    r"\W*(?:\w+ ){0,2}?(?:at (?:the )?most\b|or|and) (?:less|fewer|under|younger|below|shorter"
    r"|lower|earlier)\b"
)
_AGE = re.compile(r"\b(?:aged?|old|older|younger|olds)\b")
_DENOMINATORS = frozenset(
    ("kg", "g", "l", "litre", "liter", "dl", "ml", "millilitre", "decilitre", "m2", "m", "kilogram")
)
_NEAR = 32  # characters around a number that may hold its bound


_NUMERALS = frozenset((*_ONES, *_TENS, *_TIMES, *_SHARES, *_COUNTS))

Found = tuple[int, int, float, str]
"""First and last token, value and kind of a number."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, its bound (">", "<" or none), and its place."""

    value: float
    unit: str
    size: float
    bound: str
    start: int
    end: int
    kind: str = "number"  # or "share", "count"
    ranged: bool = False

    def same_value(self, other: "Quantity") -> bool:
        """Tell whether both name one amount, in whatever unit."""
        if self.unit and other.unit and self.unit != other.unit:
            return False
        if self.unit and other.unit:
            return _close(self.value * self.size, other.value * other.size)
        return _close(self.value, other.value)


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-6 * max(abs(one), abs(other), 1e-12)


@lru_cache(maxsize=512)
def quantities(reading: Reading) -> tuple[Quantity, ...]:
    """Find every number of a text, with shares such as "one in four" as one more."""
    found = list(_numbers(reading.tokens))
    return tuple(_with_units(found, reading)) if found else ()


def _numbers(tokens: Sequence[Token]) -> Iterator[Found]:
    """Yield the places of first and last token, the value, and the kind of each number."""
    reached = -1  # the last token of the number before
    for place, token in enumerate(tokens):
        if place <= reached or not (token.word in _NUMERALS or token.word[0].isdecimal()):
            continue
        if _is_name(tokens, place) or (found := _number(tokens, place)) is None:
            continue
        found = _extended(tokens, found)
        reached = found[1]
        yield found


def _is_name(tokens: Sequence[Token], place: int) -> bool:
    """Tell whether a number only names something: "type 2"."""
    return place > 0 and tokens[place - 1].word in _LABELS and not _is_share(tokens, place)


def _number(tokens: Sequence[Token], place: int) -> Found | None:
    word = tokens[place].word
    if word[0].isdecimal():
        return place, place, _value(word), "number"
    if word in _ONES or word in _TENS or word in _TIMES:
        end, value = _spelled(tokens, place)
        return (
            None if word == "one" and not _counts(tokens, place) else (place, end, value, "number")
        )
    if word in _SHARES and _is_share(tokens, place):
        return place, place, _SHARES[word], "share"
    return (place, place, _COUNTS[word], "count") if word in _COUNTS else None


def _extended(tokens: Sequence[Token], found: Found) -> Found:
    """Take in what follows a number: "1.5 million", "two thirds"."""
    first, end, value, kind = found
    following = tokens[end + 1].word if end + 1 < len(tokens) else ""
    if kind != "number":
        return found
    if following in _TIMES:
        return first, end + 1, value * _TIMES[following], kind
    if following in _SHARES and not following.startswith("hal"):
        return first, end + 1, value * _SHARES[following], "share"
    return found


def _value(word: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", word):
        return float(word.replace(",", ""))
    parts = re.split(r"[.,]", word[:40])
    return float(parts[0] + ("." + "".join(parts[1:]) if len(parts) > 1 else ""))


def _spelled(tokens: Sequence[Token], place: int) -> tuple[int, float]:
    word = tokens[place].word
    value = _ONES.get(word, _TENS.get(word, _TIMES.get(word, 0.0)))
    following = place + 1
    if word in _TENS:
        if following < len(tokens) and tokens[following].word in ("-", "\u2013"):
            following += 1
        if following < len(tokens) and 0 < _ONES.get(tokens[following].word, 0) < 10:
            return following, value + _ONES[tokens[following].word]
    return place, value


def _counts(tokens: Sequence[Token], place: int) -> bool:
    """Tell whether "one" is a number here: before a unit, or in a share."""
    following = [t.word for t in tokens[place + 1 : place + 5]]
    return bool(following) and (
        following[0] in UNITS
        or following[0] in _SHARES
        or following[0] in ("dose", "session", "injection", "tablet", "time", "in", "out", "to")
        or ("in" in following[:2] and any(w in _TIMES or w in _ONES for w in following))
    )


def _is_share(tokens: Sequence[Token], place: int) -> bool:
    """Tell a third of something from the third of some."""
    word = tokens[place].word
    if word not in _SHARES:
        return False
    if word.startswith("hal"):
        return True
    before = tokens[place - 1].word if place else ""
    return before in ("a", "one", "two", "three", "four", "by") or word.endswith("s")


def _with_units(found: Sequence[Found], reading: Reading) -> Iterator[Quantity]:
    tokens = reading.tokens
    bounded = reading.has(Trigger.BOUND) or "+" in reading.text
    units = [_unit(tokens, last + 1, kind) for _, last, _, kind in found]
    for index in reversed(range(len(found) - 1)):
        # "10 to 21 days", "between 48 and 72 hours": the first takes the unit of the second.
        if not units[index][0] and _ranged(tokens, found[index][1], found[index + 1][0]):
            units[index] = units[index + 1]
    for index, (first, last, value, kind) in enumerate(found):
        unit, size = units[index]
        start, end = tokens[first].start, tokens[last].end
        if not unit and kind == "number" and _AGE.search(reading.text, max(0, start - 12), end + 9):
            unit, size = "month", 12.0
        ranged = (index + 1 < len(found) and _ranged(tokens, last, found[index + 1][0])) or (
            index > 0 and _ranged(tokens, found[index - 1][1], first)
        )
        bound = _bound(reading.text, start, end, timed=unit in ("time", "month"), said=bounded)
        yield Quantity(value, unit, size, bound, start, end, kind, ranged)
        share = _share(tokens, found, index)
        if share:
            yield Quantity(value / share, "", 1.0, bound, start, end, "share")


def _ranged(tokens: Sequence[Token], last: int, first: int) -> bool:
    between = [t.word for t in tokens[last + 1 : first]]
    return between in (["to"], ["-"], ["\u2013"], ["and"], ["or"])


def _share(tokens: Sequence[Token], found: Sequence[Found], index: int) -> float:
    """Return what a number is a share of: "one in four", "1 person in 100"."""
    if index + 1 >= len(found) or found[index][2] > 20:
        return 0.0
    between = [t.word for t in tokens[found[index][1] + 1 : found[index + 1][0]]]
    of = [w for w in between if w in ("in", "out")] or between in (["of"], ["of", "the"])
    whole = found[index + 1][2]
    return whole if of and len(between) <= 3 and whole > found[index][2] else 0.0


def _unit(tokens: Sequence[Token], place: int, kind: str) -> tuple[str, float]:
    words = [t.word for t in tokens[place : place + 6]]
    if words and words[0] in ("-", "degree", "degrees"):
        words = words[1:]
    if not words:
        return "", 1.0
    if kind == "share" and words[0] in ("a", "an") and words[1:2] and words[1] in UNITS:
        words = words[1:]  # "half an hour"
    if words[0] == "per" and words[1:2] == ["cent"]:
        return "%", 1.0
    if words[0] == "\u00b0":
        words = ["\u00b0" + "".join(words[1:2])]
    return _measured(words) if words[0] in UNITS else ("", 1.0)


def _measured(words: Sequence[str]) -> tuple[str, float]:
    """Return the unit that some words begin with, and its size: "mg/kg", "mm of mercury"."""
    unit, size = UNITS[words[0]]
    if words[1:3] == ["of", "mercury"]:
        return "mmhg", 1.0
    if len(words) > 2 and words[1] in ("/", "per") and words[2] in _DENOMINATORS:
        below, part = UNITS.get(words[2], (words[2], 1.0))
        return f"{unit}/{below}", size / part
    return unit, size


_SIGNS = {">": ">", "\u2265": ">", "<": "<", "\u2264": "<"}


def _bound(text: str, start: int, end: int, *, timed: bool, said: bool) -> str:
    """Return a number's bound; `said` tells whether the text has any words for one."""
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    if sign := _SIGNS.get(before.rstrip(" =")[-1:]):
        return sign
    if timed and (found := _WITHIN.search(before)):
        if found.group(1) not in ("in", "during"):
            return found.group(1)
        return "within" if found.group(2) else ""
    if not said:
        return ""
    if _UP.search(before) or _UP_AFTER.match(after):
        return ">"
    if _DOWN.search(before) or _DOWN_AFTER.match(after):
        return "<"
    return ""
