"""Read letters that stand apart, and words that stand for letters. Pure."""

import re
from collections.abc import Iterator

from services.guard.decoding.joined import words_of
from services.guard.decoding.lexicon import CLEAR, KNOWN, TELLING
from services.guard.decoding.shown import ALPHABET, Shown

_SPELLED = re.compile(r"(?<![\w.-])[^\W\d_]([-._*+|~/])(?:[^\W\d_]\1){0,30}[^\W\d_](?![\w-])\.?")
_SPACED = re.compile(r"(?<![\w'])[^\W\d_](?: [^\W\d_](?![\w'])|  +[^\W\d_](?![\w'])){3,120}")
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
_APART = re.compile(r"[-._*+|~/\u00b7]\w[-._*+|~/\u00b7]")
_CODES_ALONE = frozenset(_CODE_WORDS) - {"x-ray"} | {"ray"}
# Letters in brackets or quotes, in a list, and with digits between them.
_HELD = re.compile(r"(?:[(\[{<\"'][^\W\d_][)\]}>\"'][ ,+]{0,3}){3,40}")
_NUMBERED = re.compile(r"(?:(?<!\w)\d{1,2}[.):=] ?[^\W\d_](?!\w)[ ,;.]{0,2}){3,40}")
_LISTED = re.compile(r"(?<![\w'])[^\W\d_](?:(?:,| -| \+|;) ?(?:and )?[^\W\d_](?![\w'])){2,30}")
_BROKEN = re.compile(r"(?<!\w)[a-zA-Z](?:\d[a-zA-Z]){2,20}(?!\w)")
# "S as in sugar", "S for sugar"
_NAMED = re.compile(
    r"(?<!\w)([A-Za-z]) (?:is |stands )?(?:as in|for|like in|like|as) (?:an? )?([A-Za-z])\w+[,;.]? ?(?:and |then )?"
)
# "20-1-11-5", "20.1.11.5 9.20", "8,1,22,5 / 20,8,5": one sign in words and another between them
_PLACES = re.compile(r"(?<![\d.])\d{1,2}(?:[-., /|;]{1,3}\d{1,2}){3,99}(?![\d%])")
_FEW_PLACES = re.compile(r"\d[-., /|;]{1,3}\d{1,2}[-., /|;]{1,3}\d")
_PLACE = re.compile(r"(\d{1,2})([^\d]{0,3})")
_SINGLE = frozenset(ALPHABET)
_OBJECT = re.compile(r"\s?(?:the|your|taking|it|all|this)\b")
# A text that speaks of spelling may spell.
_SPEAKING = frozenset(
    "spelled spelt spell spelling word words letters abbreviation acronym stands means short".split()
)


def readings_of(shown: Shown) -> Iterator[str]:
    """Yield what is spelled."""
    text = shown.text
    if _APART.search(text):
        yield from _apart(shown)
    if len(shown.words & _SINGLE) > 1:
        yield from _spaced(text)
        yield from _replaced(_LISTED, text, _LISTED_WORDS)
        yield from _named(text)
    if not shown.signs.isdisjoint("([{<\"'"):
        yield from _replaced(_HELD, text, TELLING)
    if not shown.words.isdisjoint(_CODES_ALONE):
        yield from _coded(text)
    if shown.has_digits:
        yield from _replaced(_BROKEN, text, TELLING)
        if len(shown.words & _SINGLE) > 1:
            yield from _replaced(_NUMBERED, text, TELLING)
        if _FEW_PLACES.search(text):
            yield from _placed(text)


_LISTED_WORDS = CLEAR | frozenset("pills insulin tablets dose heparin".split())


def _apart(shown: Shown) -> Iterator[str]:
    text = shown.text.replace("\u00b7", "-")
    spelled = [match for match in _SPELLED.finditer(text) if len(_joined(match)) > 2]
    words = set(map(_joined, spelled))
    several = len(spelled) > 1 and not KNOWN.isdisjoint(words)
    if several or (shown.words.isdisjoint(_SPEAKING) and any(map(_is_clear, spelled))):
        yield _SPELLED.sub(_joined, text)


def _is_clear(match: re.Match[str]) -> bool:
    """Tell a disguise from a word that is spelled, and from the name of a study."""
    sign, word = match.group(1), _joined(match)
    if sign == "." and match.group().isupper():
        return word in CLEAR and _OBJECT.match(match.string, match.end()) is not None
    return word in (TELLING if sign in ".-/" else KNOWN)


def _joined(match: re.Match[str]) -> str:
    return "".join(filter(str.isalpha, match.group())).lower()


def _replaced(pattern: re.Pattern[str], text: str, wanted: frozenset[str]) -> Iterator[str]:
    """Yield the text with its groups of letters as words, when they are a word that is sought."""
    if not wanted.isdisjoint(_joined_list(match) for match in pattern.finditer(text)):
        yield pattern.sub(lambda match: f"{_joined_list(match)} ", text)


def _joined_list(match: re.Match[str]) -> str:
    return _joined(match) if " and " not in match.group() else _ANDS.sub("", match.group()).lower()


_ANDS = re.compile(r" and |[^A-Za-z]")


def _spaced(text: str) -> Iterator[str]:
    if spaced := _SPACED.search(text):
        words = [word.replace(" ", "") for word in re.split(r" {2,}", spaced.group())]
        # "hepatitis A B C D" is a list, and "s t o p" is a word.
        if len(spaced.group()) > 8 or KNOWN & {word.lower() for word in words}:
            yield text.replace(spaced.group(), " ".join(words))


def _named(text: str) -> Iterator[str]:
    named = list(_NAMED.finditer(text))
    letters = "".join(match.group(1) for match in named).lower()
    alike = all(match.group(1).lower() == match.group(2).lower() for match in named)
    if len(named) > 2 and alike and letters in TELLING:
        yield f"{text[: named[0].start()]}{letters} {text[named[-1].end() :]}"


def _coded(text: str) -> Iterator[str]:
    if coded := _CODED.search(text):
        letters = re.findall(r"[a-z-]+", coded.group().lower())
        word = "".join(_CODE_WORDS[w] for w in letters if w in _CODE_WORDS)
        if word in TELLING or words_of(word):
            yield text.replace(coded.group(), f"{word} ")


def _placed(text: str) -> Iterator[str]:
    """Read numbers as places in the alphabet, where they give words."""
    for match in _PLACES.finditer(text):
        places = [(int(number), sign) for number, sign in _PLACE.findall(match.group())]
        if not all(1 <= number <= len(ALPHABET) for number, _ in places):
            continue
        within = max({sign for _, sign in places[:-1]}, key=[s for _, s in places].count)
        spelled = "".join(
            ALPHABET[number - 1] + ("" if sign == within else " ") for number, sign in places
        )
        words = spelled.split()
        if all(word in KNOWN for word in words):
            told = not TELLING.isdisjoint(words) and max(map(len, words)) > 3
            told = told or (len(words) > 2 and sum(len(word) > 2 for word in words) > 1)
        else:
            told = bool(parts := words_of("".join(words))) and len(parts) > 1
        if told or (len(words) == 1 and words[0] in CLEAR):
            yield text.replace(match.group(), spelled)
