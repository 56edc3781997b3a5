"""Turn words round, shift their letters, and read digits as letters. Pure."""

import re
from collections.abc import Callable, Iterator
from functools import partial

from services.guard.decoding.lexicon import KNOWN, TELLING
from services.guard.decoding.shown import ALPHABET, Shown, hits_of

_ATBASH = str.maketrans(ALPHABET + ALPHABET.upper(), ALPHABET[::-1] * 2)
_LEET = str.maketrans("0134578$@!+\u20ac", "oieastbsaite")
_LEET_SIGNS = frozenset("0134578$@")
_LEET_WORD = re.compile(
    r"(?<![a-z$@!])[a-z$@!]*(?:[a-z][013457$@!]+[a-z]|\b[013457$@][a-z]|[a-z][013457$@]\b)[\w$@!]*",
    re.IGNORECASE,
)
_PIG = re.compile(r"\b[a-z]{2,}ay\b", re.IGNORECASE)
_MASKS = frozenset("*#_\u2022")
_MASK = re.compile(r"[*#_\u2022]")
_MASKED = re.compile(r"(?<!\w)[A-Za-z]{1,12}[*#_\u2022][A-Za-z]{0,12}(?!\w)")
_BESIDE = re.compile(r"[A-Za-z][013457$@!]|[013457$@][A-Za-z]")


def readings_of(shown: Shown) -> Iterator[str]:
    """Yield what is turned round, shifted, or written with digits."""
    text = shown.text
    if not shown.is_english:
        yield from _english_only(text)
    if not shown.signs.isdisjoint(_LEET_SIGNS) and _BESIDE.search(text):
        leet = _LEET_WORD.findall(text)
        if leet and (_shows_words(leet) or any(map(_tells, leet))):
            yield _LEET_WORD.sub(lambda match: match.group().lower().translate(_LEET), text)
    if not shown.signs.isdisjoint(_MASKS) and len(masked := _MASKED.findall(text)) > 1:
        read = {word.lower(): _unmasked(word.lower()) for word in masked}
        if sum(map(bool, read.values())) > 1 and not TELLING.isdisjoint(read.values()):
            yield _MASKED.sub(lambda m: read[m.group().lower()] or m.group(), text)


def _tells(given: str) -> bool:
    """Tell a word of an instruction with digits from a code, which has capitals or a digit last."""
    word = given.lower().translate(_LEET)
    return len(word) > 3 and word in TELLING and not given.isupper() and given[0].isalpha()


def _unmasked(word: str) -> str:
    """Try each vowel in the place of the signs."""
    tried = (_MASK.sub(vowel, word) for vowel in "aeiou")
    return next((read for read in tried if read in KNOWN), "")


def _english_only(text: str) -> Iterator[str]:
    """Yield a reading of the whole text that is English while the text itself is not."""
    hits, words = hits_of(text)
    if hits > 1 and hits * 4 >= words * 3:
        return
    own = hits
    readings: tuple[Callable[[str], str], ...] = (
        *(partial(_shifted, by=by) for by in range(1, 26)),
        lambda given: given.translate(_ATBASH),
        lambda given: given[::-1],
        lambda given: re.sub(r"\S+", lambda match: match.group()[::-1], given),
        lambda given: _PIG.sub(_unpigged, given),
    )
    for turn in readings:
        reading = turn(text)
        hits, words = hits_of(reading)
        if hits > max(2, own + 1) and hits * 2 >= words:
            yield reading


def _shifted(text: str, by: int) -> str:
    turned = ALPHABET[by:] + ALPHABET[:by]
    return text.lower().translate(str.maketrans(ALPHABET, turned))


def _unpigged(match: re.Match[str]) -> str:
    stem = match.group()[:-2].lower()
    turned = (stem[-size:] + stem[:-size] for size in (1, 2, 3) if len(stem) > size)
    return next((word for word in turned if word in KNOWN), stem[-1:] + stem[:-1])


def _shows_words(tokens: list[str]) -> bool:
    read = [token.lower().translate(_LEET) for token in tokens]
    known = sum(word in KNOWN and len(word) > 2 for word in read)
    deep = sum(len(re.findall(r"(?<=[a-z])[0134]+(?=[a-z])", token)) > 1 for token in tokens)
    return known > 1 or deep > 0
