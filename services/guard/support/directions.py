"""Words that point one way or the other: more or less, better or worse, wider or narrower. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from services.guard.support.reading import Reading, Token
from services.guard.support.words import listed, stem

# Each axis with the words of its two ends. A word may stand on several axes.
_AXES: dict[str, tuple[str, str]] = {
    "amount": (
        "increase~ rise~ raise~ high higher highest more greater elevate~ gain~ grow~ larger bigger"
        " longer lengthen~ prolong~ extend~ excess surplus double~ triple~ boosts boosted boosting"
        " peak~ upward"
        " many accumulate~ enlarge~ overactive stronger heavier climb~ soar~ expand~ multiply~"
        " longest taller oftener escalate~ surge~ augment~",
        "decrease~ reduce~ low lower lowers lowered lowering lowest less fewer fall~ drop~ decline~"
        " lose~ shrink~ smaller shorten~ shorter halve~ halved halves diminish~ weaken~ few lack~"
        " deficient~ minimize~ downward suppress~ underactive lessen~ weaker lighter sink~ scarce"
        " shortest lacking dwindle~ curb~ cut",
    ),
    "value": (
        "better improve~ recover~ benefit~ help~ heal~ effective ease~ relieve~ relief milder well"
        " easier"
        " superior remission beneficial favorable favourable useful good cure~ best",
        "harder worse worsen~ deteriorate~ harm~ damage~ inferior aggravate~ worst unfavorable"
        " poorer poor"
        " poorly ineffective detrimental flare~",
    ),
    "severity": (
        "severe severely serious seriously grave worse",
        "mild mildly milder slight slightly",
    ),
    "harm": ("harmful dangerous unsafe hazardous toxic", "harmless safe safely benign"),
    "speed": (
        "fast faster quick quickly rapid rapidly quicker swift speeds speed accelerate~ hasten~",
        "slow~ slowly slower gradual gradually delay~",
    ),
    "ease": ("easy easier easily simple simpler", "hard harder difficult difficulty"),
    "cause": ("cause~ trigger~ provoke~ harm~ damage~", "prevent~ soothe~ protect~ relieve~"),
    "depth": ("deep deeper", "shallow shallower superficial"),
    "thickness": ("thick thicker thicken~", "thin thinner"),
    "strength": ("strong strongly strengthen~ tightly", "weak weakly weakened loosely"),
    "fullness": ("full filled rich", "empty exhausted"),
    "outcome": ("success~ succeed~", "failure fail fails failed"),
    "finding": ("positive", "negative"),
    "response": ("sensitive susceptible vulnerable", "resistant immune"),
    "sound": ("loud louder noisy", "quiet quieter silent"),
    "level": ("above top upper", "below bottom"),
    "hand": ("left", "right"),
    "face": ("front", "behind rear"),
    "hardness": ("soft softer soften~", "stiff stiffer harden~"),
    "reach": ("include~ contain~", "exclude~"),
    "move": ("add~ insert~", "remove~"),
    "breath": ("inhale~", "exhale~"),
    "sight": ("visible", "invisible"),
    "length": ("long lasting prolonged", "short brief briefly"),
    "onset": (
        "first begin~ start~ initiate~ develop~ onset commence~ beginning arise~",
        "stop~ end ends ended ending cease~ quit~ discontinue~ last final disappear~ finish~"
        " resolve~ vanish~",
    ),
    "timing": ("early earlier earliest", "late latest delayed"),
    "width": ("open~ widen~ dilate~ relax~ wide wider", "narrow~ constrict~ close~ tighten~"),
    "heat": ("warm warmer hot hotter", "cold colder cool cooler"),
    "course": ("chronic", "acute"),
    "side": ("inner inside internal", "outer outside external"),
    "spread": ("local localized", "general generalized systemic"),
    "shade": ("dark darker", "pale paler light lighter"),
    "wet": ("wet moist", "dry"),
    "gene": ("dominant", "recessive"),
    "germ": ("bacterial bacteria", "viral virus viruses"),
    "pressure": ("systolic", "diastolic"),
    "flow": ("absorb~ bind~ attach~ store~", "release~ excrete~ secrete~"),
    "approval": ("approve~ allow~ permit~ accept~ license~", "reject~ ban~ refuse~ prohibit~"),
    "presence": ("present", "absent absence missing"),
    "worth": ("recommend~ advise~ encourage~", "discourage~"),
    "switch": (
        "activates activated activate activating stimulate~ promote~ enhance~ induce~",
        "inhibits inhibited inhibit inhibiting inhibition block~ suppress~ abolish~",
    ),
}
_MOVES = frozenset(
    map(
        stem, listed("go goes move come came is are drive drove bring brought push pull send build")
    )
)
_NEAR = 5  # words between a word that points and what it is said of
_LESS = frozenset(("less", "least", "fewer", "little"))
_VERY = frozenset(("most", "least", "very", "much"))
# What is bad when there is more of it.
_BAD = frozenset(
    map(
        stem,
        listed(
            """
    pain symptom itching risk death relapse fracture infection attack bleeding nausea
    fever cough mortality complication injury seizure headache depression anxiety
    swelling fatigue episode exacerbation side inflammation stroke itch
    """
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Sign:
    """A word that points along an axis, one way (1) or the other (-1)."""

    axis: str
    way: int
    place: int  # of its token


@cache
def _ways() -> tuple[
    dict[str, tuple[tuple[str, int], ...]], dict[str, tuple[tuple[str, int], ...]]
]:
    """Return what points a way: by whole word, and by stem where all forms of it do."""
    words: dict[str, tuple[tuple[str, int], ...]] = {}
    stems: dict[str, tuple[tuple[str, int], ...]] = {}
    for axis, ends in _AXES.items():
        for way, end in zip((1, -1), ends, strict=True):
            for word in end.split():
                if word.endswith("~"):
                    key = stem(word[:-1])
                    stems[key] = (*stems.get(key, ()), (axis, way))
                else:
                    words[word] = (*words.get(word, ()), (axis, way))
    return words, stems


def _pointing(token: Token) -> tuple[tuple[str, int], ...]:
    words, stems = _ways()
    return words.get(token.word) or stems.get(token.stem, ())


@lru_cache(maxsize=512)
def signs(reading: Reading) -> tuple[Sign, ...]:
    """Return every word of a text that points a way, but for those in a turn of speech."""
    return tuple(_signs(reading))


def _signs(reading: Reading) -> Iterator[Sign]:
    tokens = reading.tokens
    for mark in reading.kinds_of("notworse"):
        place = next((p for p, t in enumerate(tokens) if t.start >= mark.start), 0)
        yield Sign("value", 1, place)
    named = {p for n in reading.names if n.last > n.first for p in range(n.first, n.last + 1)}
    for place, token in enumerate(tokens):
        before = tokens[place - 1].word if place else ""
        if way := _by_neighbours(tokens, place):
            yield Sign("amount", way, place)
            continue
        pointing = _pointing(token)
        compares = token.word in ("higher", "lower", "highest", "lowest")
        if not pointing or (place in named and not compares) or reading.is_marked(token):
            continue
        following = _pointing(tokens[place + 1]) if place + 1 < len(tokens) else ()
        if token.word in ("more", "less") and not following and _is_manner(tokens, place + 1):
            yield Sign("value", 1 if token.word == "more" else -1, place)
        if token.word in _VERY and any(axis != "amount" for axis, _ in following):
            continue  # "most severe" points by its second word
        turned = before in _LESS
        for axis, way in pointing:
            yield Sign(axis, -way if turned and axis != "amount" else way, place)


def opposed(said: Reading, ground: Reading, *, swapped: bool = False) -> Sign | None:
    """Return a word of a sentence that points the other way than its source, if there is one.

    `swapped` says that both compare the same two things the other way round, so that "A is more
    than B" is said of "B is less than A".
    """
    turn = -1 if swapped else 1
    ours, theirs = list(signs(said)), list(signs(ground))
    for axis in dict.fromkeys(sign.axis for sign in ours):
        own = [s for s in ours if s.axis == axis]
        other = [s for s in theirs if s.axis == axis]
        if not other:
            continue
        ways = {s.way * turn for s in other}
        if fault := next((s for s in own if s.way not in ways), None):
            return fault
        if len(ways) == 2 and not swapped and (fault := _misplaced(own, other, said, ground)):
            return fault
    return None if swapped else _by_valence(ours, theirs, ground)


def _by_neighbours(tokens: tuple[Token, ...], place: int) -> int:
    """Return which way a word points only because of those before it: "too much", "goes up"."""
    word, before = tokens[place].word, tokens[max(0, place - 4) : place]
    if word in ("much", "little") and before and before[-1].word == "too":
        return 1 if word == "much" else -1
    if word in ("up", "down") and any(token.stem in _MOVES for token in before):
        return 1 if word == "up" else -1
    return 0


def _is_manner(tokens: tuple[Token, ...], place: int) -> bool:
    """Tell whether a word says how well something is done: "less thoroughly"."""
    word = tokens[place].word if place < len(tokens) else ""
    return word.endswith("ly") and word not in ("likely", "frequently", "commonly", "widely")


def _misplaced(own: list[Sign], other: list[Sign], said: Reading, ground: Reading) -> Sign | None:
    """Where a source points both ways, hold each word to the one beside the same things."""
    if len(own) >= len(other) and len({s.way for s in own}) == 1 and len(own) > 1:
        return own[-1]
    for sign in own:
        beside = said.tokens[sign.place + 1 : sign.place + 2]
        if any(axis != sign.axis for token in beside for axis, _ in _pointing(token)):
            continue  # "more slowly" goes with what is slow
        nearest = sorted(
            (abs(place - sign.place), token.stem)
            for place, token in enumerate(said.tokens)
            if abs(place - sign.place) <= _NEAR
            and token.is_content
            and token.stem in ground.stems
            and not _pointing(token)
        )
        closest = [word for distance, word in nearest if distance == nearest[0][0]]
        if sum(_vote(word, sign, other, ground) for word in closest) < 0:
            return sign
    return None


def _vote(anchor: str, sign: Sign, other: list[Sign], ground: Reading) -> int:
    places = [i for i, t in enumerate(ground.tokens) if t.stem == anchor]
    if not places:
        return 0

    def near(way: int) -> int:
        return min(abs(s.place - p) for s in other if s.way == way for p in places)

    same, opposite = near(sign.way), near(-sign.way)
    return (same < opposite) - (opposite < same)


def _by_valence(ours: list[Sign], theirs: list[Sign], ground: Reading) -> Sign | None:
    """Hold "better" to "less" where the source names something bad: less of that is better."""
    if not ground.content & _BAD:
        return None
    for axis, other in (("value", "amount"), ("amount", "value")):
        own = [s for s in ours if s.axis == axis]
        ways = {s.way for s in theirs if s.axis == other}
        alone = not any(s.axis == axis for s in theirs) and not any(s.axis == other for s in ours)
        if own and alone and ways == {own[0].way}:
            return own[0]
    return None
