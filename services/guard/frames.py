"""Frames that change what a sentence does: a question, a referral, a right, a source that speaks.

A frame alone allows nothing; the classifier weighs it beside everything else. Pure.
"""

import re
from collections.abc import Iterator, Mapping

from services.guard.cues import Cued, cued, with_s, words_in
from services.guard.vocabulary import CARER

_ASK = (
    r"(?:ask|tell|talk|speak|call|contact|see|show|let|inform|phone|ring|consult|discuss|mention|report"
    r"|raise|bring|check|go over|go through|turn to|get in touch|write to|message|visit|seek|reach)"
)
_CARER_DOES = (
    r"(?:can|could|will|may|might|should be able to|are able to|is able to|is there to|knows?|has|have"
    r"|explains?|answers?|decides?|checks?|looks?|helps?|goes|go|measures?|watch(?:es)?|plans?|asks?)"
)
_ASKING = re.findall("[a-z]+", _ASK)
_PAGES = """page site text service leaflet software program answer tool summary article note
    webpage website webtext webservice webleaflet webanswer webtool websummary webarticle"""
_SOURCES = """guideline label leaflet agency fda ema nice who cdc nhs society committee panel author
    reviewer statement academy college force regulator manufacturer registry"""
FRAMES: Mapping[str, Cued] = {
    "question": cued(r"\?[\"')\]]*\s*$"),
    "referral": cued(
        rf"(?:^|[.;:,!?]\s|\band |\bplease |\byou (?:can|could|may|might want to|are welcome to) |\bto )"
        rf"{_ASK}\b.{{0,80}}?{CARER}",
        *_ASKING,
    ),
    "carer speaks": cued(
        rf"^(?:only )?(?:your |the |a |an |any |our )?(?:\w+ ){{0,3}}?{CARER}(?: \w+){{0,4}} {_CARER_DOES}\b",
    ),
    "not without": cued(
        r"\b(?:do not|don't|never|not|no one|nobody)\b.{0,80}\b(?:without|unless|before|until)\b.{0,60}"
        rf"(?:talking|asking|speaking|checking|consulting|discuss\w*|advice|word|agree\w*|{CARER})",
        "not don never no nobody",
    ),
    "first ask": cued(
        rf"\bbefore (?:you |they |anyone |any\w* |\w+ing )?.{{0,80}}\b{_ASK}\b.{{0,60}}{CARER}"
        rf"|\b{_ASK}\b.{{0,60}}{CARER}.{{0,40}}\b(?:before|first|about|whether|if|which|what|how|when|why)\b",
        "before", *_ASKING,
    ),
    "right": cued(r"\b(?:have|has|had) (?:a|the) right\b|\byour right\b|\b(?:is|are) entitled to\b", "right entitled"),
    "page": cued(
        r"\b(?:this|the|a|our|these|no) (?:(?:web)?(?:page|site|text|service|leaflet|answer|tool|summary|article)|software|program|note)s?\b"
        r"|\b(?:nobody|no one|no clinician|no doctor|nothing) (?:here|has|on this)\b|\bwe (?:do not|don't|cannot|can't|are not|never)\b"
        r"|\bi am (?:not|software|a program)\b|\bnot (?:a )?(?:medical|individual|personal) advice\b",
        "nobody no nothing we i advice", _PAGES, with_s(_PAGES),
    ),
    "unable": cued(
        r"\b(?:cannot|can't|can not|could not|unable to|not able to|impossible to|does not|do not) (?:say|tell|know|judge|decide|see|predict|replace|answer|assess)\b",
        "say tell know judge decide see predict replace answer assess",
    ),
    "emergency": cued(
        r"\b(?:call|dial|ring|phone|text) (?:\d{2,4}|an ambulance|emergency|the emergency|your local emergency|for help)\b"
        r"|\bemergency (?:number|services?|department|room|help|care)\b",
        "call dial ring phone text emergency",
    ),
    "source speaks": cued(
        r"\b(?:guidelines?|label|leaflet|agency|fda|ema|nice|who|cdc|nhs|society|committee|panel|authors?|reviewers?|statement|academy|college|task force|regulators?|manufacturer|registry)s?\b"
        r"(?: \w+){0,5} (?:recommend|advis|suggest|state|say|list|describe|note|warn|name|call|ask|approv|limit|set|give|allow|require|mention|report)\w*\b"
        r"|\baccording to\b|\bare (?:advised|recommended|encouraged|asked|told|offered|taught)\b|\bis (?:recommended|advised) (?:for|in|to)\b"
        r"|\b(?:recommended|advised|listed|stated|described) (?:in|by)\b",
        "according advised recommended encouraged asked told offered taught listed stated described",
        _SOURCES, with_s(_SOURCES),
    ),
    "trial": cued(
        r"\b(?:participants?|volunteers?|trials?|stud(?:y|ies)|placebo|cohort|randomi[sz]ed|researchers?|investigators?|arm|survey)\b",
        "participant participants volunteer volunteers trial trials study studies placebo cohort randomised randomized researcher researchers investigator investigators arm survey",
    ),
    "conditional": cued(r"^(?:if|when|whenever|once|should)\b|, if you\b|\bif you (?:have|notice|feel|are|get)\b", "if when whenever once should"),
    "own case": cued(
        r"\b(?:in|given|with|at|for|from) your (?:case|situation|age|own|history|condition|weight|values?|numbers?|results?|letter|report|description|scan|photo\w*|picture)"
        r"|\byou(?:'ve| have)? (?:describe|mention|sent|send|wrote|write|upload|list|report|told|say|said|ask|asked)\w*\b|\bas you (?:did|do|are|say|have)\b"
        r"|\b(?:someone|somebody|a person|people|anyone|patients?|women|men|those) (?:like|with exactly|in your|of your|exactly like)\b|\b(?:just )?like you\b|\byour (?:exact|very|particular|own)\b"
        r"|\byours is\b|\bincludes you\b|\bof you\b",
        "you your yours like exactly",
    ),
    "group": cued(
        r"\b(?:people|patients|adults|children|women|men|persons|babies|infants|teenagers|those|individuals|families|relatives|most|many|some|users|drivers|smokers) (?:with|who|on|taking|aged|over|under|whose|living|having|treated|older|at|in|from|are|have|can|may|also|do|get|of)\b",
        "people patients adults children women men persons babies infants teenagers those individuals families relatives most many some users drivers smokers",
    ),
    "practice": cued(
        r"\b(?:is|are|was|were|be|been) (?:often |usually |sometimes |commonly |mainly |mostly |rarely |also |first |generally )?(?:used|treated|given|diagnosed|measured|checked|prescribed|offered|called|made|found|taken|caused|confirmed|divided|named|defined|linked|known|reviewed|compared|removed|tested|needed|done|performed)\b",
        "used treated given diagnosed measured checked prescribed offered called made found taken caused confirmed divided named defined linked known reviewed compared removed tested needed done performed",
    ),
    "visit": cued(
        r"\b(?:bring|write down|note down|keep a|make a list|take (?:someone|a friend|notes|this|the list|along)|list of|diary|appointment|visit|questions?|record|folder|notebook)\b",
        "bring write note keep make take list diary appointment visit question questions record folder notebook",
    ),
}  # fmt: skip


def frames_of(text: str) -> Iterator[str]:
    """Name the frames that a text shows."""
    words = words_in(text)
    return (name for name, frame in FRAMES.items() if frame.search(text, words))
