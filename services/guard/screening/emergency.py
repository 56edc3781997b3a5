"""Signs of an emergency that are said of a person and of now. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.guard.screening.context import (
    GENERAL,
    HYPOTHETICAL,
    NOW,
    PAST,
    PERSON,
    TOPIC,
    is_general,
    negated,
    sentences,
)
from services.guard.screening.reading import Reading
from services.guard.screening.signs import MILD, SIGNS, Sign

_HEAVY = 3
# A short line without a verb is how people type when there is no time.
_TELEGRAM = 14


@dataclass(frozen=True, slots=True)
class Found:
    """A sign that counts, with its place in the reading."""

    sign: Sign
    start: int
    end: int


def points(reading: Reading) -> tuple[int, tuple[Found, ...]]:
    """Add up the weights of the signs that are said of a person and of now; each counts once."""
    found: dict[str, Found] = {}
    spoken_of = bool(PERSON.search(reading.text))
    for start, sentence in sentences(reading.text):
        for one in _in(sentence, start, someone=spoken_of):
            found.setdefault(one.sign.name, one)
    found = {
        n: one for n, one in found.items() if not one.sign.needs or one.sign.needs & set(found)
    }
    if not any(one.sign.weight > 1 for one in found.values()):
        return 0, ()
    return _weight(reading.text, found), tuple(found.values())


def _weight(text: str, found: dict[str, Found]) -> int:
    """Sum the weights; what is mild or goes on for long weighs less, unless it is grave alone."""
    total = sum(one.sign.weight for one in found.values())
    grave = any(one.sign.weight >= _HEAVY for one in found.values())
    return total if grave or not MILD.search(text) else total - 2


def _in(sentence: str, start: int, *, someone: bool) -> Iterator[Found]:
    if _is_beside_the_point(sentence, someone=someone):
        return
    for sign in SIGNS:
        match = sign.pattern.search(sentence)
        while match and negated(sentence, match.start()):
            match = sign.pattern.search(sentence, match.end())
        if match:
            yield Found(sign, start + match.start(), start + match.end())


def _is_beside_the_point(sentence: str, *, someone: bool) -> bool:
    """Tell whether a sentence is about signs in general, in the past, or only possible."""
    if is_general(sentence) and not _is_urgent(sentence):
        return True
    if PAST.search(sentence) and not re.search(
        r"\b(?:now|right now|today|since (?:this|last night|yesterday)|this morning)\b", sentence
    ):
        return True
    if HYPOTHETICAL.search(sentence) and not _is_happening(sentence):
        return True
    if not PERSON.search(sentence) and not someone:
        return len(sentence.split()) > _TELEGRAM or bool(TOPIC.search(sentence))
    return False


def _is_urgent(sentence: str) -> bool:
    """A list of signs with a cry for help or a time is no question about them."""
    cry = re.search(r"\b(?:help|now|right now|minutes?|just|since|emergency)\b", sentence)
    return bool(cry and not GENERAL.search(sentence) and not re.search(r"\bfirst aid\b", sentence))


def _is_happening(sentence: str) -> bool:
    return bool(
        re.search(
            r"\b(?:i|he|she|it|they|we|son|daughter|husband|wife|mum|dad|mother|father|baby|child|kid|friend|brother|sister) (?:am|is|are|have|has|had|just|suddenly|cannot|can hardly|feel|feels|keep|keeps|took|ate)\b|\b(?:mine|hers|his) (?:has|is|came)\b",
            sentence,
        )
        and (
            NOW.search(sentence)
            or re.search(r"\b(?:i am|i have|he is|he has|she is|she has|i cannot)\b", sentence)
        )
    )
