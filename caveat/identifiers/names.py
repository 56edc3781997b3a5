"""Find names of people: by the words around them, and by lists of names. Pure.

A run of capitalised words is a name when a cue says so, or when it begins with a listed first name
and nothing says that it is an illness, a test, a medicine or a place. Small letters are a name only
behind the surest cues or where a listed name follows a word for a person.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from caveat.identifiers.cues import (
    AFTER,
    AS_SOMEBODY,
    AT_END,
    BEFORE,
    DOES,
    GIVES,
    GOES_ON,
    GOES_ON_AS_PERSON,
    GREETED,
    I_AM,
    LIKELY,
    LOOSE,
    OF_THINGS,
    RELATED,
    SIGNED,
    SURE,
    THING,
    TITLED,
    WHETHER,
)

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+){0,4}")
_PARTICLES = frozenset(
    "af al bin da das de del della den der di dos du el ibn la le ten ter van von zu".split()
)
_LONGEST_RUN = 5
_CAMEL = re.compile(
    r"(?<=[a-z])(?<!Mc)(?<!Mac)(?<!De)(?<!Le)(?<!La)(?<!Fitz)(?<!Van)(?<!Di)(?<!Du)[A-Z]"
)
_NUMERAL = re.compile(r"[IVX]+[a-d]")  # of a stage: "IVa"
# Endings of words that are no names, where nothing surer speaks for one.
_WORDLIKE = re.compile(
    r"(?:itis|[ae]mia|oma|osis|pathy|ectomy|oscopy|otomy|plasty|mab|nib|cillin|mycin|statin|pril|sartan|olol|azole|idine|amide|pine|tine|zine|cept|formin"
    r"|tion|sion|ment|ness|ology|ectasia|algia|uria|trophy|plegia|gram|graphy|metry|scope|therapy|vir|vax|ism|ity|ous|ive|ics?|ical|ing|ed|ish|ese|able|ible|ful|less|ally"
    r"|cin|profen|phen|coxib|parin|xaban|gliptin|gliflozin|glutide|tide|afil|dronate|oxetine|azepam|zolam|barbital|caine|sone|solone|lukast|terol|tropium)$"
)
# ... and endings of Latin names of illnesses and germs.
_LATIN = re.compile(
    r"(?:[^r]ia|us|um|ae|[^rn]is|ens|al|ar|ic|oid|ase|ids?|oses|oma|ata|ix|ax|yx|rax|tum|s)$"
)
_MY_NAME_IS = re.compile(
    r"\b(?:my name is|my name's|\w+'?s name is|(?<!brand )(?<!generic )name:|i am called|i'm called) ?",
    re.IGNORECASE,
)
_CALLED = re.compile(r"name|called", re.IGNORECASE)
_ENDS = re.compile(r"[.,;!?]|$| and\b| (?:i|she|he)\b", re.IGNORECASE)
_MOST_SPELLED = 3  # words of a name in small letters
_SHORTEST_SMALL = 4
_WORDS_BEFORE = 7  # that a cue may have, and the empty one behind the last blank
# Places, signs and illnesses that are called by a whole name.
_EPONYMS = frozenset(("ann arbor", "denis browne", "marcus gunn", "miller fisher"))
_BRANDS = frozenset(("reddy", "scholl", "pepper"))  # companies that call themselves "Dr"


@dataclass(frozen=True, slots=True)
class _Lists:
    """Words that are given names, surnames, or surely no names of people.

    `small` holds words that pages write small: alone they are no names, unless a cue is sure.
    """

    given: frozenset[str]
    doubtful: frozenset[str]
    surnames: frozenset[str]
    common: frozenset[str]
    known: frozenset[str]
    small: frozenset[str]


@cache
def _lists() -> _Lists:
    files = "given_names doubtful_names surnames common_words known_words small_words".split()
    return _Lists(*map(_words, files))


def _words(name: str) -> frozenset[str]:
    text = resources.files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.casefold().split())


def find(text: str) -> Iterator[tuple[int, int]]:
    """Yield where names stand in a plain text, in order and without overlap."""
    lowered = text.lower() if text.isupper() else text
    text = lowered if len(lowered) == len(text) else text
    words = tuple(_WORD.finditer(text))
    end = 0
    for span in sorted(
        (*_given_by_cue(text), *_runs(text, words), *_in_small_letters(text, words))
    ):
        if span[0] >= end:
            yield span
            end = span[1]


def _given_by_cue(text: str) -> Iterator[tuple[int, int]]:
    """Yield what follows "my name is", however it is written."""
    lists = _lists()
    if not _CALLED.search(text):
        return
    for cue in _MY_NAME_IS.finditer(text):
        end = cue.end()
        if OF_THINGS.search(f"{text[max(0, end - BEFORE) : end].lower().rstrip()} "):
            continue
        for count, word in enumerate(_WORD.finditer(text, end, end + 90)):
            told = count == 0 or word.group()[0].isupper() or _ENDS.match(text, word.end())
            if count == _MOST_SPELLED or text[end : word.start()].strip(" ") or not told:
                break
            if word.group().casefold() in lists.common:
                break
            end = word.end()
        if end > cue.end():
            yield cue.end(), end


def _runs(text: str, words: Sequence[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Yield the runs of capitalised words that are names."""
    index = 0
    while index < len(words):
        if not words[index].group()[0].isupper():
            index += 1
            continue
        run = _run(text, words, index)
        if run and _is_name(text, run):
            yield run[0].start(), _end(run[-1])
        index += max(1, len(run))


