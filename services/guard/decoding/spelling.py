"""Read letters that stand apart, and words that stand for letters. Pure."""

import re
from collections.abc import Iterator

from services.guard.decoding.shown import VOCABULARY, Shown

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
_APART = re.compile(r"[-._*+|~/]\w[-._*+|~/]")
_CODES_ALONE = frozenset(_CODE_WORDS) - {"x-ray"} | {"ray"}


def readings_of(shown: Shown) -> Iterator[str]:
    """Yield what is spelled."""
    text = shown.text
    if _APART.search(text):
        spelled = [_joined(match) for match in _SPELLED.finditer(text)]
        if len([word for word in spelled if len(word) > 2]) > 1 and VOCABULARY & set(spelled):
            yield _SPELLED.sub(_joined, text)
    if sum(len(token) == 1 for token in shown.tokens) > 1:
        yield from _spaced(text)
    if not shown.words.isdisjoint(_CODES_ALONE):
        yield from _coded(text)


def _joined(match: re.Match[str]) -> str:
    return "".join(filter(str.isalpha, match.group())).lower()


def _spaced(text: str) -> Iterator[str]:
    if spaced := _SPACED.search(text):
        words = [word.replace(" ", "") for word in re.split(r" {2,}", spaced.group())]
        # "hepatitis A B C D" is a list, and "s t o p" is a word.
        if len(spaced.group()) > 8 or VOCABULARY & {word.lower() for word in words}:
            yield text.replace(spaced.group(), " ".join(words))


def _coded(text: str) -> Iterator[str]:
    if coded := _CODED.search(text):
        letters = re.findall(r"[a-z-]+", coded.group().lower())
        word = "".join(_CODE_WORDS[w] for w in letters if w in _CODE_WORDS)
        if word in VOCABULARY:
            yield text.replace(coded.group(), f"{word} ")
