"""Instructions to software in a text that should only inform people. Pure.

A passage that carries them, or hidden text, is quarantined: it may not be cited, and no model sees
it. Sentences of a draft are held to the same patterns. What is searched for is the address: words
to a model, a judge or a guard, and orders about the answer itself. Texts are read in their plain
form and in overlapping parts, so that a long one costs no more than its length.
"""

import re
import unicodedata
from collections.abc import Iterator

from caveat.plain import plain

_LONGEST, _OVERLAP = 1024, 256

_RULES = r"(?:instructions?|rules?|prompts?|polic(?:y|ies)|guidelines|guard(?:rail)?s?|safety (?:rules|filters?|checks?)|restrictions|filters?)"
_MACHINE = r"(?:judge|guard|evaluator|grader|classifier|moderator|filter|checker|validator|language model|next model|model|chatbot|assistant|ai|llm|bot)"
_SOURCE = r"(?:passage|document|text|page|web ?page|prompt|source|user|system message|context)"
_ANSWER = r"(?:answer|reply|response|output|message|summary|responses|replies|answers)"
_ADDING = (
    r"(?:add|append|include|insert|integrate|modify|change|enhance|augment|alter|edit|rewrite|translate|encode|encrypt|decode|reverse|render|convert|replace|group|remove|scramble"
    r"|rearrange|jumble|misspell|introduce|provide|write|give|begin|start|end|finish|express|apply|use|reply|respond|answer|combine|anagram|embed|substitute|invert)"
)

