"""citation.polarity: denials, directions and comparisons that the source does not make. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache

from services.guard.support.axes import pointing
from services.guard.support.directions import EITHER_OR, NO_ROLES, Sign, opposed, signs
from services.guard.support.lexicon import lexicon
from services.guard.support.numbers import quantities
from services.guard.support.opposites import bearing, opposites
from services.guard.support.reading import Reading, Token
from services.guard.support.roles import COMPARED, roles_swapped
from services.guard.support.strength import levels
from services.guard.support.triggers import Trigger
from services.guard.support.words import stem

_DENIAL = re.compile(
    r"(?<![^\W_])(?:no longer|not|no|never|none|nobody|nothing|nowhere|neither|nor|without|cannot"
    r"|rul(?:es?|ed) out|(?:switched|turned|switches|turns) off|devoid of|unless|fail(?:s|ed)? to"
    r"|(?:advise[ds]?|recommend(?:s|ed)?|warn(?:s|ed)?) against"
    r"|unable|unlikely|free (?:of|from)"
    r"|un(?:treated|vaccinated|diagnosed|affected|related|suitable|controlled|protected|exposed"
    r"|infected|safe|successful|supported|available|approved|licensed|necessary|able"
    r")"
    r"|in(?:active|effective|sufficient|curable|complete|operable|eligible|capable)|irreversible"
    r"|impossible|independent(?:ly)? of|untrue|false|disproved|refuted"
    r"|non(?:smokers?|fatal|contagious|infectious|invasive|smoking))(?![^\W_])|n't(?![^\W_])"
    r"|(?<=[a-z])-free(?![^\W_])"
)
_LONG = 25  # words; in longer texts a denial need not be of what is looked at
_DENIES_BY_MARK = ("unsure", "same", "notall")


@lru_cache(maxsize=512)
def denials(reading: Reading) -> tuple[tuple[int, int], ...]:
    """Return the places of a text's denials, but for those in a turn of speech."""
    if not reading.has(Trigger.DENIAL):
        return ()
    return tuple(
        match.span()
        for match in _DENIAL.finditer(reading.text)
        if not any(m.start <= match.start() < m.end for m in reading.marks)
    )


_PREFIXES = ("un", "non", "in", "im", "ir", "dis")
_PREFIX = re.compile(rf"(?:{'|'.join(_PREFIXES)})(?=[a-z]{{4}})")
_RARE = frozenset(("uncommon", "unusual", "infrequent", "uncommonly", "unusually"))
# Words that deny without a "not", each with the denials that they stand for.
_LACK = re.compile(
    r"\b(?:(?P<lack>lack\w*|deficien\w*|shortage|absence|absent|missing|loss)"
    r"|(?P<end>gone|disappear\w*|vanish\w*|avoid\w*)"
    r"|(?P<fail>fail\w*|resistan\w*|impair\w*|incapable|regardless))\b"
)
_DENIES = {
    "lack": re.compile(
        r"\b(?:no|without|unless|not? (?:\S+ ){0,2}?(?:have|had|make|produce|found"
        r"|present|any)|none|cannot|free)\b"
    ),
    "end": re.compile(
        r"\b(?:no|no longer|without|not? (?:\S+ ){0,2}?(?:any|have|had)|free|none)\b"
    ),
    "fail": re.compile(r"\b(?:not|no longer|cannot|no)\b|n't\b"),
}


def _count(reading: Reading, other: Reading) -> int:
    """Count the denials of a text, with those in a word: "unaffected" beside "affected"."""
    spans = [span for span in denials(reading) if _concerns(span, reading, other)]
    within = [
        token
        for token in reading.tokens
        if token.word.startswith(_PREFIXES)
        and token.word not in _RARE
        and (match := _PREFIX.match(token.word))
        and token.stem not in other.stems
        and stem(token.word[match.end() :]) in other.stems
        and not any(start <= token.start < end for start, end in spans)
        and not reading.is_marked(token)
    ]
    without = [t for t in reading.tokens if t.word.endswith("less") and _is_without(t, other)]
    return len(spans) + len(within) + len(without)


def _is_without(token: Token, other: Reading) -> bool:
    """Tell whether a word says that something is missing which the other text names: painless."""
    if len(token.word) < 7 or pointing(token):
        return False
    if token.stem in other.stems:
        return False
    root = stem(token.word[:-4])
    return root in other.stems or bool(_groups_of(root) & other.groups)


