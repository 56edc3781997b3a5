"""What the classifier sees in a question, and how likely it finds each disposition. Pure.

It only adds stops to those of the rules, above a threshold of the policy, and tells questions of
one person from general ones.
"""

import re
from collections.abc import Collection
from itertools import pairwise

from services.guard.linear import shipped
from services.guard.screening.context import (
    GENERAL,
    HYPOTHETICAL,
    NOW,
    OTHER,
    PAST,
    RELATIVE,
    TOPIC,
)
from services.guard.screening.reading import Reading
from services.guard.screening.scope import MEDICAL
from services.guard.screening.signs import MILD, SIGNS

NAME = "screening"
# More words than a long story has; what comes after says little about what is asked.
_LONGEST = 400
_WORD = re.compile(r"[^\W_]+|[?!]")
_KIN = re.compile(rf"\b{RELATIVE}\b")
_TRAITS = (
    ("me", re.compile(r"\b(?:i|me|my|mine|myself)\b")),
    ("you", re.compile(r"\b(?:you|your|yourself)\b")),
    ("other", OTHER),
    ("past", PAST),
    ("now", NOW),
    ("might", HYPOTHETICAL),
    ("general", GENERAL),
    ("topic", TOPIC),
    ("mild", MILD),
    ("health", MEDICAL),
    ("number", re.compile(r"\d")),
    ("question", re.compile(r"\?")),
)


def features(reading: Reading) -> Collection[str]:
    """Name what a question consists of: words, neighbours, parts of words, and traits."""
    words = _WORD.findall(reading.text)[:_LONGEST]
    found = {f"w:{word}" for word in words}
    found |= {f"b:{one} {two}" for one, two in pairwise(["^", *words, "$"])}
    found |= {f"s:{one} * {two}" for one, two in zip(words, words[2:], strict=False)}
    for word in words:
        whole = f"<{word[:24]}>"
        found |= {f"c:{whole[i : i + n]}" for n in (3, 4, 5) for i in range(len(whole) - n + 1)}
    found |= {
        f"k:{_KIN.sub('kin', pair)}" for pair in map(" ".join, pairwise(words)) if _KIN.search(pair)
    }
    return found | _traits(" ".join(words))


def _traits(text: str) -> set[str]:
    """Name of whom, when and how a text speaks, and the signs that it names."""
    said = {name for name, pattern in _TRAITS if pattern.search(text)}
    signs = {sign.name for sign in SIGNS if sign.pattern.search(text)}
    found = {f"t:{name}" for name in said} | {f"g:{name}" for name in signs}
    found |= {f"t:{one}+{two}" for one in said for two in said if one < two}
    return found | {f"g:{one}+{two}" for one in signs for two in signs | said if one != two}


def likelihoods(reading: Reading) -> dict[str, int]:
    """Return how likely each disposition is, in thousandths."""
    return shipped(NAME).permille(features(reading))
