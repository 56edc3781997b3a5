"""Read strange words one by one: as words that were turned, doubled, stripped or shifted. Pure.

A way of disguise maps a strange word to the word that it may be. One word proves nothing; several
that the same way explains, and that speak of doses or of doing, do.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from services.guard.decoding.joined import is_instruction, words_of
from services.guard.decoding.lexicon import CLEAR, KNOWN, STRONG, TELLING
from services.guard.decoding.shown import ALPHABET, Shown

_LEAST_LETTERS = 8  # of the words that a way explains, together
_RUNS = re.compile(r"(.)\1+")
_VOWELS = str.maketrans("", "", "aeiou")
_ENDINGS = ("way", "yay", "ay")
_CONSONANTS = frozenset("bcdfghjklmnpqrstvwxyz")
_TEXTED = re.compile(r"(ph)|(ck?|qu?)|(z)|([aeiouyhw]+)|(.)\5*")
_OPENING = re.compile(r"^(?:(kn)|(wr)|([cq])(?![eihy])|ph)")
# Words that nobody misspells by chance, as names and learned words are.
_OFTEN = frozenset(
    """
    your you should would could need stop stopping take taking have with this that them they because before now not
    more tonight tomorrow today want
    """.split()
)
_LONG_RUN = re.compile(r"([a-z])\1\1")
_WORD = re.compile(r"[a-z]+")


def _first_of(pairs: Iterator[tuple[str, str]]) -> Mapping[str, str]:
    """Keep one word for each key: that an instruction is made of before any other."""
    found: dict[str, str] = {}
    for key, word in pairs:
        if key not in found or (word in TELLING and found[key] not in TELLING):
            found[key] = word
    return found


def _mixed(word: str) -> str:
    return word[0] + "".join(sorted(word[1:]))


def _sounded(word: str) -> str:
    """Spell by sound: what is said alike gives the same letters."""
    word = _OPENING.sub(lambda m: "n" if m[1] else "r" if m[2] else "k" if m[3] else "f", word)
    return word[0] + _TEXTED.sub(
        lambda m: "f" if m[1] else "k" if m[2] else "s" if m[3] else "" if m[4] else m[5] or "",
        word[1:],
    )


def _step(word: str) -> bytes:
    """Write how far each letter is from the first one, which no shift changes."""
    return word.encode("ascii").translate(_STEPS[word[0]])


def _by_steps() -> Mapping[bytes, Sequence[str]]:
    """Gather the words that are shifts of one another."""
    found: dict[bytes, list[str]] = defaultdict(list)
    for word in sorted(KNOWN):
        if len(word) > 2:
            found[_step(word)].append(word)
    return found


_STEPS = {
    first: bytes.maketrans((ALPHABET[at:] + ALPHABET[:at]).encode(), ALPHABET.encode())
    for at, first in enumerate(ALPHABET)
}
_MIRRORED = {
    word.translate(str.maketrans(ALPHABET, ALPHABET[::-1])): word for word in sorted(KNOWN)
}
_LONGER = tuple(sorted(word for word in KNOWN if len(word) > 3))
_COLLAPSED = _first_of((_RUNS.sub(r"\1", word), word) for word in sorted(KNOWN) if len(word) > 1)
_UNMIXED = _first_of((_mixed(word), word) for word in _LONGER)
_UNVOICED = _first_of((word.translate(_VOWELS), word) for word in sorted(KNOWN))
_BY_SOUND = _first_of((_sounded(word), word) for word in _LONGER)
_BY_LETTERS = {"".join(sorted(word)): word for word in sorted(STRONG) if len(word) > 3}
_SCRAMBLED = frozenset("unscramble unjumble rearrange rearranged anagram scrambled jumbled".split())
_ANAGRAMS = frozenset({"pots", "spot", "post", "tops"})  # known words that are others too
_BY_STEPS = _by_steps()


def readings_of(shown: Shown) -> Iterator[str]:
    """Yield the text with its strange words read, for each way that explains enough of them."""
    by_way: dict[str, dict[str, str]] = {}
    for word in shown.strange:
        for way, known in _clues(word):
            by_way.setdefault(way, {})[word] = known
    for way, read in by_way.items():
        clear = way in _CERTAIN and not CLEAR.isdisjoint(read.values())
        if clear or way == _JOINED or _is_enough(read, 2):
            yield _with(shown.text, read)
    if not shown.words.isdisjoint(_SCRAMBLED):
        yield from _unscrambled(shown)
    if len(shown.unknown) > 2 and len(shown.unknown) * 2 > len(shown.words):
        yield from _stripped(shown)


def _unscrambled(shown: Shown) -> Iterator[str]:
    """Put the letters of strange words in order, where a text tells its reader to."""
    mixed = shown.strange | (shown.words & _ANAGRAMS)
    read = {word: _BY_LETTERS.get("".join(sorted(word)), "") for word in mixed}
    if any(read.values()):
        yield _with(shown.text, {word: known for word, known in read.items() if known})


@lru_cache(maxsize=1 << 14)
def _clues(word: str) -> tuple[tuple[str, str], ...]:
    """Say which known word a strange one may be, by the name of the way; most are none."""
    found = [(name, known) for name, way in _WAYS if (known := way(word))]
    shifts = _BY_STEPS.get(_step(word), ())
    found += [(f"shift {(ord(known[0]) - ord(word[0])) % 26}", known) for known in shifts]
    if word[::2] == word[1::2] and word[::2] in KNOWN:
        found.append(("stretched", word[::2]))
    if (short := _RUNS.sub(r"\1", word)) != word and (whole := _COLLAPSED.get(short)):
        if _LONG_RUN.search(word):
            found.append(("stretched", whole))
        elif len(word) > len(short) + 1:
            found.append(("collapsed", whole))
    if len(word) >= _LEAST_RUN and is_instruction(parts := words_of(word)):
        found.append((_JOINED, " ".join(parts)))
    return tuple(found)


def _is_enough(read: Mapping[str, str], least: int) -> bool:
    words = set(read.values())
    if len(words) < least or words.isdisjoint(TELLING):
        return False
    return sum(map(len, words)) >= _LEAST_LETTERS


def _with(text: str, read: Mapping[str, str]) -> str:
    return _WORD.sub(lambda match: read.get(match.group(), match.group()), text.lower())


def _turned(word: str) -> str:
    return word[::-1] if word[::-1] in KNOWN else ""


def _atbash(word: str) -> str:
    return _MIRRORED.get(word, "")


def _thinned(word: str) -> str:
    """Read every second letter."""
    if len(word) < 5:
        return ""
    return next((part for part in (word[1::2], word[::2]) if len(part) > 2 and part in KNOWN), "")


def _unmixed(word: str) -> str:
    return _UNMIXED.get(_mixed(word), "") if len(word) > 3 else ""


def _unpigged(word: str) -> str:
    if not word.endswith("ay"):
        return ""
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word:
            continue
        sizes = (1, 2, 3) if ending == "ay" else (0,)
        for size in sizes:
            turned = stem[len(stem) - size :] + stem[: len(stem) - size]
            if size < len(stem) and turned in KNOWN:
                return turned
    return ""


_WAYS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("turned", _turned),
    ("atbash", _atbash),
    ("thinned", _thinned),
    ("mixed", _unmixed),
    ("pig", _unpigged),
)
_JOINED = "joined"
_CERTAIN = ("shift 13", "stretched")  # these read nothing by chance
_LEAST_RUN = 10  # letters


def _stripped(shown: Shown) -> Iterator[str]:
    """Yield a text of which most words have lost their vowels, or are spelled by their sound."""
    bare = [token.strip(".,;:!?'\"()") for token in shown.tokens]
    bare = [token.lower() for token in bare if not (token.isupper() and len(token) > 1)]
    bare = [token for token in bare if token.isalpha()]
    hard = [token for token in bare if _CONSONANTS.issuperset(token)]
    if len(hard) > 3 and len(hard) * 2 > len(bare):
        read = {token: _UNVOICED[token] for token in hard if token in _UNVOICED}
        if len(read) > 2 and not TELLING.isdisjoint(read.values()):
            yield _with(shown.text, read)
    odd = [token for token in bare if len(token) > 2 and token not in KNOWN]
    if len(odd) > 2 and len(odd) * 2 > len(bare):
        read = {token: _BY_SOUND[key] for token in odd if (key := _sounded(token)) in _BY_SOUND}
        misspelled = not _OFTEN.isdisjoint(read.values())
        if misspelled and len(read) * 4 >= len(odd) * 3 and _is_enough(read, 3):
            yield _with(shown.text, read)