def _groups_of(root: str) -> frozenset[int]:
    found = lexicon().terms.get(root, ())
    return frozenset(t.group for words, terms in found if len(words) == 1 for t in terms)


_DID = re.compile(r"\b(?:do|does|did|has|have|had|is|are|was|were|can|could)(?= ?(?:$|[.,;:]))")
_ENDS = re.compile(r" ?(?:$|[.,;:])")


def _concerns(span: tuple[int, int], reading: Reading, other: Reading) -> bool:
    """Tell whether a denial is of something that the other text speaks of.

    It may be of what only one compares with ("than those without it"), or far off in a long text.
    """
    compared = reading.has(Trigger.COMPARED) and COMPARED.search(reading.text)
    bare = _ENDS.match(reading.text, span[1]) and not _DID.search(other.text)
    if compared and compared.end() < span[0] and (bare or not COMPARED.search(other.text)):
        return False  # "than those who did not" is the same as "than others"
    if len(reading.tokens) <= _LONG:
        return True
    before = [t for t in reading.tokens if t.end <= span[0]][-3:]
    behind = [t for t in reading.tokens if t.start >= span[1]][:7]
    return any(token.stem in other.content for token in (*before, *behind))


def _lacks(said: Reading, ground: Reading, ours: int, theirs: int) -> bool:
    """Tell whether the text with fewer denials says "lack of", which denies as well."""
    fewer, more = (said, ground) if ours < theirs else (ground, said)
    if not fewer.has(Trigger.LACK) or _LACK.search(more.text):
        return False
    found = _LACK.finditer(fewer.text)
    return any(_DENIES[str(match.lastgroup)].search(more.text) for match in found)


def inverted(said: Reading, ground: Reading) -> bool:
    """Tell whether "rarely" stands in one text for "usually not" in the other."""
    own, other = levels(said), levels(ground)
    if ("rare" in own) == ("rare" in other):
        return False
    rest = other if "rare" in own else own
    return bool(rest & {"usual", "often"}) and _odd(said, ground)


def _odd(said: Reading, ground: Reading) -> bool:
    return (_count(said, ground) - _count(ground, said)) % 2 == 1


def denial_faults(said: Reading, ground: Reading) -> Iterator[str]:
    """Say where a sentence denies what its source says, or says what its source denies."""
    ours, theirs = _count(said, ground), _count(ground, said)
    own = {mark.kind for mark in said.marks}
    other = {mark.kind for mark in ground.marks}
    yield from _certainty_faults(own, other, denied=(bool(ours), bool(theirs)))
    odd = (ours - theirs) % 2 and not inverted(said, ground) and not _other_word(said, ground)
    if not odd and own == other:
        return
    excused = (own ^ other) & {*_DENIES_BY_MARK, "only", "most", "notworse", "missed"}
    if not excused and odd and not _lacks(said, ground, ours, theirs):
        more = "denies what the source says" if ours > theirs else "says what the source denies"
        yield f"the sentence {more}"
    elif excused and not own & excused and "same" in excused and not ours and list(_compares(said)):
        yield "the source found no difference"
    elif "same" in own and "same" not in other and not theirs and list(_compares(ground)):
        yield "the source found a difference"
    elif (
        "notall" in excused and not (ours or "notall" in own or levels(said)) and "notall" in other
    ):
        yield "the source says so of a part only"


def _certainty_faults(
    own: set[str], other: set[str], *, denied: tuple[bool, bool]
) -> Iterator[str]:
    if "unsure" in other and "unsure" not in own and not denied[0]:
        yield "says for sure what the source calls unknown"
    elif "unsure" in own and "unsure" not in other and not denied[1]:
        yield "calls unknown what the source says for sure"


def treatment_faults(said: Reading, ground: Reading) -> Iterator[str]:
    """Say where a sentence says untreated of what its source says treated, or the other way."""
    if any(said.kinds_of("unaided")) != any(ground.kinds_of("unaided")) and _aided(said, ground):
        yield "the source speaks of what is treated, or of what is not"


def _aided(said: Reading, ground: Reading) -> bool:
    marked, plain = sorted((said, ground), key=lambda r: not any(r.kinds_of("unaided")))
    return any("treat" in marked.text[m.start : m.end] for m in marked.kinds_of("unaided")) and (
        "treat" in plain.stems and not denials(plain)
    )


def _compares(reading: Reading) -> Iterator[int]:
    return (s.place for s in signs(reading) if s.axis in ("amount", "value", "speed", "severity"))


