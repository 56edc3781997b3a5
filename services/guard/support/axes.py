"""The axes that words point along, each with the words of its two ends. Pure."""

from functools import cache

from services.guard.support.reading import Token
from services.guard.support.words import inflected

# Each axis with the words of its two ends. A word may stand on several axes.
_AXES: dict[str, tuple[str, str]] = {
    "amount": (
        "increase~ rise~ raise~ high higher highest more greater elevate~ gain~ grow~ larger bigger"
        " longer lengthens lengthened lengthening prolong~ extend~ excess surplus double~ triple~"
        " boosts boosted boosting peak~ upward"
        " many accumulate~ enlarge~ overactive stronger heavier climb~ soar~ expand~ multiply~"
        " longest taller oftener escalate~ surges surged surging augment~ further farther"
        " greatest rising likelier",
        "decrease~ reduce~ low lower lowers lowered lowering lowest less fewer fall~ drop dropped"
        " dropping decline~ deplete~ cuts cutting waned rarer"
        " lose~ shrink~ smaller shorten~ shorter halve~ halved halves diminish~ weaken~ few lack~"
        " deficient~ minimize~ downward suppress~ underactive lessen~ weaker lighter sink~ scarce"
        " shortest lacking dwindle~ curb~ cut",
    ),
    "value": (
        "better improve~ recover~ benefit~ help~ heal~ effective ease~ relieve~ relief milder well"
        " easier"
        " settle~ subside~ eased eases easing faded"
        " superior remission beneficial favorable favourable useful good cure~ best",
        "harder worse worsen~ deteriorate~ harmful harm~ damage~ inferior aggravate~ worst"
        " unfavorable"
        " poorer poor"
        " poorly ineffective detrimental flared flaring",
    ),
    "severity": (
        "severe severely serious seriously grave worse",
        "mild mildly milder slight slightly",
    ),
    "harm": ("harmful dangerous unsafe hazardous toxic", "harmless safe safely benign"),
    "speed": (
        "fast faster quick quickly rapid rapidly quicker swift speeds speed accelerate~ hasten~"
        " sudden suddenly abrupt abruptly",
        "slow~ slowly slower gradual gradually delay~",
    ),
    "ease": ("easy easier easily simple simpler", "hard harder difficult difficulty"),
    "cause": ("cause~ trigger~ provoke~ harm~ damage~", "prevent~ soothe~ protect~ relieve~"),
    "depth": ("deep deeper", "shallow shallower superficial"),
    "thickness": ("thick~ thicken~", "thin~"),
    "strength": (
        "strong strongly stronger strengthens strengthened strengthening tightly"
        " intensify~ deepen~",
        "weak weakly weaker weakened weaken~ loosely fade~ subside~ wane~",
    ),
    "fullness": ("full filled rich", "empty exhausted"),
    "outcome": ("success~ succeed~", "failure fail fails failed"),
    "finding": ("positive", "negative"),
    "response": ("sensitive susceptible vulnerable", "resistant immune"),
    "sound": ("loud louder loudly noisy amplify~", "quiet quieter quietly silent muffle~"),
    "level": ("above top upper", "below bottom"),
    "hand": ("left", "right"),
    "face": ("front", "behind rear"),
    "hardness": ("soft softer soften~", "stiff stiffer hard harder harden~"),
    "reach": ("include~ contain~", "exclude~"),
    "move": ("add~ insert~", "remove~ omit~ extract~"),
    "breath": ("inhale~", "exhale~"),
    "sight": ("visible", "invisible"),
    "length": ("long lasting prolonged", "short brief briefly"),
    "onset": (
        "first begin~ start~ initiate~ develop~ onset commence~ beginning arise~",
        "stop~ end ends ended ending cease~ quit~ discontinue~ last final disappear~ finish~"
        " resolve~ vanish~",
    ),
    "timing": ("early earlier earliest sooner", "late later latest delayed"),
    "duration": (
        "longer lengthens lengthened lengthening prolong~ slow slows slowly slower delay~",
        "shorter shorten~ fast faster quick quickly quicker rapid rapidly hasten~ accelerate~",
    ),
    "width": (
        "open~ widen~ dilate~ enlarge~ relax~ loosen~ wide wider larger bigger",
        "narrow~ constrict~ contract~ close~ tighten~ smaller",
    ),
    "heat": ("warm warmer hot hotter", "cold colder cool cooler"),
    "course": ("chronic", "acute"),
    "side": ("inner inside internal", "outer outside external"),
    "spread": ("local localized", "general generalized systemic"),
    "shade": ("dark darker", "pale paler light lighter fade~"),
    "brightness": (
        "bright brighter brightly brighten~",
        "dim dims dimmed dimmer dull duller darken~",
    ),
    "density": ("concentrate~", "dilute~ watery"),
    "holding": ("regain~ return~ restore~ retain~ keep kept", "lose~ lost"),
    "wet": ("wet moist", "dry"),
    "gene": ("dominant", "recessive"),
    "germ": ("bacterial bacteria", "viral virus viruses"),
    "pressure": ("systolic", "diastolic"),
    "flow": ("absorb~ bind~ attach~ store~", "release~ excrete~ secrete~"),
    "approval": ("approve~ allow~ permit~ accept~ license~", "reject~ ban~ refuse~ prohibit~"),
    "presence": ("present", "absent absence missing"),
    "worth": ("recommend~ advise~ encourage~", "discourage~"),
    "switch": (
        "activates activated activate activating stimulate~ excite~ promote~ enhance~ induce~",
        "inhibits inhibited inhibit inhibiting inhibition calm~ dampen~ block~ suppress~ abolish~",
    ),
}


@cache
def ways_of() -> tuple[
    dict[str, tuple[tuple[str, int], ...]], dict[str, tuple[tuple[str, int], ...]]
]:
    """Return what points a way: by whole word, and by stem where all forms of it do."""
    words: dict[str, tuple[tuple[str, int], ...]] = {}
    stems: dict[str, tuple[tuple[str, int], ...]] = {}
    for axis, ends in _AXES.items():
        for way, end in zip((1, -1), ends, strict=True):
            for word in end.split():
                if word.endswith("~"):
                    for key in inflected(word[:-1]):
                        stems[key] = (*stems.get(key, ()), (axis, way))
                else:
                    words[word] = (*words.get(word, ()), (axis, way))
    return words, stems


def pointing(token: Token) -> tuple[tuple[str, int], ...]:
    """Return the axes that a word points along by itself, and which way."""
    words, stems = ways_of()
    return (*words.get(token.word, ()), *stems.get(token.stem, ()))
