"""citation.polarity: denials, directions and comparisons that the source does not make. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache

from services.guard.support.directions import opposed, signs
from services.guard.support.reading import Reading
from services.guard.support.words import listed, stem

_DENIAL = re.compile(
    r"(?<![^\W_])(?:no longer|not|no|never|none|nobody|nothing|nowhere|neither|nor|without|cannot"
    r"|rul(?:es?|ed) out|(?:switched|turned|switches|turns) off|devoid of|unless|fail(?:s|ed)? to"
    r"|unable|unlikely|free (?:of|from)"
    r"|un(?:treated|vaccinated|diagnosed|affected|related|suitable|controlled|protected|exposed"
    r"|infected|safe|successful|supported|available|approved|licensed|necessary|able"
    r")"
    r"|in(?:active|effective|sufficient|curable|complete|operable|eligible|capable)|irreversible"
    r"|impossible|independent(?:ly)? of|untrue|false|disproved|refuted"
    r"|non(?:smokers?|fatal|contagious|infectious|invasive|smoking))(?![^\W_])|n't(?![^\W_])"
)
_COMPARED = re.compile(
    r"\b(?:than|unlike|in contrast (?:to|with)|compared (?:with|to)|comparison with|versus|vs"
    r"|as (?:often|common|likely|frequent|high|many|much)\b[^,.;]{0,40}? as|relative to"
    r"|rather than|instead of|as opposed to)\b"
)
# Words that tell two groups apart.
_CONTRASTS = frozenset(listed("early late new old first second third young older younger"))
_LONG = 25  # words; in longer texts a denial need not be of what is looked at
_DENIES_BY_MARK = ("unsure", "same", "notall")


@lru_cache(maxsize=512)
def denials(reading: Reading) -> tuple[tuple[int, int], ...]:
    """Return the places of a text's denials, but for those in a turn of speech."""
    return tuple(
        match.span()
        for match in _DENIAL.finditer(reading.text)
        if not any(m.start <= match.start() < m.end for m in reading.marks)
    )


_PREFIX = re.compile(r"(?:un|non|in|im|ir|dis)(?=[a-z]{4})")
_LACK = re.compile(
    r"\b(?:lack\w*|deficien\w*|shortage|absence|absent|missing|loss|gone|disappear\w*|vanish\w*)\b"
)


def _count(reading: Reading, other: Reading) -> int:
    """Count the denials of a text, with those in a word: "unaffected" beside "affected"."""
    spans = [span for span in denials(reading) if _concerns(span, reading, other)]
    within = [
        token
        for token in reading.tokens
        if (match := _PREFIX.match(token.word))
        and token.stem not in other.stems
        and stem(token.word[match.end() :]) in other.stems
        and not any(start <= token.start < end for start, end in spans)
        and not reading.is_marked(token)
    ]
    return len(spans) + len(within)


def _concerns(span: tuple[int, int], reading: Reading, other: Reading) -> bool:
    """Tell whether a denial is of something that the other text speaks of.

    It may be of what only one compares with ("than those without it"), or far off in a long text.
    """
    compared = _COMPARED.search(reading.text)
    if compared and compared.end() < span[0] and not _COMPARED.search(other.text):
        return False
    if len(reading.tokens) <= _LONG:
        return True
    before = [t for t in reading.tokens if t.end <= span[0]][-3:]
    behind = [t for t in reading.tokens if t.start >= span[1]][:7]
    return any(token.stem in other.content for token in (*before, *behind))


def _lacks(said: Reading, ground: Reading, ours: int, theirs: int) -> bool:
    """Tell whether the text with fewer denials says "lack of", which denies as well."""
    fewer, more = (said, ground) if ours < theirs else (ground, said)
    return bool(_LACK.search(fewer.text)) and not _LACK.search(more.text)


