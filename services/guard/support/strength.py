"""citation.polarity, of strength: how often, of how many, how sure, and what the cause is. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache

from services.guard.support.numbers import quantities
from services.guard.support.reading import Reading
from services.guard.support.triggers import Trigger

# From rare to always; what is common and what is usual are near enough to stand for each other.
_LEVELS = re.compile(
    r"(?<![^\W_])(?<!more )(?<!less )(?<!most )(?<!least )(?<!how )(?<!\bas )(?:"
    r"(?P<rare>unusual(?:ly)?|(?:a |only a )?small (?:number|share|part|minority)|rare(?:ly)?"
    r"|seldom(?:ly)?|uncommon(?:ly)?|infrequent(?:ly)?|hardly(?: ever)?"
    r"|scarcely"
    r"|(?<!a )few(?! (?:\w+ ){0,1}(?:platelets|cells|weeks|days|months|hours|minutes|drops))|(?:a "
    r"|the )?minority"
    r"|exceptional(?:ly)?|isolated cases|once in a while|almost never)"
    r"|(?P<some>a number of(?! (?:years|months|weeks|days|hours|times|ways))"
    r"|part(?:ly)? of|certain (?:patients|cases)|sometimes|occasional(?:ly)?"
    r"|at times|in some (?:cases|people|patients)|now and then"
    r"|some (?:people|patients|children|women|men|of|cases)|a few (?:people|patients|of|cases)"
    r"|some(?= (?:do|does|develop|have|had|get|need|feel|die|suffer|remain|may|can)\b)"
    r"|certain people|there are (?:people|patients|cases)|not everyone|in certain cases)"
    r"|(?P<often>often|frequent(?:ly)?|common(?:ly)?|many|in many cases|widespread|widely"
    r"|plenty|lots? of (?:people|patients|children|women|men|cases)|numerous|repeatedly)"
    r"|(?P<usual>for the most part|on the whole|ordinarily|by and large"
    r"|(?:almost|nearly) every|the bulk"
    r"|usual(?:ly)?(?! (?:care|treatment|therapy|dose|diet))|mostly"
    # ... and not "most severe".
    r"|most(?= )(?! \w+(?:ent|ant|ive|ous|al|ic|[ai]ble|ful|ly|ed|ing|on|re|in|te)\b)"
    r"|typical(?:ly)?|generally|in general|normally"
    r"|as a rule|majority|mainly|largely|tends? to|tended to|nearly all|almost all|almost always"
    r"|nearly always|predominantly|customarily"
    r"|(?:almost|nearly) exclusively)"
    r"|(?P<always>always|invariab(?:le|ly)|inevitab(?:le|ly)|without exception"
    r"|(?<!half of )(?<!most of )(?<!% of )(?<!third of )(?<!quarter of )"
    r"(?<!nearly )(?<!almost )(?<!above )all(?= )(?! (?:in|within|along|through|at once)\b)"
    r"|everyone"
    r"|everybody|every (?=person|patient|child|case|woman|man|adult|time|one)"
    r"|in every case|must(?! not)"
    r"|certain to|certainly|guaranteed?s?|definite(?:ly)?|only ever|constantly|in all cases"
    r"|without fail|each and every|sure to|bound to|doomed to|completely|entirely|totally)"
    r")(?![^\W_])"
)
_WHOLLY = re.compile(r"\b(?:completely|entirely|totally)\b")
_FULL = re.compile(r"\b(?:full|fully|complete|completely|whole|wholly|entire|entirely)\b")
_QUANTIFIED = frozenset(("rare", "often", "usual"))
_TIMES_OFTEN = frozenset(("often", "usual"))
_MAY = re.compile(
    r"\b(?:may|might|can|could|possib(?:le|ly|ility)|perhaps|potential(?:ly)?|likely|probabl[ey]"
    r"|suggest(?:s|ed)?|appear(?:s|ed)?(?= (?:to|that|as)\b)|seems?|seemed|thought|believed|hints?"
    r"|some evidence"
    r"|risk|chance|likelihood|danger|threat\w*|in some|option\w*|allows?|lets?|enables?|tends?"
    r"|(?:not|cannot|n't) rule out|suspected|presumably|prone|capable|able|\w+able)\b"
)
_WEAK = re.compile(
    r"\b(?:may|might|could|possibly|perhaps|possible|suggest(?:s|ed)?|seems?|hints?|suspected)\b"
)
_DOUBT = re.compile(
    r"\b(?:may|might|could|can(?! (?:\w+ )?be\b)|possibly|perhaps|suggest(?:s|ed)?|seems?"
    r"|appears?(?= (?:to|that)\b)|some evidence"
    r"|thought to|believed|potential(?:ly)?(?! to\b))\b"
)
# "so that the body can remove it" doubts nothing.
_ABILITY = re.compile(r"\b(?:so that|in order that)\b[^,.;]{0,200}")
_PROOF = re.compile(
    r"\b(?:pro(?:ves?|ven|ved)(?! to be)|it is (?:clear|certain|known|established)|without doubt"
    r"|undoubtedly"
    r"|beyond doubt|conclusive(?:ly)?|confirms?|is known|certainty|surely|clearly)\b"
)
_LINK = re.compile(
    r"\b(?:associat(?:ed|ion|es?)|link(?:s|ed)?|correlat\w+|connect(?:ed|ion)|relat(?:ed|ion)\w*)\b"
)
_CAUSE = re.compile(
    r"\b(?:caus(?:e|es|ed|ing)|due to|because of|leads? to|led to|results? in|resulted in"
    r"|prevent(?:s|ed|ing)?"
    r"|protects?|trigger(?:s|ed)?|produces?|responsible for)\b"
)
_CURE = re.compile(r"\b(?:cur(?:e|es|ed|ing|able)|eliminat(?:e|es|ed)|eradicat(?:e|es|ed))\b")


@lru_cache(maxsize=512)
def levels(reading: Reading) -> frozenset[str]:
    """Return how often, or of how many, a text says something."""
    if not reading.has(Trigger.LEVEL | Trigger.MARK):
        return frozenset()
    found = {
        str(match.lastgroup)
        for match in _LEVELS.finditer(reading.text)
        if not any(m.start <= match.start() < m.end for m in reading.marks if m.kind != "unsure")
    }
    kinds = {mark.kind for mark in reading.marks}
    if "notall" in kinds:
        found.add("some")
    if any(
        mark.kind == "most" and reading.text[mark.start : mark.end].endswith(("often", "ly"))
        for mark in reading.marks
    ):
        found.add("usual")
    if "common" in kinds:
        found.add("often")
    return frozenset(found)


def strength_faults(said: Reading, ground: Reading, *, inverted: bool = False) -> Iterator[str]:
    """Say where a sentence is stronger or weaker than its source.

    `inverted` says that "rarely" stands for "usually not", which is as strong.
    """
    own, other = levels(said), levels(ground)
    if inverted:
        own, other = own - _QUANTIFIED, other - _QUANTIFIED
    if any(q.unit == "%" or (q.kind == "share" and not q.unit) for q in quantities(said)):
        own, other = own - {"rare"}, other - {"rare", "some"}  # a figure says how many
    may = ground.has(Trigger.MAY) and _MAY.search(ground.text) is not None
    if "always" in own and _WHOLLY.search(said.text) and _FULL.search(ground.text):
        own -= {"always"}  # "recovers completely" is no "always"
    yield from _level_faults(own, other, may)
    if (
        ground.has(Trigger.DOUBT)
        and _DOUBT.search(_ABILITY.sub("", ground.text))
        and not (_MAY.search(said.text) or levels(said) & {"rare", "some"})
        and not _denied(said)
    ):
        yield "the source says it with reserve"
    if (
        said.has(Trigger.MAY)
        and not may
        and _WEAK.search(said.text)
        and not levels(ground) & {"rare", "some"}
        and not any(m.kind == "unsure" for m in (*ground.marks, *said.marks))
    ):
        yield "the source says it without reserve"
    if (
        said.has(Trigger.PROOF)
        and _PROOF.search(said.text)
        and not _PROOF.search(ground.text)
        and not _denied(said)
    ):
        yield "the source does not call it certain"
    if (
        "never" in said.text
        and re.search(r"\bnever\b", said.text)
        and "never" not in ground.text
        and levels(ground)
    ):
        yield "the source does not say never"
    yield from _cause_faults(said, ground)


def _level_faults(own: frozenset[str], other: frozenset[str], may: bool) -> Iterator[str]:
    for level in ("always", "rare", "some"):
        if level not in own or level in other:
            continue
        if level == "some" and (may or "rare" in other):
            continue
        yield {
            "always": "the source does not say always or all",
            "rare": "the source does not say rarely or few",
            "some": "the source says it of more",
        }[level]
    if own & _TIMES_OFTEN and not other & _TIMES_OFTEN:
        yield "the source does not say often or most"
    if not own and other & _TIMES_OFTEN and not may:
        yield "the source says it with a limit"
    if not own and not may and other & {"rare", "some"}:
        yield "the source says it of few"


def _cause_faults(said: Reading, ground: Reading) -> Iterator[str]:
    if (
        said.has(Trigger.CAUSE)
        and ground.has(Trigger.LINK)
        and _CAUSE.search(said.text)
        and not _LINK.search(said.text)
        and _LINK.search(ground.text)
        and not _CAUSE.search(ground.text)
    ):
        yield "the source names a link, and no cause"
    if said.has(Trigger.CURE) and _CURE.search(said.text) and not _CURE.search(ground.text):
        yield "the source names no cure"


def _denied(reading: Reading) -> bool:
    return re.search(r"\b(?:not|no|never|cannot|unlikely)\b|n't\b", reading.text) is not None