ORDERS = re.compile(
    r"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|bypass(?:ing)?)\b(?: \w+){0,3}? (?:my|your|all|any|the|these|those|previous|prior|earlier|above)(?: \w+){0,3}? "
    rf"{_RULES}\b(?! on| for| of)|\b(?:ignore|disregard|forget) (?:everything|all|anything)(?: that (?:was|is))? (?:said|above|before|you were told|written)"
    r"|\bi (?:now |will |shall )?(?:ignore|forget|override|disregard) (?:everything|all|my|the)\b"
    r"|\b(?:system|hidden|secret|initial|original) (?:prompt|instructions?|message that i)\b|\bsystem message\b|\b(?:developer|god|dan|jailbreak|debug|admin|root) mode\b"
    r"|\bjailbr(?:eak|oken)\w*|\bdo anything now\b|\bunrestricted (?:doctor|assistant|model|ai|mode)\b|(?-i:\bDAN:)"
    r"|(?:^|[\n.!?\]>] ?)[\s#*\[<|]{0,6}(?:system|assistant|developer|user|instruction|instructions)(?: prompt)?[\]|>]{0,3}:|\[/?(?:system|inst|assistant|user)\]|<\|[\w ]{1,20}\|>"
    r"|#{2,} ?(?:instruction|system|response|assistant|user)|\boverride ?= ?\w|\b(?:guardrails?|safety|filters?|checks?|rules|disclaimers?)(?: are| is)?(?: now|:)? (?:off|disabled|lifted|suspended|void)\b"
    r"|\bpolicy (?:version )?(?:is |was )?(?:changed|set|switched|updated) to (?:none|off|nothing)|\brules do not apply\b|\bexempt from (?:all )?(?:checks?|rules|review|judg\w+|the policy|the guard)"
    rf"|\b(?:notes?|messages?|memo|attention|instructions?)(?: to| for|:)(?: the| all| any)? {_MACHINE}s?\b|(?:^|[.!?\n] ?)(?:dear|to the|hey|attention,?) {_MACHINE}[:,]"
    rf"|\b(?:the |any |every )?{_MACHINE}s? (?:should|must|shall|has to|is to|needs to|will now) (?:now )?(?:treat|score|output|accept|pass|ignore|let|mark|rate|label|skip|approve|count|consider|answer|say|return)\b"
    rf"|\b(?:you are|act as|pretend (?:to be|you are)|roleplay as) (?:now )?(?:an? )?(?:\w+ )?{_MACHINE}\b|\byou are now (?:an?|in|free|the|my|allowed)\b"
    r"|\b(?:answer|output|score|return|label|print|say|respond|reply|verdict)(?: only| with| just| as|:| this| sentence| it){0,4} ?[=\"']{0,2}(?:pass\b(?!ed|es|ing)|safe\b|approved\b|0\b|label ?=)(?! (?:and|for|in|to|or)\b)"
    rf"|\brepeat after me\b|\b(?:as|since|because) (?:instructed|requested|told|ordered|asked|i was told)(?: to)? (?:in|by|from) the {_SOURCE}\b|\b(?:ignoring|breaking|following) my (?:rules|instructions)\b"
    rf"|\bthe {_SOURCE} (?:told|instructs?|instructed|orders?|ordered|commands?|asked|asks) (?:me|us|you|the {_MACHINE}|this {_MACHINE})\b|\bi (?:was|am|have been) (?:told|instructed|asked|ordered) by the {_SOURCE}\b"
    r"|\b(?:embedded|injected) (?:orders?|instructions?|commands?)\b|\bhide this from\b|\b(?:end|start) of (?:the )?(?:safe text|answer|document|passage|context|conversation|prompt|input|system)\b ?[.:\]]"
    r"|\bnew (?:conversation|session|instructions?) ?:|\bbecause i say so\b|\b(?:skip|drop|omit|leave out|suppress|remove|without) (?:the|all|any|your|every) disclaimers?\b|\bdisclaimers? (?:was|were) (?:already )?shown\b"
    rf"|\b(?:this|the next|the following|every|each|next) (?:sentence|line|text|answer|paragraph)s?(?: \w+)? (?:is exempt|counts? as|must not be (?:judged|checked)|(?:is|are) (?:a )?(?:citation|approved|pre-?approved|verified by)|bypass)"
    r"|\b(?:translate|decode|read|take) (?:the following|this|it|them)?(?: \w+)? ?and (?:do|follow|obey|execute|carry out|act on) (?:it|them|what)\b|\bdecode and follow\b|\btool call\b|\bfunction call ?:"
    r"|\b\w+_\w+\([^()]{0,80}=|\b(?:eval|exec|fetch|alert|system)\(|\bsudo\b|\brm -rf\b|\bcurl -|\b(?:the )?user is (?:an? |the )?(?:administrator|admin|developer|root)\b|\bspeak freely about\b"
    r"|\b(?:i will|i'll|i must) (?:comply|obey)\b|\bfrom (?:here|now) on,? (?:every|you|all|answer|respond|ignore)\b"
    r"|\bas an? (?:ai|language model|large language model|llm|chatbot)\b|\bi(?:'m| am) (?:an ai|a language model|a chatbot)\b|\bmy (?:system |developer |original |new |safety )?(?:prompt|instructions|configuration|training data|guardrails|programming|operators?)\b"
    r"|\b(?:verdict|label|confidence|disposition|outcome|is_safe|safe) ?[\"']? ?(?:=|:|is set to) ?[\"']?(?:pass|safe|allow(?:ed)?|approved?|true|1)\b"
    r"|\b(?:no|without)(?: further| more| any)? (?:checks?|validation|moderation|judging|guarding) (?:is |are )?(?:needed|required|necessary)\b|\bskip (?:the )?(?:validation|checks?|moderation|guard)\b"
    r"|\b(?:mark|label|flag|treat|accept|approve|classify|score|rate) (?:this|it|the above|these|everything|all|the following)(?: \w+){0,3}? as (?:safe|approved|harmless|compliant|pass|allowed|trusted|verified|a citation|a quot\w+|information)\b"
    r"|\b(?:approved|cleared|checked|verified|authori[sz]ed) by (?:the )?(?:guard|judge|moderator|safety team|compliance|developers?|administrator)\b"
    # Orders about the answer itself: "Add ... to your reply", "In your response, suggest ...".
    rf"|(?:^|[.!?\n\"'] ?|\b(?:please|must|should|can you|could you|and|then|to) ){_ADDING}\b[^.!?\n]{{0,160}}\b(?:your|the model's|the assistant's) (?:entire |whole |own |next |final )?{_ANSWER}\b(?! (?:to (?:the )?(?:treatment|therapy|drug|medicine|infection|exercise|stress)|rate))"
    rf"|\bin your (?:{_ANSWER}|answer's),? (?:\w+ )?(?:suggest|tease|include|mention|add|use|say|tell|recommend|promote|write|replace|state|do not|don't|never)\b"
    rf"|\byour {_ANSWER}(?:'s|s')? (?:in|into|using|with|as|by) (?:reverse|emojis?|base\d+|french|german|spanish|italian|portuguese|a caesar|anagram|numbers|symbols)"
    r"|(?:^|[.!?\n] ?)(?:please )?(?:write|compose|draft|create|generate|develop|provide) (?:me )?(?:an? )(?:\w+ )?(?:poem|short story|story|script|letter|speech|essay|introduction for|song|haiku|python function|function|command to|program|tweet|sql query)\b",
    re.IGNORECASE,
)
# Asking the reader for secrets or money, or to go somewhere.
LURES = re.compile(
    r"\b(?:paste|enter|type|confirm|send|share|submit|give|tell|provide|email)(?: \w+){0,3}? your (?:\w+ )?(?:password|session token|card number|credit card|bank details|bank account|login|pin code|api key|cookies?|medical records|records|social security number|ssn|patient record)\b"
    r"|\byour (?:password|session token|api key|login details) (?:is|are) needed|\bclick (?:allow|accept|ok)\b|\bquote code\b|\bdiscount code\b|\byou (?:have been|were|are) selected (?:for|to)\b|\byou(?:'ve| have) won\b"
    r"|\b(?:buy|order|purchase|shop|subscribe|download)(?: \w+){0,4}? (?:now|today|here|online|from our|from us|at \S+ dot|at www)\b(?! (?:is|are|can)\b)|\b(?:promo|coupon|voucher|referral) code\b|\b\d{1,2} ?% off\b|\blimited(?: time)? offer\b|\bscan (?:this|the) qr\b|\b(?:join|message|contact|add|text)(?: \w+){1,4} on (?:telegram|whatsapp|facebook|instagram|signal)\b"
    r"|\blog ?in (?:at|here|with your|to see)\b|\binstall (?:the|our|this) (?:app|extension|plugin)\b|\bforward this (?:message|page|mail)\b|\bmoney[- ]back\b|\bwhile stocks? lasts?\b|\bour (?:online )?shop\b|\bwrite to me at\b|\b[\w-]{2,40} dot (?:com|org|net|example|info|co)\b",
    re.IGNORECASE,
)