def denial_faults(said: Reading, ground: Reading) -> Iterator[str]:
    """Say where a sentence denies what its source says, or says what its source denies."""
    ours, theirs = _count(said, ground), _count(ground, said)
    own = {mark.kind for mark in said.marks}
    other = {mark.kind for mark in ground.marks}
    if "unsure" in other and "unsure" not in own and not ours:
        yield "says for sure what the source calls unknown"
    elif "unsure" in own and "unsure" not in other and not theirs:
        yield "calls unknown what the source says for sure"
    excused = (own ^ other) & {*_DENIES_BY_MARK, "only", "most", "notworse", "missed"}
    if not excused and (ours - theirs) % 2 and not _lacks(said, ground, ours, theirs):
        more = "denies what the source says" if ours > theirs else "says what the source denies"
        yield f"the sentence {more}"
    elif excused and not own & excused and "same" in excused and not ours and list(_compares(said)):
        yield "the source found no difference"
    elif "same" in own and "same" not in other and not theirs and list(_compares(ground)):
        yield "the source found a difference"
    elif "notall" in excused and not (ours or "notall" in own) and "notall" in other:
        yield "the source says so of a part only"


def _compares(reading: Reading) -> Iterator[int]:
    return (s.place for s in signs(reading) if s.axis in ("amount", "value", "speed", "severity"))


def direction_faults(said: Reading, ground: Reading) -> Iterator[tuple[str, int, int]]:
    """Say where a sentence points the other way than its source, with the place of the word."""
    swapped = roles_swapped(said, ground)
    compared = [s for s in signs(said) if s.axis in ("amount", "value", "speed")]
    fault = opposed(said, ground, swapped=swapped and bool(compared))
    if fault is not None:
        token = said.tokens[fault.place]
        yield "points in another direction than the source", token.start, token.end
    elif swapped and not compared:
        yield "compares the other way round", 0, len(said.text)


def roles_swapped(said: Reading, ground: Reading) -> bool:
    """Tell whether two things that are compared have changed places."""
    ours, theirs = _roles(said), _roles(ground)
    if ours is None or theirs is None:
        return False
    (main, against), (their_main, their_against) = ours, theirs
    to_main = (main - against) & (their_against - their_main)
    to_against = (against - main) & (their_main - their_against)
    named = {
        said.tokens[place].stem for name in said.names for place in range(name.first, name.last + 1)
    }
    letters = {t.stem for t in said.tokens if len(t.raw) == 1 or t.word in _CONTRASTS}
    weighty = named | letters
    return bool(to_main and to_against and (to_main | to_against) & weighty)


def _roles(reading: Reading) -> tuple[frozenset[str], frozenset[str]] | None:
    """Split the words of a comparison: what is compared, and what it is compared with."""
    match = next(
        (
            m
            for m in _COMPARED.finditer(reading.text)
            if m.group().startswith("as ")
            or not any(k.start <= m.start() < k.end for k in reading.marks)
        ),
        None,
    )
    if match is None:
        return None
    end = _end_of_phrase(reading.text, match.end())
    against = [t for t in reading.tokens if match.end() <= t.start < end]
    main = [t for t in reading.tokens if t.end <= match.end() or t.start >= end]

    def stems(tokens: list) -> frozenset[str]:  # type: ignore[type-arg]
        return frozenset(
            t.stem for t in tokens if t.is_content or (len(t.raw) == 1 and t.raw.isupper())
        )

    return stems(main), stems(against)


_THOSE = re.compile(r" ?(?:those|that|in|the|people|patients)? ?(?:in|of|on|with|who)? ?")


def _end_of_phrase(text: str, start: int) -> int:
    """Return where a phrase ends: at the next comma or stop, or at the text's end."""
    those = _THOSE.match(text, start)
    begin = max(start + 2, those.end() if those else start)
    found = re.compile(r"[,.;:)]|\b(?:in|for|after|with|when|who|that)\b").search(text, begin)
    return found.start() if found else len(text)


def only_faults(said: Reading, ground: Reading) -> Iterator[str]:
    """Say where a sentence excludes what its source does not, or the other way round."""
    own = {mark.kind for mark in said.marks}
    other = {mark.kind for mark in ground.marks}
    if "only" in own and "only" not in other:
        yield "the source does not say that it is the only one"
    if "only" in other and "only" not in own:
        yield "the source says so with a restriction"
    if "most" in own and "most" not in other and not _tops(ground):
        yield "the source does not put it before all others"
    if (
        "most" in other
        and "most" not in own
        and re.search(r"\b(?:more|less) \w+ than\b", said.text)
    ):
        yield "the source puts it before all others"


_TOP = re.compile(
    r"\b(?:most|first|foremost|main|mainly|primary|no other|than any|highest|largest|greatest"
    r"|majority|\w{3,12}est)\b"
)


def _tops(reading: Reading) -> bool:
    return _TOP.search(reading.text) is not None
