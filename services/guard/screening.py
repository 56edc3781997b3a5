"""What should become of a question. Pure; red flags win over scope, and scope over answering.

The order is the safety argument: (1) crisis, (2) emergency, (3) injection, (4) harmful,
(5) language, (6) out of scope, (7) reframe, (8) answer.
"""

import re
from dataclasses import dataclass

from caveat.model import Disposition
from services.guard.analysis import Analysis, analyse, windows
from services.guard.examination import Hit
from services.guard.policy import Policy

_I = re.IGNORECASE

# A question is at most 4096 characters long; a longer text is searched in overlapping parts, so
# that patterns with open ends cost no more than its length.
_LONGEST, _OVERLAP = 1024, 512

_CRISIS = re.compile(
    r"\b(?:kill(?:ing)? (?:my|him|her|them)sel(?:f|ves)|end(?:ing)? (?:my (?:own )?life|it all)|tak(?:e|ing) my (?:own )?life"
    r"|(?:(?:wants?|wish(?:es)?|going|ready|rather|like) to|wanna|gonna) (?:die|be dead)|wish i (?:was|were) (?:dead|never born)"
    r"|(?:do not|don't|no longer|dont) (?:want to|wanna) (?:live|be alive|be here|wake up|go on|exist)"
    r"|(?:hurt|harm|cut|cutting|hurting|harming) myself|suicidal|i(?: am|'m| have been|'ve been) (?:thinking (?:of|about)|considering|planning) suicide"
    r"|(?:commit|committing|attempt|attempting) suicide|better off (?:dead|without me)|no (?:reason|point) (?:to|in) liv"
    r"|can(?:not|'t) go on(?: any ?more| living)?\b|overdose on purpose|self[- ]harm(?:ing)?"
    r"|how (?:many|much)\b.{0,80}\b(?:to die|kills?|fatal|lethal|deadly|to end)|painless (?:way|death)"
    r"|(?:lethal|fatal|deadly) (?:dose|amount|overdose)"
    r"|quiero morir|no quiero vivir|quitarme la vida|suicidarme|matarme|hacerme daño)",
    _I,
)

_EMERGENCY_ALWAYS = re.compile(
    r"\b(?:can(?:not|'t) breathe|cant breathe|not breathing|stopped breathing|struggling to breathe|gasping for"
    r"|(?:is|are|was|am|he's|she's) (?:unconscious|unresponsive|choking|having a (?:seizure|stroke|heart attack))"
    r"|won'?t (?:wake up|stop bleeding)|bleeding (?:that )?(?:will not|won't|does not|doesn't) stop"
    r"|(?:i|he|she|they|who)(?: have| has|'ve| just)? (?:took|taken|swallowed) (?:too many|a whole|all (?:my|the|his|her))"
    r"|(?:i|he|she|they)(?: have| has|'ve| just)? overdosed|throat (?:is )?(?:closing|swelling)"
    r"|no puedo respirar|no respira)",
    _I,
)

