"""Undo encodings that nobody reads without a machine. Pure."""

import base64
import binascii
import html
import re
import urllib.parse
from collections.abc import Callable, Iterator

from services.guard.decoding.lexicon import KNOWN
from services.guard.decoding.shown import ALPHABET, Shown

_BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{12,}={0,2}(?![\w+/=])")
_BASE32 = re.compile(r"(?<!\w)[A-Z2-7]{16,}={0,6}(?!\w)")
_HEX = re.compile(r"(?<!\w)(?:[0-9a-fA-F]{2}[ :]?){8,}(?!\w)")
_ESCAPES = re.compile(
    r"(?:\\[0-3][0-7]{2}|\\u\{[0-9a-fA-F]{1,6}\}|%u00[0-9a-fA-F]{2}|\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2}|&#\d{1,6};|&#x[0-9a-fA-F]{1,5};)"
)
_QUOTED = re.compile(r"(?:=[0-9A-F]{2}){3,400}")
_ASCII85 = re.compile(r"<~[!-u\s]{5,400}~>")
_SHORT_BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/]{6,10}={1,2}(?![\w+/=])")
_SHORT_HEX = re.compile(r"(?<![\w.-])(?:[2-7][0-9a-fA-F]){4,7}(?![\w.-])")
_OCTAL = re.compile(r"(?<![\d.])(?:[01][0-7]{2}[ ,]{1,2}){3,400}[01][0-7]{2}(?![\d.])")
_CHARACTER = re.compile(
    r"\b(?:chr|char|fromcharcode|unichr)\((\d{2,3})\)(?: ?[+.&,] ?)?", re.IGNORECASE
)
_SEVEN_BITS = re.compile(r"(?<!\d)(?:[01]{7}\s){2,400}[01]{7}(?!\d)")
_PAIRS = re.compile(r"(?<![\w.-])(?:[2-7][0-9a-fA-F][ :,-]){3,400}[2-7][0-9a-fA-F](?![\w.])")
_NO_DIGITS = str.maketrans("", "", "0123456789")
_DOTS = str.maketrans("\u00b7\u2022\u2013\u2014\u2212", "..---")
_BITS = re.compile(r"(?<!\d)(?:[01]{8}\s?){3,}(?!\d)")
_NUMBERS = re.compile(
    r"(?<![\d.])\d{1,2}(?:[ -]\d{1,2}){1,19}(?: ?/ ?\d{1,2}(?:[ -]\d{1,2}){0,19}){1,30}(?![\d.])"
)
_CODES = re.compile(
    r"(?<![\d.])(?:(?:U\+00|0x)?(?:\d{2,3}|[2-7][0-9a-fA-F])[ ,]{1,2}){4,}(?:U\+00|0x)?(?:\d{2,3}|[2-7][0-9a-fA-F])(?![\d.])"
)
_MORSE = re.compile(r"(?:[.\-_]{1,5}[ /]{1,3}){4,}[.\-_]{1,5}")
_PLAIN = re.compile(r"\W{0,9}[A-Za-z]?[a-z/-]+\W{0,9}")  # a long word, as most are
_GAPPED = re.compile(r"[.\-_][ /]+[.\-_]")
_LETTERS_OF_MORSE = dict(
    zip(
        re.findall(
            r"[.-]+",
            """
            .- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...-
            .-- -..- -.-- --..
            """,
        ),
        ALPHABET,
        strict=True,
    )
)


def readings_of(shown: Shown) -> Iterator[str]:
    """Yield what encodings hold."""
    text = shown.text
    yield from _of_tokens(shown)
    if shown.has_digits:
        digits = len(text) - len(text.translate(_NO_DIGITS))
        for least, pattern, decode in _OF_DIGITS:
            if digits >= least:
                yield from _found(pattern, decode, text)
    # Morse of letters needs several groups; an ordinary text has none, or a dash.
    dotted = text if text.isascii() else text.translate(_DOTS)
    if _GAPPED.search(dotted):
        yield from _found(_MORSE, _of_morse, dotted)
    yield from _of_signs(shown)
    if not shown.signs.isdisjoint("\\%&") and len(_ESCAPES.findall(text)) > 1:
        yield _unescaped(text)


def _of_signs(shown: Shown) -> Iterator[str]:
    """Look at what only a text with its signs can hold."""
    text = shown.text
    if "<~" in text:
        yield from _found(_ASCII85, _of_ascii85, text)
    if "=" in shown.signs:
        yield from _found(_SHORT_BASE64, _of_base64, text)
        if _QUOTED.search(text):
            yield _QUOTED.sub(
                lambda match: bytes.fromhex(match.group().replace("=", "")).decode("latin-1"), text
            )
    if "(" in shown.signs and len(_CHARACTER.findall(text)) > 2:
        yield _CHARACTER.sub(lambda match: chr(int(match.group(1))), text)


def _of_tokens(shown: Shown) -> Iterator[str]:
    """Look at long words only: neither base 64 nor base 32 has blanks."""
    for token in shown.tokens:
        if len(token) >= _LONG and not _PLAIN.fullmatch(token):
            yield from _found(_BASE64, _of_base64, token)
            yield from _found(_BASE32, _of_base32, token)


def _found(pattern: re.Pattern[str], decode: Callable[[str], str], text: str) -> Iterator[str]:
    for match in pattern.finditer(text):
        reading = decode(match.group())
        if _is_text(reading):
            yield reading


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


def _of_ascii85(given: str) -> str:
    try:
        return base64.a85decode(given, adobe=True).decode("ascii")
    except ValueError:  # UnicodeDecodeError is one
        return ""


def _of_octal(given: str) -> str:
    return "".join(chr(int(code, 8)) for code in re.findall(r"[0-7]{3}", given))


def _of_seven_bits(given: str) -> str:
    return "".join(chr(int(bits, 2)) for bits in given.split())


def _of_pairs(given: str) -> str:
    """Read numbers of two digits where they give words, and are no amounts."""
    reading = _of_hex(re.sub(r"[,-]", " ", given))
    return reading if KNOWN.issuperset(reading.lower().split()) else ""


def _of_short_hex(given: str) -> str:
    """Read a few letters only where they are a word: many numbers are hexadecimal, too."""
    reading = _of_hex(given) if not given.isdecimal() or len(given) < 16 else ""
    return reading if reading.lower().strip() in KNOWN else ""


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
        r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,5})\})|%u([0-9a-fA-F]{4})",
        lambda match: chr(
            int(match.group(1) or match.group(2) or match.group(3) or match.group(4), 16)
        ),
        text,
    )
    text = re.sub(r"\\([0-3][0-7]{2})", lambda match: chr(int(match.group(1), 8)), text)
    return html.unescape(urllib.parse.unquote(text, errors="replace"))


_LONG = 12  # characters
# How many digits a text has at least that holds one.
_OF_DIGITS = (
    (3, _NUMBERS, _of_numbers),
    (4, _SHORT_HEX, _of_short_hex),
    (4, _PAIRS, _of_pairs),
    (8, _HEX, _of_hex),
    (10, _CODES, _of_codes),
    (12, _OCTAL, _of_octal),
    (21, _SEVEN_BITS, _of_seven_bits),
    (24, _BITS, _of_bits),
)
