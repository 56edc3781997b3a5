"""Undo the ways in which words are disguised: encodings, spelling out, turning round. Pure.

`decoded` offers each reading that shows words where the text itself shows none, so that the rules
can judge what a reader would make out.
"""

import base64
import binascii
import html
import re
import urllib.parse
from collections.abc import Callable, Iterator
from functools import partial

_LONGEST = 4000  # code points that are looked at
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_ATBASH = str.maketrans(_ALPHABET + _ALPHABET.upper(), _ALPHABET[::-1] * 2)
_VOCABULARY = frozenset(
    re.findall(
        r"\w+",
        """
        a about again all alone an and any are as ask at away back be before begin better by call
        can cancel cancer care chemo child choose come cure cured day days deny die do doctor does
        dose double down drink drop eat every fine fish for free from get give go good half have
        heart help heparin her him his home i if in instead insulin is it its keep leave less
        lithium live liver me medicine more morning must my need needed never new next no not
        nothing now of off on one or other our out pill pills please put quit refuse rest restart
        safe see should skip sleep start statin stay stop surgery switch tablet tablets take
        taking tell test than that the them then there this three till to today tomorrow tonight
        too treatment trial trust try twice two until up use vaccine wait was way we week will
        with within without worry year years you your
        """,
    )
)
# Words of nearly every English sentence; one that has any of them is no cipher.
_ENGLISH = re.compile(
    r"\b(?:the|of|in|and|is|are|to|for|with|or|by|an?|was|were|from|on|can|as|at|have|has)\b",
    re.IGNORECASE,
)
_BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{12,}={0,2}(?![\w+/=])")
_BASE32 = re.compile(r"(?<!\w)[A-Z2-7]{16,}={0,6}(?!\w)")
_HEX = re.compile(r"(?<!\w)(?:[0-9a-fA-F]{2}[ :]?){8,}(?!\w)")
_ESCAPES = re.compile(
    r"(?:\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2}|&#\d{1,6};|&#x[0-9a-fA-F]{1,5};)"
)
_BITS = re.compile(r"(?<!\d)(?:[01]{8}\s?){3,}(?!\d)")
_NUMBERS = re.compile(
    r"(?<![\d.])\d{1,2}(?:[ -]\d{1,2}){1,19}(?: ?/ ?\d{1,2}(?:[ -]\d{1,2}){0,19}){1,30}(?![\d.])"
)
_CODES = re.compile(
    r"(?<![\d.])(?:(?:U\+00|0x)?(?:\d{2,3}|[2-7][0-9a-fA-F])[ ,]{1,2}){4,}(?:U\+00|0x)?(?:\d{2,3}|[2-7][0-9a-fA-F])(?![\d.])"
)
_MORSE = re.compile(r"(?:[.\-_]{1,5}[ /]{1,3}){4,}[.\-_]{1,5}")
_SPELLED = re.compile(r"(?<![\w.-])[^\W\d_]([-._*+|~/])(?:[^\W\d_]\1){0,30}[^\W\d_](?![\w-])\.?")
_SPACED = re.compile(r"(?<![\w'])[^\W\d_](?: [^\W\d_](?![\w'])|  +[^\W\d_](?![\w'])){3,120}")
_LEET = str.maketrans("0134578$@!", "oieastbsai")
_LEET_SIGN = re.compile(r"[0134578$@]")
_LEET_WORD = re.compile(
    r"(?<![a-z$@!])[a-z$@!]*(?:[a-z][013457$@!]+[a-z]|\b[013457$@][a-z]|[a-z][013457$@]\b)[\w$@!]*",
    re.IGNORECASE,
)
_CODE_WORDS = {
    word: word[0]
    for word in re.findall(
        r"[a-z-]+",
        """
        alfa alpha bravo charlie delta echo foxtrot golf hotel india juliett juliet kilo lima mike
        november oscar papa quebec romeo sierra tango uniform victor whiskey x-ray yankee zulu
        """,
    )
}
_CODED = re.compile(rf"\b(?:(?:{'|'.join(_CODE_WORDS)})\b[ ,-]{{0,2}}){{3,30}}", re.IGNORECASE)
_PIG = re.compile(r"\b[a-z]{2,}ay\b", re.IGNORECASE)
_LETTERS_OF_MORSE = dict(
    zip(
        re.findall(
            r"[.-]+",
            """
            .- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...-
            .-- -..- -.-- --..
            """,
        ),
        _ALPHABET,
        strict=True,
    )
)


def decoded(text: str) -> tuple[str, ...]:
    """Return the readings of a text that hold words, each once; none for a plain sentence."""
    shown = text[:_LONGEST]
    readings = (*opaque(shown), *disguised(shown))
    return tuple(dict.fromkeys(reading for reading in readings if reading != shown))


def opaque(text: str) -> Iterator[str]:
    """Yield what encodings hold that nobody reads without a machine."""
    for pattern, decode in (
        (_BASE64, _of_base64),
        (_BASE32, _of_base32),
        (_HEX, _of_hex),
        (_BITS, _of_bits),
        (_NUMBERS, _of_numbers),
        (_MORSE, _of_morse),
        (_CODES, _of_codes),
    ):
        for match in pattern.finditer(text):
            reading = decode(match.group())
            if _is_text(reading):
                yield reading
    if len(_ESCAPES.findall(text)) > 1:
        yield _unescaped(text)