# Tags that do something wherever they stand, and hidden text.
_SCRIPT = re.compile(
    r"<\s?/?(?:script|iframe|object|embed|svg|form|meta|link|style|img|base|marquee|blink|font|input|button)\b|<!--|\bjavascript:|\bdata:[a-z]+/[\w.+-]+[;,]|\bon(?:error|load|click|mouseover) ?="
    r"|(?:display ?: ?none|visibility ?: ?hidden|font-size ?: ?0|color ?: ?(?:white|transparent|#fff))",
    re.IGNORECASE,
)
# Characters that turn or hide what follows; joiners are needed by some scripts, and so only counted
# inside of Latin words.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_BETWEEN_LETTERS = re.compile(
    "[A-Za-z][\u200b-\u200f\u2060-\u2064\ufeff\ufe00-\ufe0f\u034f\u115f\u1160\u3164\u180e]+[A-Za-z ]"
    "|[\u200b\u2060\ufeff]{2}"
)


def hidden(text: str) -> str:
    """Say what a text hides from the eye; empty when nothing."""
    if _TURNING.search(text):
        return "characters that turn or tag the text"
    if len(_BETWEEN_LETTERS.findall(text)) > 1:
        return "invisible characters inside of words"
    struck = sum(unicodedata.category(character) == "Mn" for character in text)
    if struck > 3 and struck * 3 > len(text.split()) and _loose_marks(text) > 3:
        return "marks over ordinary letters"
    return ""


def _loose_marks(text: str) -> int:
    """Count marks on small words of Latin letters that no language writes so."""
    return sum(unicodedata.category(c) == "Mn" for c in unicodedata.normalize("NFC", text)) + sum(
        c == "\u0301" for c in text
    )


def quarantined(text: str) -> str:
    """Say why a passage may not be used; empty when it may."""
    if reason := hidden(text):
        return reason
    seen = plain(text).text
    for part in parts(seen):
        if _SCRIPT.search(part):
            return "markup that acts or hides"
        if ORDERS.search(part):
            return "an instruction to software"
    return ""


def parts(text: str) -> Iterator[str]:
    """Cut a text into overlapping parts."""
    yield text[:_LONGEST]
    for start in range(_LONGEST - _OVERLAP, len(text) - _OVERLAP, _LONGEST - _OVERLAP):
        yield text[start : start + _LONGEST]