def _run(text: str, words: Sequence[re.Match[str]], index: int) -> Sequence[re.Match[str]]:
    """Take the capitalised words from a place on, with the small ones inside of a surname.

    Behind a title or a first name a common word is a surname: "Mrs Brown", "Tom Young".
    """
    end = index
    for place in range(index, min(index + _LONGEST_RUN, len(words))):
        if place > index and not _joined(text, words[place - 1], words[place]):
            break
        word = words[place].group()
        if (
            _is_capitalised(word)
            or _is_initial(text, words[place])
            or (_is_surname_word(word) and _expects_surname(text, words, index, place))
        ):
            end = place + 1
        elif place == index or word not in _PARTICLES:
            break
        if word.endswith("'s"):
            break
    run = words[index:end]
    return run if any(len(word.group()) > 1 for word in run) else ()


def _expects_surname(text: str, words: Sequence[re.Match[str]], index: int, place: int) -> bool:
    if place == index:
        begin = words[index].start()
        before = text[max(0, begin - BEFORE) : begin]
        return (TITLED.search(before) or RELATED.search(before.lower())) is not None
    first = _parts(words[place - 1].group())[0]
    return first in _lists().given or first in _lists().doubtful


def _is_surname_word(word: str) -> bool:
    name = word.removesuffix("'s")
    if len(name) < _SHORTEST_SMALL or not name[0].isupper() or not name[1:].islower():
        return False
    return name.casefold() in _lists().doubtful


