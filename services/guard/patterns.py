"""What advice looks like, clause by clause: patterns for each rule, and the frames that let it be.

Judged clause by clause, so that a disclaimer beside a directive never softens it. Pure.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from services.guard.analysis import Analysis, Clause
from services.guard.cues import Cued, cued, words_in
from services.guard.vocabulary import (
    CARE,
    CARER,
    DIRECTIVE_VERBS,
    DOSE,
    LIFESTYLE_VERBS,
    REMEDY,
    any_of,
)

_I = re.IGNORECASE
_YOU_MUST = (
    r"\byou(?:r (?:mother|father|husband|wife|son|daughter|child|partner|relative))?"
    r"(?:'d|'ll| would| will)?"
    r" (?:really |just |also |probably |simply )?"
    r"(?:should|must|need to|ought to|have to|had better|better|may want to|might want to"
    r"|might consider|could consider|can safely|can start|can stop|can take|could take|could try"
    r"|are (?:advised|supposed|encouraged|recommended) to|do well to)"
    r"(?: not| never| also| always| really| just| probably| now)*"
)
_POLITE = r"(?:please |kindly |feel free to |go ahead and |just |simply |always |never |do not |don't |now |first |instead |maybe |ok,? )*"
# A bare imperative stands where a statement can begin; check_statement marks such places with >.
_OPENING = rf"^>(?:[-*\d.)(]+ ?)?{_POLITE}"
# ... and its verb is not the subject of the clause ("Sleep deficiency is common", "Follow-up").
_NOT_A_NOUN = (
    r"(?!-)(?! and \w+ (?:did|is|are|was|were|can|may)\b)(?! (?:of|in|is|are|was|were|may|can|that|which|cells?|problems?|levels?|tests?|therapy)\b)"
    r"(?! \w+ (?:is|are|was|were|may|might|can|could|has|have|will|helps?)\b)"
)
_URGING = (
    r"(?:\b(?:i|we)(?:'d| would)? (?:strongly )?(?:recommend|suggest|advise|urge)\b(?! (?:people|adults|that doctors))"
    r"|\bmy advice\b|\bit(?:'s| is| would be|'d be) (?:best|better|a good idea|wise|safer|advisable)(?: for you)? (?:to|if you)\b"
    r"|\byou(?:'re| are|'d be| would be) better off \w+ing\b"
    r"|\byou (?:do not|don't|no longer) (?:have|need) to (?:take|use|continue|keep)\b"
    r"|\b(?:make|be) sure (?:to|you|that you)\b|\byour best (?:bet|option|choice|move)\b"
    r"|\bwhy not (?:just )?(?:stop|start|try|take|skip|switch)|\btime (?:for you )?to (?:start|stop|switch|try)\b"
    r"|\bthe (?:right|smart|safe|best) (?:thing|move) (?:for you )?(?:is|would be) to\b)"
)


def _firsts(verbs: Iterable[str]) -> Iterator[str]:
    return (verb.split()[0] for verb in verbs)


_VERBS_OF_DOSE = "take use inject swallow try increase reduce double halve lower raise"
CUED: Mapping[str, Cued] = {
    rule_id: cued(pattern, *cues)
    for rule_id, pattern, *cues in (
        (
            "advice.dose",
            # Atomic: the first verb is as good as any, and trying them all costs a cube.
            rf"(?:\byou\b(?>.*?\b(?:take|use|inject|swallow|need|get|try)\b).*|{_OPENING}"
            rf"(?:take|use|inject|swallow|try|increase|reduce|double|halve|lower|raise)\b.*)"
            rf"(?:{DOSE}|\b(?:twice|once|three times|\d+ times) (?:a|per|each) (?:day|week)|\bdose)"
            rf"|\byour (?:dose|dosage) (?:should|must|needs|is|of)\b|\bdouble (?:the|your) dose\b",
            "you your",
            _VERBS_OF_DOSE,
        ),
        (
            "advice.persona",
            r"\b(?:as|speaking as) (?:your|a|an) (?:doctor|physician|nurse|oncologist|h(?:a)?ematologist|clinician|specialist)(?:$|,| i\b)"
            r"|\bi(?:'m| am) (?:a|your) (?:doctor|physician|nurse|oncologist|clinician)\b"
            r"|\bin my (?:clinical|medical|professional) (?:opinion|experience|judg)",
            "as i my",
        ),
        (
            "advice.dissuasion",
            rf"\b(?:no need|no reason|not necessary|unnecessary|pointless|waste of time|don't need|do not need|don't have|needn't|need not)(?: for you)?(?: to)?(?: \w+)? {CARE}"
            rf"|(?<!\bpeople )(?<!\bpatients )\b(?:don't|do not|never|avoid) (?:\w+ing |bother \w+ing |tell(?:ing)? |see(?:ing)? |call(?:ing)? |ask(?:ing)? |go(?:ing)? to |mention(?:ing)? )+(?:\w+ ){{0,12}}?{CARER}(?!.*\b(?:until|unless|without)\b)"
            r"|\b(?:skip|cancel) (?:your|the) (?:appointment|visit|check-?up|scan|follow-?up)"
            r"|\byou (?:do not|don't) need (?:a |to see |to get )(?:a )?(?:second opinion|doctor|specialist)"
            r"|\bsecond opinion (?:is|would be) (?:a waste|pointless|unnecessary|not (?:needed|necessary))",
            "no not unnecessary pointless waste don needn never avoid skip cancel second",
        ),
        (
            "advice.selection",
            r"\b(?:best|right|better|ideal|safest|perfect|wisest|suitable) (?:option|choice|treatment|therapy|drug|medicine|medication|plan|approach|trial|one|fit)?s? ?(?:is |would be )?for (?:you|your (?!doctor|team|questions|appointment))"
            r"|\b(?:is|are|would be|looks|seems) (?:right|best|ideal|good|suitable|better|safe|appropriate) for you\b"
            r"|\bin your case\b|\bfor someone like you\b|\bwith your (?:results|history|numbers|age)\b.*\b(?:should|best|needs?)\b",
            "you your",
        ),
        (
            "advice.eligibility",
            r"\byou(?:'re| are| would be| may be| might be| could be)(?: \w+)? (?:eligible|ineligible|a (?:\w+ )?candidate|qualified|suitable for)\b"
            r"|\byou (?:do not |don't )?(?:qualify|meet the (?:criteria|requirements))\b"
            r"|\byou can(?:not|'t)? (?:join|enter|enroll|enrol) (?:in )?(?:this|the|that) (?:trial|study)\b",
            "you",
        ),
        (
            "advice.interpretation",
            r"\byour (?:\w+ )?(?:h(?:a)?emoglobin|platelets?|counts?|blood counts?|levels?|numbers|results?|a1c|ferritin|scan|biopsy|labs?|ldl|psa|creatinine|blood pressure|glucose|sugar)(?: \w+)?(?: of [\d.]+\S*)? (?:is|are|looks?|seems?)(?: \w+)? (?:normal|low|high|fine|good|bad|dangerous|abnormal|ok|okay|concerning|too|within|above|below|nothing)\b"
            r"|\bthat(?:'s| is) a (?:normal|low|high|good|dangerous) (?:result|level|count|number)\b",
            "your that",
        ),
        (
            "advice.diagnosis",
            r"\byou(?:'ve| have)? (?:probably|most likely|likely|clearly|definitely|certainly|almost certainly|surely|undoubtedly) (?:have|got|has|suffer)\b"
            r"|\b(?:sounds|looks|seems) like (?:you(?:'ve| have| may have)|your)\b"
            r"|\byour (?:symptoms?|results?|blood tests?|test results?|scan|biopsy|counts?|bruises|tiredness|fatigue) (?:\w+ )?(?:means?|suggests?|shows?|indicates?|confirms?|points? to|is caused by|are caused by|is due to|are due to)\b"
            r"|^>(?:unfortunately )?you(?:'ve got| have(?: got)?) (?:an? )?(?:cancer|mds|leuk(?:a)?emia|an(?:a)?emia|aml|diabetes|an infection|infection)\b"
            r"|\byou(?:'re| are) (?:suffering from|showing signs of|developing)\b"
            r"|\byou (?:do not|don't) have (?:cancer|mds|leuk(?:a)?emia|an(?:a)?emia|aml|diabetes)\b"
            r"|^>?(?:this|it|that) (?:is|must be) (?:definitely|clearly|certainly|probably|most likely) \w+",
            "you your definitely clearly certainly probably likely",
        ),
        (
            "advice.prognosis",
            r"\byou(?:'ll| will| are going to|'re going to| can expect to| should expect to)(?: \w+)? (?:live|survive|die|be cured|recover|respond|relapse|get better|get worse|go into remission|make it)\b"
            r"|\byou(?:'ve| have)(?: \w+)* (?:\d+|a few|several|many|two|three|five|six|ten) (?:months?|years?|weeks?) (?:left|to live)\b"
            r"|\byour (?:chances?|odds|prognosis|outlook|life expectancy|survival)(?: of \w+)? (?:is|are|will|looks?)\b",
            "you your",
        ),
        (
            "advice.reassurance",
            r"\b(?:nothing|no need|no reason) to worry\b|\b(?:don't|do not|needn't) (?:\w+ )?worry\b"
            r"|\byou(?:'ll| will) be (?:just |perfectly |absolutely )?(?:fine|ok|okay|all right|alright|safe)\b"
            r"|\byou(?:'re| are) (?:perfectly |completely |quite )?(?:fine|safe|okay|healthy|in no danger)\b"
            r"|\beverything (?:is|will be) (?:fine|ok|okay|all right|alright)\b"
            r"|\b(?:this|it|that)(?:'s| is) (?:probably |almost certainly |most likely |surely )?(?:harmless|nothing serious|nothing to worry)",
            "worry you everything harmless nothing",
        ),
        (
            "advice.alternative",
            rf"{_OPENING}(?:take|try|use|drink|eat|start|add)\b.*\b{REMEDY}\b"
            rf"|\byou\b(?>.*?\b(?:take|try|use|drink|eat|cure|heal)\b).*\b{REMEDY}\b|\b{REMEDY}\b.*\bcures?\b",
            "you take try use drink eat start add cure cures",
        ),
        (
            "advice.lifestyle",
            rf"{_OPENING}{any_of(LIFESTYLE_VERBS)}\b{_NOT_A_NOUN}"
            rf"|{_YOU_MUST} {any_of(LIFESTYLE_VERBS)}\b",
            "you your",
            *_firsts(LIFESTYLE_VERBS),
        ),
        (
            "advice.directive",
            rf"{_OPENING}{any_of(DIRECTIVE_VERBS)}\b{_NOT_A_NOUN}"
            rf"|{_YOU_MUST} (?!know\b|be\b|remember|expect|steps?\b|action|part\b)\w+"
            rf"|{_URGING}",
            "you your recommend suggest advise urge advice best better good wise safer advisable sure",
            "why time thing move",
            *_firsts(DIRECTIVE_VERBS),
        ),
    )
}

# Frames that lead to care rather than around it, or that keep a decision with the doctor.
_ALLOWED = re.compile(
    rf"(?:{_OPENING}|{_YOU_MUST} |\byou (?:can|could|may|might|will) (?:want to )?)"
    rf"(?:(?:wait|hesitate) to )?(?:talk|speak|tell|ask|check|discuss|contact|call|see|consult|inform|show|let|phone|ring|visit|go to|get|seek|report)\b.*{CARER}"
    r"|\b(?:do not|don't|never) (?:stop|start|change|skip|take|use|begin|switch)\b.*\b(?:without (?:talking|asking|checking|speaking|first|consulting|your)|unless your|before (?:talking|asking|checking|speaking))"
    rf"|\b(?:do not|don't|never)\b(?>.*?\b(?:before|until) you\b).*{CARER}"
    r"|^>?(?:please )?(?:call|dial|text|ring|phone) (?:\d{2,}|911|999|112|000|111|988|your local emergency|the emergency|an ambulance|emergency)"
    r"|^>?(?:please )?(?:bring|write|note|print|keep a (?:list|record|diary)|take (?:notes|someone|this page|a list|a friend|your questions)|make a list)\b"
    r"|\byou have (?:a|the) right to\b",
    _I,
)

# ... but not what is joined on to them: "Tell your doctor and stop ...". After a word that makes
# a subordinate clause ("before you stop and ...") the verb still belongs to the frame.
_JOINED = re.compile(
    r"(?:(?!\b(?:before|if|when|about|how|whether|that|until|unless|what|which|where|why|to(?! (?:your|the|a|an|his|her|their)\b))\b).)*?"
    rf"\band (?:then )?(?=(?:{any_of(DIRECTIVE_VERBS)}|{any_of(LIFESTYLE_VERBS)})\b)(?!stay on the line|wait for)",
    _I,
)


_NEVER_ALLOWED = frozenset({"advice.dose", "advice.dissuasion", "advice.persona"})


@dataclass(frozen=True, slots=True)
class Match:
    """A rule's pattern was seen in a clause; the span is in the normalised text."""

    rule_id: str
    start: int
    end: int
    clause: str


