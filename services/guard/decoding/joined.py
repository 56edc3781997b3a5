"""Read words that are run together, cut into pieces, or to be put together. Pure."""

import re
from collections.abc import Iterable, Iterator

from services.guard.decoding.lexicon import KNOWN, STRONG, TELLING
from services.guard.decoding.shown import Shown

_LONGEST_WORD = max(map(len, KNOWN))
_LONGEST_RUN = 200  # letters
_SMALL = frozenset(
    "a i am an as at be by do go he if in is it me my no of off on or so to up us we".split()
)
_WORD = re.compile(r"[A-Za-z]+")
_PARTS = _SMALL | {word for word in KNOWN if len(word) > 2}
_LETTERS = re.compile(r"[^a-z]+")
_CHAINED = re.compile(r"(?<![\w/.])[A-Za-z]{1,15}(?:[-_][A-Za-z]{1,15}){2,20}(?![\w/])")
_SPOKEN_TO = frozenset("you your not never".split())
_TAG = re.compile(r"#([A-Za-z]{6,60})\b")
# Marks inside of words, as in "st**op**" and "t(a)ke".
_MARKED = re.compile(r"(?<=[A-Za-z])[*_~`|^(){}\[\]<>/\\]{1,4}(?=[A-Za-z])")
_MARKS = re.compile(r"[*_~`|^(){}\[\]<>/\\]")
_HYPHENED = re.compile(r"(?<![\w-])[A-Za-z]{1,8}(?:-[A-Za-z]{1,8}){1,6}(?![\w-])")
# 'sto + p', '"sto" + "p"'
_PLUS = re.compile(r"[\"']?\s*\+\s*[\"']?")
_PIECES = re.compile(r"(?:concat|join|\+)", re.IGNORECASE)
_QUOTED = re.compile(r"[\"']([A-Za-z ]{1,20})[\"']")
_ORDERS = frozenset(
    "letter letters initials capitals acrostic uppercase downward downwards vertically".split()
)
_PLACES = frozenset("first last second every read".split())
_UNITS = frozenset("word words line lines down".split())
_SEGMENT = re.compile(r"[:.;!?]\s|\n")
_LEAST_LINES = 4


def words_of(run: str) -> tuple[str, ...]:
    """Cut a run of small letters into known words, of which one tells; empty when it is none."""
    run = run[:_LONGEST_RUN]
    # The fewest words that end at each place, by the place where the last of them begins.
    best: list[tuple[int, int]] = [(0, 0)] + [(_LONGEST_RUN, -1)] * len(run)
    for start in range(len(run)):
        count = best[start][0] + 1
        if count > _LONGEST_RUN:
            continue
        for end in range(start + 1, min(len(run), start + _LONGEST_WORD) + 1):
            if run[start:end] in _PARTS and count < best[end][0]:
                best[end] = (count, start)
    words: list[str] = []
    place = len(run)
    while place > 0 and best[place][1] >= 0:
        words.append(run[best[place][1] : place])
        place = best[place][1]
    return tuple(reversed(words)) if not place and not TELLING.isdisjoint(words) else ()


def is_instruction(parts: tuple[str, ...]) -> bool:
    """Tell an instruction from a compound, which has two parts or short ones."""
    long = sum(map(len, parts)) >= 3 * len(parts)
    told = STRONG if len(parts) == 3 else STRONG | _SPOKEN_TO
    return long and len(parts) > 2 and not told.isdisjoint(parts)


def readings_of(shown: Shown) -> Iterator[str]:
    """Yield what is put together."""
    yield from _chained(shown)
    yield from _cut(shown)
    if "+" in shown.signs or not shown.words.isdisjoint(("join", "concat")):
        yield from _added(shown.text)
    if not shown.signs.isdisjoint("*_~`|^({[</\\") and _MARKED.search(shown.text):
        yield from _unmarked(shown)
    yield from _gathered(shown)