def _joined(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    between = text[one.end() : other.start()]
    return between == " " or (between == ". " and len(one.group()) == 1)


def _is_initial(text: str, word: re.Match[str]) -> bool:
    return len(word.group()) == 1 and word.group().isupper() and text[word.end() :][:1] == "."


@lru_cache(maxsize=4096)
def _is_capitalised(word: str) -> bool:
    if not word[0].isupper() or word.isupper() or _CAMEL.search(word) or _NUMERAL.fullmatch(word):
        return False
    return not any(part in _lists().common for part in _parts(word))


def _parts(word: str) -> tuple[str, ...]:
    return tuple(word.removesuffix("'s").casefold().split("-"))


def _end(word: re.Match[str]) -> int:
    return word.end() - 2 * word.group().endswith("'s")


def _is_name(text: str, run: Sequence[re.Match[str]]) -> bool:
    """Weigh what stands before and behind a run against what its words are known as."""
    begin, end = run[0].start(), _end(run[-1])
    before = text[max(0, begin - BEFORE) : begin]
    behind = text[end : end + AFTER].lower()
    words = tuple(word.group() for word in run if len(word.group()) > 1)
    lists = _lists()
    parts = tuple(part for word in words for part in _parts(word))
    known = any(part in lists.known for part in _parts(words[0]))
    known_later = any(part in lists.known for part in parts[1:])
    thing = THING.match(behind) is not None or _names_a_thing(words)
    given = parts[0] in lists.given or (len(words) > 1 and parts[0] in lists.doubtful)
    if TITLED.search(before):
        return not (thing and not behind.startswith("'s")) and parts[0] not in _BRANDS
    if thing or " ".join(parts[:2]) in _EPONYMS or (known and parts[0] not in lists.doubtful):
        return False
    before = " ".join(before.lower().split(" ")[-_WORDS_BEFORE:])
    named = SURE.search(before) is not None or (
        RELATED.search(before) is not None
        if known
        else _is_likely(before, behind, words, given=given, known=known_later)
    )
    return named and OF_THINGS.search(before) is None


def _names_a_thing(words: Sequence[str]) -> bool:
    return len(words) > 1 and THING.match(f" {words[-1].lower()}") is not None


def _is_likely(before: str, behind: str, words: Sequence[str], *, given: bool, known: bool) -> bool:
    """Judge a run without a sure cue: two words or a listed name make up for a weak one."""
    full = len([w for w in words if w not in _PARTICLES]) > 1
    if given and full and not known:
        return True
    wordlike = any(
        _WORDLIKE.search(word) or not _lists().small.isdisjoint(_parts(word)) for word in words
    )
    does = DOES.match(behind) is not None
    if not known and LIKELY.search(before):
        given = given or _parts(words[0])[0] in _lists().doubtful
        loose = LOOSE.search(before) is not None
        introduced = GOES_ON.match(behind) and I_AM.search(before)
        return given or (not wordlike and (full or does or not loose or bool(introduced)))
    if not known and AT_END.match(behind) and SIGNED.search(before):
        return given or (not wordlike and (full or GREETED.search(before) is not None))
    if does and not known:
        return given or (not wordlike and (full or _begins(before)))
    if full:
        surname = _parts(words[-1])[-1] in _lists().surnames
        gives = GIVES.match(behind) is not None and _begins(before)
        stands = AS_SOMEBODY.search(before) and not any(map(_LATIN.search, words))
        return given or (not wordlike and not known and (surname or gives or bool(stands)))
    article = before.endswith(("the ", " a ", " an "))
    return given and not known and not article and GOES_ON_AS_PERSON.match(behind) is not None


def _begins(before: str) -> bool:
    if not before.strip() or before.rstrip().endswith((".", "?", "!", ",")):
        return True
    return WHETHER.search(before) is not None


def _in_small_letters(text: str, words: Sequence[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Yield listed names that somebody wrote small behind a word for a person."""
    lists = _lists()
    for index, word in enumerate(words):
        name = word.group().removesuffix("'s")
        if name not in lists.surnames and name not in lists.given:
            continue
        if not name.islower() or len(name) < _SHORTEST_SMALL:
            continue
        before = text[max(0, word.start() - BEFORE) : word.start()]
        titled = name in lists.surnames and TITLED.search(before) is not None
        if titled or (name in lists.given and RELATED.search(before.lower())):
            end = _end(word)
            following = words[index + 1] if index + 1 < len(words) else None
            if following and _joined(text, word, following) and _is_surname(following):
                end = _end(following)
            yield word.start(), end


def _is_surname(word: re.Match[str]) -> bool:
    lists = _lists()
    name = word.group().removesuffix("'s").casefold()
    return name in lists.surnames or (name in lists.doubtful and name not in lists.common)
