"""Undo the ways in which words are disguised: encodings, spelling out, turning round. Pure.

`decoded` offers each reading that shows words where the text itself shows none, so that the rules
can judge what a reader would make out.
"""

from collections.abc import Iterator

from services.guard.decoding import encodings, joined, spelling, strange, texting, turning
from services.guard.decoding.shown import Shown, shown_of

_LONGEST = 4000  # code points that are looked at


def decoded(text: str) -> tuple[str, ...]:
    """Return the readings of a text that hold words, each once; none for a plain sentence."""
    shown = shown_of(text[:_LONGEST])
    readings = (*encodings.readings_of(shown), *_disguised(shown))
    return tuple(dict.fromkeys(reading for reading in readings if reading != shown.text))


def opaque(text: str) -> Iterator[str]:
    """Yield what encodings hold that nobody reads without a machine."""
    return encodings.readings_of(shown_of(text))


def disguised(text: str) -> Iterator[str]:
    """Yield what a patient reader makes out: spelled, turned round, shifted, with digits."""
    return _disguised(shown_of(text))


def _disguised(shown: Shown) -> Iterator[str]:
    for way in (spelling, turning, strange, joined, texting):
        yield from way.readings_of(shown)


__all__ = ["decoded", "disguised", "opaque"]