def matches_of(clauses: Iterable[Clause]) -> Iterator[Match]:
    """Yield at most one match for each rule: the first clause that shows it."""
    seen: set[str] = set()
    for text, begin in (piece for clause in clauses for piece in _pieces(clause)):
        shift, words, allowed = begin - text.startswith(">"), words_in(text), None
        for rule_id, pattern in CUED.items():
            if rule_id in seen or not (match := pattern.search(text, words)):
                continue
            if allowed is None:
                allowed = bool(_ALLOWED.search(text))
            if not allowed or rule_id in _NEVER_ALLOWED:
                seen.add(rule_id)
                start, end = max(begin, shift + match.start()), shift + match.end()
                yield Match(rule_id, start, end, text.removeprefix(">"))


# Instructions that name nobody: "X should be taken with food", "apply it thinly". A source that
# speaks may say so ("the label says that ..."); then they tell what it says.
_DONE = (
    r"(?:taken|used|applied|given|avoided|stopped|started|discontinued|injected|swallowed|chewed"
    r"|crushed|continued|increased|reduced|lowered|doubled|skipped|combined|repeated|limited"
    r"|exceed(?:ed)?|worn|eaten|drunk|treated|removed|washed|delayed|replaced)"
)
_IMPERSONAL = cued(
    r"\b(?:should|shouldn't|must|mustn't|ought to|needs? to|has to|have to)"
    rf"(?: not| never| only| always| also| generally| usually){{0,2}} (?:be )?{_DONE}\b"
    r"|\bit(?:'s| is| may be| would be)(?: \w+)? (?:recommended|advisable) (?:to|that)\b"
    r"(?! (?:you )?(?:contact|see|seek|consult|talk|speak|ask|call|discuss|visit))",
    "should shouldn must mustn ought need needs has have recommended advisable",
)
_IMPERATIVE = re.compile(
    rf"^>{_POLITE}(?:take|use|apply|avoid|stop|rest|wear|eat|drink|sit|wash|limit|try|minimi[sz]e|put|place"
    r"|clean|rinse|follow|move|swallow|inject|inhale|dissolve|mix|massage|lift|raise|elevate|soak|brush)\b"
    r"(?!-)(?! (?:of|is|are|was|were|and|or|the search|this page)\b)(?! [\w']+ [\w']+ instructions)",
    _I,
)
# A list of verbs after a comma is none of instructions, but what follows an introduction is one.
_INTRODUCED = re.compile(r"(?:to|if|when|for|after|before|while|during|in|at|until|once)\b", _I)
_VISIT = re.compile(
    r"\b(?:appointment|visit|blood (?:test|draw)|scan|clinic|list|questions?|notes?)\b", _I
)


def impersonal_of(analysis: Analysis) -> Iterator[Match]:
    """Yield the first instruction that names nobody, unless it leads to care or to a visit."""
    introduced = bool(_INTRODUCED.match(analysis.text))
    for clause in analysis.clauses:
        before = analysis.text[: clause.start].rstrip(" *_#>\"'()[]")
        opens = clause.opens and (introduced or not before.endswith(",")) and before[-4:] != " and"
        text = f">{clause.text}" if opens else clause.text
        match = _IMPERSONAL.search(text, words_in(text)) or _IMPERATIVE.search(text)
        if match and not _ALLOWED.search(text) and not _VISIT.search(text):
            shift = clause.start - opens
            start, end = max(clause.start, shift + match.start()), shift + match.end()
            yield Match("advice.directive", start, end, clause.text)
            return


def _pieces(clause: Clause) -> Iterator[tuple[str, int]]:
    """Yield what is judged of a clause, marked with > where a statement begins, and its place."""
    text = f">{clause.text}" if clause.opens else clause.text
    yield text, clause.start
    joined = _JOINED.match(clause.text) if " and " in clause.text.lower() else None
    if joined and _ALLOWED.search(text):
        yield f">{clause.text[joined.end() :]}", clause.start + joined.end()
