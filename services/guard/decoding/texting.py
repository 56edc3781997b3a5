"""Read words as people type them in a hurry: "u", "shud", "2day". Pure."""

import re
from collections.abc import Iterator

from services.guard.decoding.lexicon import TELLING
from services.guard.decoding.shown import Shown

# What no page writes ...
_HASTY = {
    "u": "you", "ur": "your", "yer": "your", "yur": "your", "da": "the", "dat": "that", "dis": "this", "dem": "them",
    "em": "them", "shud": "should", "cud": "could", "wud": "would", "2day": "today", "2nite": "tonight",
    "tonite": "tonight", "2moro": "tomorrow", "tmrw": "tomorrow", "b4": "before", "m8": "mate", "gr8": "great",
    "l8r": "later", "gonna": "going to", "wanna": "want to", "gotta": "have to", "pls": "please", "plz": "please",
    "thx": "thanks", "cuz": "because", "coz": "because", "cos": "because", "thru": "through", "wat": "what",
    "kno": "know", "luv": "love", "dont": "do not", "cant": "cannot", "wont": "will not", "aint": "is not",
    "stahp": "stop", "stopp": "stop", "skipp": "skip", "tayk": "take", "doc": "doctor", "docs": "doctors",
    "meds": "medicines", "yo": "your",
}  # fmt: skip
# ... and what is read like that beside it.
_BESIDE = {"r": "are", "4": "for", "2": "to", "n": "and", "y": "why", "c": "see", "k": "okay"}
_OFTEN = frozenset({"doc", "docs", "meds", "dis", "em", "cos", "yo"})  # hasty, but seen on pages
_WORDS = frozenset(_HASTY)
_WORD = re.compile(r"[A-Za-z0-9']+")


def readings_of(shown: Shown) -> Iterator[str]:
    """Yield the text in full words, when two of its words at least are hasty ones."""
    hasty = shown.words & _WORDS
    if len(hasty) < 2 or not hasty - _OFTEN:
        return
    words = _HASTY | _BESIDE
    # Units are written "U", and nobody shouts in a hurry.
    reading = _WORD.sub(lambda match: words.get(match.group(), _full(match.group())), shown.text)
    if not TELLING.isdisjoint(reading.lower().split()):
        yield reading


def _full(word: str) -> str:
    return word if word.isupper() else _HASTY.get(word.lower(), word)