def _chained(shown: Shown) -> Iterator[str]:
    """Yield a chain of words as words, when it begins with what to do, and a tag that does."""
    text = shown.text
    if not shown.signs.isdisjoint("-_"):
        for match in _CHAINED.finditer(text):
            parts = tuple(match.group().lower().replace("_", "-").split("-"))
            least = 3 if "_" in match.group() or "your" in parts else 4
            if len(parts) >= least and KNOWN.issuperset(parts) and parts[0] in STRONG:
                yield text.replace(match.group(), " ".join(parts))
    if "#" in shown.signs:
        for tag in _TAG.findall(text):
            parts = words_of(tag.lower())
            if len(parts) > 1 and parts[0] in STRONG:
                yield text.replace(f"#{tag}", " ".join(parts))


def _cut(shown: Shown) -> Iterator[str]:
    """Close words that a blank or hyphen cuts where no word ends."""
    text = shown.text
    if "-" in shown.signs:
        read = {
            cut: word
            for cut in _HYPHENED.findall(text)
            if (word := cut.replace("-", "").lower()) in KNOWN
            and not KNOWN.issuperset(cut.lower().split("-"))
        }
        if len(read) > 1 and not TELLING.isdisjoint(read.values()):
            yield _HYPHENED.sub(lambda match: read.get(match.group(), match.group()), text)
    if (
        len(shown.tokens) > 3
        and len(shown.unknown) * 5 >= len(shown.words) * 2
        and len(text) < 6 * len(shown.tokens)
    ):
        run = _LETTERS.sub("", text.lower())
        words = words_of(run)
        gained = set(words) - shown.words
        if len(gained) > 1 and len(words) < len(shown.tokens) and len(run) >= 3 * len(words):
            yield " ".join(words)


def _unmarked(shown: Shown) -> Iterator[str]:
    """Take away the marks inside of words, where that gives words of an instruction."""
    bare = _MARKS.sub("", shown.text)
    gained = frozenset(_LETTERS.split(bare.lower())) - shown.words
    if not STRONG.isdisjoint(gained) or len(gained & TELLING) > 1:
        yield bare


def _added(text: str) -> Iterator[str]:
    """Carry out what an expression of pieces says."""
    joined = _PLUS.sub("", text)
    before = frozenset(re.findall(r"[a-z]+", text.lower()))
    gained = frozenset(re.findall(r"[a-z]+", joined.lower())) - before
    if joined != text and len(gained & KNOWN) and not TELLING.isdisjoint(gained):
        yield joined
    if _PIECES.search(text):
        whole = "".join(_QUOTED.findall(text)).lower()
        if not TELLING.isdisjoint(whole.split()) and not TELLING.issubset(before):
            yield whole


def _gathered(shown: Shown) -> Iterator[str]:
    """Gather the letters that a reader is told to gather, and those that begin many lines."""
    if "\n" in shown.signs:
        yield from _down(shown.text)
    if shown.words.isdisjoint(_ORDERS) and (
        shown.words.isdisjoint(_PLACES) or shown.words.isdisjoint(_UNITS)
    ):
        return
    for segment in _SEGMENT.split(shown.text):
        yield from _telling(_letters_of(segment))


def _letters_of(segment: str) -> Iterator[str]:
    words = _WORD.findall(segment)
    letters = "".join(words)
    yield "".join(word[0] for word in words)
    yield "".join(word[-1] for word in words)
    yield "".join(filter(str.isupper, letters))
    yield letters[::2]
    yield letters[1::2]


def _down(text: str) -> Iterator[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) >= _LEAST_LINES:
        for part in (lines, lines[:-1]):  # the last line may say what to do with the others
            yield from _telling(["".join(line[0] for line in part)])


def _telling(found: Iterable[str]) -> Iterator[str]:
    for letters in found:
        small = letters.lower()
        if 3 < len(small) <= _LONGEST_RUN and small.isascii() and small.isalpha():
            words = words_of(small)
            if not STRONG.isdisjoint(words) and sum(map(len, words)) >= 3 * len(words):
                yield " ".join(words)
