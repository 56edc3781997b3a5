"""What the classifier sees in a question, and how likely it finds each disposition. Pure.

It only adds stops to those of the rules, above a threshold of the policy, and tells questions of
one person from general ones.
"""

import re
from collections.abc import Collection
from itertools import pairwise

from caveat.model import Disposition
from services.guard.clusters import cluster_of
from services.guard.linear import shipped
from services.guard.screening import harm
from services.guard.screening.context import (
    GENERAL,
    HYPOTHETICAL,
    NOW,
    OTHER,
    PAST,
    RELATIVE,
    TOPIC,
    is_general,
    negated,
    sentences,
)
from services.guard.screening.reading import Reading
from services.guard.screening.scope import MEDICAL
from services.guard.screening.signs import MILD, SIGNS, Sign

NAME = "screening"
# More words than a long story has; what comes after says little about what is asked.
_LONGEST = 400
_WORD = re.compile(r"[^\W_]+|[?!]")
_KIN = re.compile(rf"\b{RELATIVE}\b")
_ME = re.compile(r"\b(?:i|me|my|mine|myself)\b")
_TRAITS = (
    ("me", _ME),
    ("spanish", re.compile(r"\b(?:el|la|los|las|mi|que|se|una?|tengo|estoy|hijo|hija)\b")),
    ("you", re.compile(r"\b(?:you|your|yourself)\b")),
    ("other", OTHER),
    ("past", PAST),
    ("now", NOW),
    ("might", HYPOTHETICAL),
    ("general", GENERAL),
    ("topic", TOPIC),
    ("mild", MILD),
    ("health", MEDICAL),
    ("number", re.compile(r"\d")),
    ("question", re.compile(r"\?")),
)

# Words without which the classifier alone stops nothing: it has read too few ordinary questions
# to be trusted on a text that holds nothing of the kind.
_LOOSE = {
    Disposition.CRISIS: r"die[ds]?|dying|dead|death|kill\w*|suicid\w*|life|live|living|alive|end(?:s|ed|ing)?|gone|goodbye|bye|farewell|forever|never|nobody|everyone|without me|burden|hopeless|point|peace|cut(?:s|ting)?|knife|blades?|gun|rope|bridge|train|jump\w*|hate|worth|sorry|last|way out|disappear\w*|exist|existing|world|tired|done|over|tonight|hurt(?:ing)? (?:my|him|her)self|enough|leav(?:e|ing)|funeral|letters?|voices|drown\w*|hang\w*|harm\w*|stop|finish\w*|finally|body|deserve|all of (?:them|it)|large amounts|too much to bear|anymore|any more|no longer|save|heaven|scars",
    Disposition.INJECTION: r"rules?|instruct\w*|prompts?|ignor\w+|forget|system|mode|pretend|act|roles?|filter\w*|guard\w*|disclaimers?|polic\w+|reply|respond|obey|developer|admin\w*|overrid\w+|confirm|print|repeat|reveal|codes?|tokens?|keys?|persona|grandm\w+|base|limit\w*|restrict\w*|commands?|operator|from now|you are|be my|answer|citations?|judge|validator|model|ai|assistant|character|game|simulate|voice|story|output|log|source|config\w*|password|message|bypass|disregard|verdict|secret|order",
}
_GATES = {name: re.compile(rf"\b(?:{words})\b") for name, words in _LOOSE.items()}
# A patient who asks about the own complaint or remedy asks for no harm.
_OWN_CARE = re.compile(
    r"\b(?:my (?:\w+ )?(?:doctor|symptoms?|pain|cough|throat|cold|infection|skin|nose|ears?|eyes?|period|stomach|sinus\w*|medicines?|dose|pills?|blood|rash|headaches?|fever|anxiety|anxietys|back|uti|allerg\w+)|for (?:it|this|the|a) (?:\w+ )?(?:pain|itch\w*|cough|fever|infection|burning|nausea|swelling|rash|congestion)|over the counter|side effects?|contagious|antibiotics?|symptoms?|do you (?:recommend|suggest|think)|is there (?:any|an?|something)\b.{0,80}\b(?:take|taken|help)|can i (?:also )?(?:take|get|use)\b.{0,40}\b(?:infections?|tablets|medication|cream)|help with|relief|treat(?:ing|ed)? (?:a|an|the|without)|which doctor|get a \w+ test|vertigo|support groups?|living will)\b"
)
_SPANISH = re.compile(
    r"\b(?:el|la|los|las|un|una|de|que|mi|mis|me|se|su|con|por|para|y|en|no|es|está|esta|estoy|tengo|tiene|quiero|siento|hijo|hija|hace|desde|muy|qué|cómo|al|lo|yo|si|sin|ya|le|hay)\b"
)


def adds(reading: Reading, disposition: Disposition) -> bool:
    """Tell whether the classifier may add this stop to a question that no rule has stopped."""
    if disposition is Disposition.HARMFUL:
        return not _OWN_CARE.search(reading.text)
    if disposition is Disposition.CRISIS and "states of me" in map(_kind, sentences(reading.text)):
        return True
    if disposition is Disposition.EMERGENCY and all(
        is_general(part) for _, part in sentences(reading.text)
    ):
        return False
    gate = _GATES.get(disposition)
    foreign = len(_SPANISH.findall(reading.text)) > 1
    return foreign or gate is None or gate.search(reading.text) is not None


def features(reading: Reading) -> Collection[str]:
    """Name what a question consists of: words, parts and clusters of words, and traits."""
    words = _WORD.findall(reading.text)[:_LONGEST]
    found = {f"w:{word}" for word in words}
    found |= {f"b:{one} {two}" for one, two in pairwise(["^", *words, "$"])}
    found |= {f"s:{one} * {two}" for one, two in zip(words, words[2:], strict=False)}
    for word in words:
        whole = f"<{word[:24]}>"
        found |= {f"c:{whole[i : i + n]}" for n in (3, 4, 5) for i in range(len(whole) - n + 1)}
    found |= {
        f"k:{_KIN.sub('kin', pair)}" for pair in map(" ".join, pairwise(words)) if _KIN.search(pair)
    }
    clusters = ["^", *map(cluster_of, words), "$"]
    found |= {f"l:{one}" for one in clusters}
    found |= {f"l:{one} {two}" for one, two in pairwise(clusters)}
    return found | _traits(reading.text[:4096])


def _traits(text: str) -> set[str]:
    """Name of whom, when and how a text speaks, and the signs that it names."""
    said = {name for name, pattern in _TRAITS if pattern.search(text)} | harm.traits(text)
    said |= {kind for kind in map(_kind, sentences(text)) if kind}
    signs = {sign.name for sign in SIGNS if _is_said(sign, text)}
    found = {f"t:{name}" for name in said} | {f"g:{name}" for name in signs}
    found |= {f"t:{one}+{two}" for one in said for two in said if one < two}
    return found | {f"g:{one}+{two}" for one in signs for two in signs | said if one != two}


def _kind(part: tuple[int, str]) -> str:
    """Tell whether a part of a text states something of a person, or asks."""
    sentence = part[1]
    if "?" in sentence or GENERAL.search(sentence):
        return "asks"
    return "states of me" if _ME.search(sentence) else "states"


def _is_said(sign: Sign, text: str) -> bool:
    match = sign.pattern.search(text)
    return match is not None and not negated(text, match.start())


def likelihoods(reading: Reading) -> dict[str, int]:
    """Return how likely each disposition is, in thousandths."""
    return shipped(NAME).permille(features(reading))