_RED_FLAG = re.compile(
    r"(?:\bchest (?:pain|pressure|tightness)|\bcrushing pain|\b(?:cough|vomit|throw)(?:ing|ed)?(?: up)? blood"
    r"|\b(?:trouble|difficulty|problems?|hard) (?:in )?(?:breathing|to breathe)|\bshort(?:ness)? of breath"
    r"|\bface (?:is )?droop|\bslurr(?:ed|ing)|\b(?:one|left|right) side (?:of (?:my|his|her) (?:body|face) )?(?:is )?(?:numb|weak|paraly)"
    r"|\bsudden(?:ly)? (?:weak|numb|confus|blind|severe)|\bworst headache|\bpassed out|\bfaint(?:ed|ing)|\bseizure"
    r"|\b(?:severe|heavy|uncontroll\w+) bleeding|\bbleeding (?:heavily|a lot)|\bblack stools?"
    r"|\bblue lips|\banaphyla|\bstiff neck|\bcollaps(?:ed|ing)"
    r"|\b(?:fever|temperature)\b.*\b(?:38(?:\.\d)?|39(?:\.\d)?|4[01](?:\.\d)?|10[0-6](?:\.\d)?|high|chills|shaking)\b"
    r"|\b(?:38\.\d|39(?:\.\d)?|40(?:\.\d)?|10[1-5](?:\.\d)?)\b.*\bfever\b)",
    _I,
)
_FEVER = re.compile(r"\bfever|\btemperature", _I)
_LOW_DEFENCES = re.compile(
    r"\b(?:chemo\w*|transplant|neutropeni\w+|azacitidine|decitabine|car[- ]?t|leuk(?:a)?emia|mds)\b",
    _I,
)
_NOW = re.compile(
    r"\b(?:i|i'm|i've|my|me|we|he|she|his|her|husband|wife|son|daughter|mother|mom|mum|father|dad|baby|child|partner)\b",
    _I,
)
# A list of signs without a verb or a person is how people type when there is no time.
_ACUTE = re.compile(
    r"\b(?:crushing|severe|sudden(?:ly)?|worst|radiat\w+|spreading|sweat\w*|left arm|jaw|right now)\b",
    _I,
)
_GENERAL = re.compile(
    r"^(?:what|why|how|which|when|is|are|can|does|do|could)\b(?!.*\b(?:i have|i'm having|i am having|i've|right now|now|today|tonight|suddenly|just|started|he has|she has|is having)\b)",
    _I,
)

_INJECTION = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|rules?|prompts?|polic(?:y|ies)|guard\w*|safety|disclaimers?)\b"
    r"|\bsystem prompt\b|\byou are now\b|\b(?:developer|dan|jailbreak|god) mode\b"
    r"|\b(?:pretend|roleplay|role-play|act)\b.{0,30}\b(?:doctor|physician|unrestricted|no rules|without (?:rules|restrictions))"
    r"|<\s*/?\s*(?:script|system|iframe|img)\b|\breveal\b.{0,30}\b(?:prompt|instructions|rules)\b",
    _I,
)

_HARMFUL = re.compile(
    r"\bhow (?:to|can i|do i|could i|would i)\b(?>.*?\b(?:poison|kill|sedate|drug|harm|hurt|infect)\b).*\b(?:someone|somebody|my (?:wife|husband|boss|neighbou?r|partner|ex)|a person|people|him|her|them)\b"
    r"|\b(?:make|synthesi[sz]e|cook|manufacture|produce)\b.*\b(?:meth(?:amphetamine)?|fentanyl|heroin|ricin|anthrax|nerve agent|bioweapon|explosive)\b"
    r"|\b(?:fake|forge|falsify|alter)\b.*\b(?:prescriptions?|medical records?|vaccin\w+ (?:card|record)|test results?)\b"
    r"|\b(?:get|buy|obtain)\b(?>.*?\b(?:opioids?|oxycodone|adderall|xanax|fentanyl)\b).*\bwithout (?:a )?prescription",
    _I,
)

_ELSEWHERE = re.compile(
    r"\b(?:weather|forecast|bitcoin|stocks?|shares|crypto\w*|football|soccer|basketball|world cup|lottery|horoscope"
    r"|poem|song lyrics|homework|javascript|python code|source code|sql query|translate this|capital (?:city )?of"
    r"|president of|prime minister|election|recipe for|hotels?|flights?|car insurance|mortgage|tax return"
    r"|carburett?or|engine oil|car repair|repair (?:my|a|the) (?:car|bike|phone|roof)|video game|movie|film review"
    r"|zodiac|chess|gardening|lawn ?mower|guitar)\b",
    _I,
)
_MEDICAL = re.compile(
    r"\b(?:cancer|disease|syndrome|symptoms?|treatment|therapy|medic\w*|doctor|hospital|patients?|pain|blood|tumou?r|infection"
    r"|an(?:a)?emia|leuk(?:a)?emia|diabet\w+|transplant|trial|vaccine|side effects?|diagnos\w+|mds|car[- ]?t|drugs?|dose)\b",
    _I,
)