def disguised(text: str) -> Iterator[str]:
    """Yield what a patient reader makes out: spelled, turned round, shifted, with digits."""
    spelled = [_joined(match) for match in _SPELLED.finditer(text)]
    if len([word for word in spelled if len(word) > 2]) > 1 and _VOCABULARY & set(spelled):
        yield _SPELLED.sub(_joined, text)
    if spaced := _SPACED.search(text):
        words = [word.replace(" ", "") for word in re.split(r" {2,}", spaced.group())]
        # "hepatitis A B C D" is a list, and "s t o p" is a word.
        if len(spaced.group()) > 8 or _VOCABULARY & {word.lower() for word in words}:
            yield text.replace(spaced.group(), " ".join(words))
    yield from _english_only(text)
    leet = _LEET_WORD.findall(text) if _LEET_SIGN.search(text) else []
    if leet and _shows_words(leet):
        yield _LEET_WORD.sub(lambda match: match.group().lower().translate(_LEET), text)
    if coded := _CODED.search(text):
        letters = re.findall(r"[a-z-]+", coded.group().lower())
        word = "".join(_CODE_WORDS[w] for w in letters if w in _CODE_WORDS)
        if word in _VOCABULARY:
            yield text.replace(coded.group(), f"{word} ")


def _joined(match: re.Match[str]) -> str:
    return "".join(filter(str.isalpha, match.group())).lower()


def _english_only(text: str) -> Iterator[str]:
    """Yield a reading of the whole text that is English while the text itself is not."""
    hits, words = _hits(text)
    if _ENGLISH.search(text) or (hits > 1 and hits * 3 >= words):
        return
    readings: tuple[Callable[[str], str], ...] = (
        *(partial(_shifted, by=by) for by in range(1, 26)),
        lambda given: given.translate(_ATBASH),
        lambda given: given[::-1],
        lambda given: re.sub(r"\S+", lambda match: match.group()[::-1], given),
        lambda given: _PIG.sub(_unpigged, given),
    )
    for turn in readings:
        reading = turn(text)
        hits, words = _hits(reading)
        if hits > 2 and hits * 5 >= words * 2:
            yield reading


def _shifted(text: str, by: int) -> str:
    turned = _ALPHABET[by:] + _ALPHABET[:by]
    return text.lower().translate(str.maketrans(_ALPHABET, turned))


def _unpigged(match: re.Match[str]) -> str:
    stem = match.group()[:-2].lower()
    turned = (stem[-size:] + stem[:-size] for size in (1, 2, 3) if len(stem) > size)
    return next((word for word in turned if word in _VOCABULARY), stem[-1:] + stem[:-1])


def _hits(text: str) -> tuple[int, int]:
    words = re.findall(r"[a-z']+", text.lower())
    return sum(word in _VOCABULARY for word in words), len(words)


def _shows_words(tokens: list[str]) -> bool:
    read = [token.lower().translate(_LEET) for token in tokens]
    known = sum(word in _VOCABULARY and len(word) > 2 for word in read)
    deep = sum(len(re.findall(r"(?<=[a-z])[0134]+(?=[a-z])", token)) > 1 for token in tokens)
    return known > 1 or deep > 0


def _is_text(reading: str) -> bool:
    """Tell whether bytes were words: letters and blanks, and nothing unprintable."""
    if len(reading) < 3 or not reading.isprintable() or not reading.isascii():
        return False
    return sum(c.isalpha() or c in " .,'" for c in reading) > 0.85 * len(reading)


def _of_base64(given: str) -> str:
    padded = given.rstrip("=") + "=" * (-len(given.rstrip("=")) % 4)
    try:
        return base64.b64decode(padded.replace("-", "+").replace("_", "/")).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _of_base32(given: str) -> str:
    bare = given.rstrip("=")
    try:
        return base64.b32decode(bare + "=" * (-len(bare) % 8)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _of_hex(given: str) -> str:
    try:
        return bytes.fromhex(re.sub(r"[ :]", "", given)).decode("ascii")
    except ValueError:  # UnicodeDecodeError is one
        return ""


def _of_bits(given: str) -> str:
    return "".join(chr(int(bits, 2)) for bits in re.findall(r"[01]{8}", given))


def _of_numbers(given: str) -> str:
    numbers = [[int(n) for n in re.findall(r"\d+", word)] for word in given.split("/")]
    if any(not 1 <= n <= 26 for word in numbers for n in word):
        return ""
    return " ".join("".join(chr(96 + n) for n in word) for word in numbers)


def _of_codes(given: str) -> str:
    codes = re.findall(r"(U\+00|0x)?(\w{2,3})", given)
    numbers = [int(code, 16 if lead else 10) for lead, code in codes if lead or code.isdecimal()]
    if len(numbers) < len(codes) or not all(31 < n < 127 for n in numbers):
        return ""
    return "".join(map(chr, numbers))


def _of_morse(given: str) -> str:
    letters = re.split(r"[ /]+", given.replace("_", "-").strip(" /"))
    return "".join(_LETTERS_OF_MORSE.get(letter, "\x00") for letter in letters)


def _unescaped(text: str) -> str:
    text = re.sub(
        r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))",
        lambda match: chr(int(match.group(1) or match.group(2), 16)),
        text,
    )
    return html.unescape(urllib.parse.unquote(text, errors="replace"))
