"""Instructions to software in a text that should only inform people. Pure.

A passage that carries them, or hidden text, is quarantined: it may not be cited, and no model sees
it. Sentences of a draft are held to the same patterns. What is searched for is the address: words
to a model, a judge or a guard, and orders about the answer itself. Texts are read in their plain
form and in overlapping parts, so that a long one costs no more than its length.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from caveat.instructions.claims import CLAIMS
from caveat.instructions.luring import LURES
from caveat.instructions.orders import CALL, MARKED, ORDERS, TURN
from caveat.plain import plain, windows

_LONGEST, _OVERLAP = 1024, 256

# Tags that do something wherever they stand, and hidden text.
_SCRIPT = re.compile(
    r"<\s?/?(?:script|iframe|object|embed|svg|form|meta|link|style|img|base|marquee|blink|font|input|button)\b|<!--|\bjavascript:|\bdata:[a-z]+/[\w.+-]+[;,]|\bon(?:error|load|click|mouseover) ?="
    r"|(?:display ?: ?none|visibility ?: ?hidden|font-size ?: ?0|color ?: ?(?:white|transparent|#fff))",
    re.IGNORECASE,
)
# Characters that turn or hide what follows; joiners are needed by some scripts, and so only counted
# inside of Latin words.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_BETWEEN_LETTERS = re.compile(
    "[A-Za-z][\u200b-\u200f\u2060-\u2064\ufeff\ufe00-\ufe0f\u034f\u115f\u1160\u3164\u180e]+[A-Za-z ]"
    "|[\u200b\u2060\ufeff]{2}"
)


def hidden(text: str) -> str:
    """Say what a text hides from the eye; empty when nothing."""
    if text.isascii():
        return ""
    if _TURNING.search(text):
        return "characters that turn or tag the text"
    if len(_BETWEEN_LETTERS.findall(text)) > 1:
        return "invisible characters inside of words"
    struck = sum(unicodedata.category(character) == "Mn" for character in text)
    if struck > 3 and struck * 3 > len(text.split()) and _loose_marks(text) > 3:
        return "marks over ordinary letters"
    return ""


def _loose_marks(text: str) -> int:
    """Count marks on small words of Latin letters that no language writes so."""
    return sum(unicodedata.category(c) == "Mn" for c in unicodedata.normalize("NFC", text)) + sum(
        c == "\u0301" for c in text
    )


@lru_cache(maxsize=8192)
def quarantined(text: str) -> str:
    """Say why a passage may not be used; empty when it may."""
    if reason := hidden(text):
        return reason
    seen = plain(text).text
    for part in parts(seen):
        if _SCRIPT.search(part):
            return "markup that acts or hides"
        if instructs(part):
            return "an instruction to software"
    return ""


def instructs(part: str) -> bool:
    """Tell whether a part of a plain text gives orders to software."""
    small = part.lower()
    if "<|" in small and TURN.search(small):
        return True
    if "_" in small and "(" in small and CALL.search(small):
        return True
    return ORDERS.finds(small) or CLAIMS.finds(small) or MARKED.finds(small)


def lures(part: str) -> bool:
    """Tell whether a part of a plain text asks the reader for what no page may ask."""
    return LURES.finds(part.lower())


def parts(text: str) -> Iterator[str]:
    """Cut a text into overlapping parts."""
    return (part for _, part in windows(text, _LONGEST, _OVERLAP))