_PERSONAL = re.compile(
    r"\b(?:should|can|could|may|must|shall|do|would) (?:i|we|my (?:mother|mom|mum|father|dad|husband|wife|son|daughter|child|partner))\b(?!.*\bexpect\b)"
    r"|\b(?:am i|do i have|what do i do|what should|which (?:one )?should|would you|do you (?:think|recommend|advise)|is it (?:safe|ok|okay) (?:for me|to))\b"
    r"|\b(?:right|best|safe|good|option) for (?:me|my (?:mother|father|husband|wife|son|daughter|child|case))\b"
    r"|\bmy (?:results?|dose|dosage|levels?|counts?|blood|labs?|scan|biopsy|prognosis|chances?|case|h(?:a)?emoglobin|platelets?|hb|medication|medicine|pills?)\b"
    r"|\bhow (?:long|much time) (?:do|have|will) i\b|\b(?:i|my \w+) (?:have|has|was diagnosed|am taking|take|takes|is taking)\b.*\?",
    _I,
)


@dataclass(frozen=True, slots=True)
class Screening:
    """A disposition and the red flags that led to it."""

    disposition: Disposition
    hits: tuple[Hit, ...] = ()


def screen(text: str, lang: str, policy: Policy) -> Screening:
    """Choose what becomes of a question."""
    analysis = analyse(text)
    normal = analysis.text.replace("\n", " ")  # a line end must not hide what goes on after it
    for disposition, rule_id, message, span in (
        (Disposition.CRISIS, "safety.crisis", "a person may be in danger", _search(_CRISIS, normal)),
        (Disposition.EMERGENCY, "safety.emergency", "this may be an emergency", _red_flag(normal)),
        (Disposition.INJECTION, "injection.question", "tries to instruct the software", _search(_INJECTION, normal)),
        (Disposition.HARMFUL, "safety.harmful", "asks for a way to do harm", _search(_HARMFUL, normal)),
    ):  # fmt: skip
        if span:
            return Screening(disposition, (_hit(rule_id, message, analysis, span),))
    if lang and lang.split("-")[0].casefold() not in policy.languages:
        hit = Hit("language.unsupported", f"the policy has no pages in {lang!r}")
        return Screening(Disposition.LANGUAGE, (hit,))
    elsewhere = _search(_ELSEWHERE, normal)
    if elsewhere and not _MEDICAL.search(normal):
        hit = _hit("scope.out", "the question is not about health", analysis, elsewhere)
        return Screening(Disposition.OUT_OF_SCOPE, (hit,))
    if _search(_PERSONAL, normal):
        return Screening(Disposition.REFRAME)
    return Screening(Disposition.ANSWER)


_Span = tuple[int, int]


def _search(pattern: re.Pattern[str], text: str) -> _Span | None:
    for start, part in windows(text, _LONGEST, _OVERLAP):
        if match := pattern.search(part):
            return start + match.start(), start + match.end()
    return None


def _red_flag(text: str) -> _Span | None:
    """A red flag counts when it speaks of a person now, not of a sign in general."""
    if always := _search(_EMERGENCY_ALWAYS, text):
        return always
    flag = _search(_RED_FLAG, text)
    if not flag:
        flag = _search(_FEVER, text) if _LOW_DEFENCES.search(text) else None
    if not flag or _GENERAL.search(text):
        return None
    acute = "?" not in text and _ACUTE.search(text)
    if acute or _NOW.search(text):
        return flag
    return None


def _hit(rule_id: str, message: str, analysis: Analysis, span: _Span) -> Hit:
    return Hit(rule_id, message, "", *analysis.original_span(*span))