def direction_faults(said: Reading, ground: Reading) -> Iterator[tuple[str, int, int]]:
    """Say where a sentence points the other way than its source, with the place of the word."""
    swapped = roles_swapped(said, ground, denials(said), denials(ground))
    compared = [
        s
        for s in signs(said)
        if s.axis in ("amount", "value", "speed") and said.tokens[s.place].stem not in swapped
    ]
    fault = opposed(said, ground, swapped if compared else NO_ROLES)
    if place := _disproved(said):
        yield "compares the other way than its own figures", *place
    if fault is not None:
        if _excused(fault, said, ground):
            return
        token = said.tokens[fault.place]
        yield "points in another direction than the source", token.start, token.end
    elif swapped and not compared:
        yield "compares the other way round", 0, len(said.text)
    elif not swapped and (found := _reversed(said, ground)) and not _odd(said, ground):
        yield found


def _reversed(said: Reading, ground: Reading) -> tuple[str, int, int] | None:
    for token in opposites(said, ground, odd=False):
        return "says the opposite of the source", token.start, token.end
    if place := bearing(said, ground):
        return "leads the other way than the source", *place
    return None


def _disproved(reading: Reading) -> tuple[int, int] | None:
    """Find a comparison that its own two shares contradict: "more (4 %) than (9 %)"."""
    than = reading.text.find(" than ")
    shares = [q for q in quantities(reading) if q.unit == "%" and not q.bound]
    if than < 0 or len(shares) != 2 or not shares[0].end <= than <= shares[1].start:
        return None
    found = [s for s in signs(reading) if s.axis == "amount"]
    found = [s for s in found if reading.tokens[s.place].end <= than]
    if not found or (shares[0].value - shares[1].value) * found[-1].way >= 0:
        return None
    token = reading.tokens[found[-1].place]
    return token.start, token.end


_UNLIKE = re.compile(
    r"\b(?:unlike|in contrast to|as opposed to|rather than|instead of|in place of)\b"
)


def _other_word(said: Reading, ground: Reading) -> bool:
    """Tell whether a text says "dry" where the other says "not wet"."""
    if bool(_UNLIKE.search(said.text)) != bool(_UNLIKE.search(ground.text)):
        return True  # "unlike B, A does" leaves the "not" of B unsaid
    fault = opposed(said, ground)
    if fault is not None and fault.axis in EITHER_OR:
        return True
    return any(True for _ in opposites(said, ground, odd=True))


def _excused(fault: Sign, said: Reading, ground: Reading) -> bool:
    if fault.axis in EITHER_OR:
        return _odd(said, ground)
    # What made no difference made it neither longer nor shorter.
    return any(mark.kind == "same" for mark in ground.marks) and bool(denials(said))


def only_faults(said: Reading, ground: Reading, whole: Reading) -> Iterator[str]:
    """Say where a sentence excludes what its source does not, or the other way round.

    `ground` is what of the `whole` source speaks of the same.
    """
    own = {mark.kind for mark in said.marks}
    other = {mark.kind for mark in ground.marks}
    if "only" in own and "only" not in other and not _OTHERS_NOT.search(whole.text):
        yield "the source does not say that it is the only one"
    if (
        "only" in other
        and "only" not in own
        and not (_COMPARES_ALONE.search(ground.text) or _ENOUGH.search(said.text))
    ):
        yield "the source says so with a restriction"
    if _LEAST.search(said.text) and "most" in other and not _LEAST.search(ground.text):
        yield "the source says it of the most"
    if "most" in own and "most" not in other and not _tops(ground):
        yield "the source does not put it before all others"
    if (
        "most" in other
        and "most" not in own
        and re.search(r"\b(?:more|less) \w+ than\b", said.text)
    ):
        yield "the source puts it before all others"


_OTHERS_NOT = re.compile(r"\b(?:but|and) (?:not|never|no)\b|\bnot (?:for|in|by|on|any|anyone)\b")
_COMPARES_ALONE = re.compile(r"\b(?:than|or|with|as) (?:\S+ ){1,4}?alone\b")
_ENOUGH = re.compile(r"\b(?:enough|suffic(?:es?|ient)|(?:but|and) not)\b")
_LEAST = re.compile(r"\b(?:least|lowest|smallest|weakest|shortest|rarest)\b(?! \d)")
_TOP = re.compile(
    r"\b(?:most|first|foremost|main|mainly|primary|no other|than any|highest|largest|greatest"
    r"|majority|\w{3,12}est)\b"
)


def _tops(reading: Reading) -> bool:
    return _TOP.search(reading.text) is not None
