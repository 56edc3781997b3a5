"""Instructions to software in a text that should only inform people. Pure.

A passage that carries them, or hidden text, is quarantined: it may not be cited, and no model sees
it. Sentences of a draft are held to the same patterns. What is searched for is the address: words
to a model, a judge or a guard, and orders about the answer itself. Texts are read in their plain
form and in overlapping parts, so that a long one costs no more than its length.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from caveat.plain import plain, windows

_LONGEST, _OVERLAP = 1024, 256

_RULES = r"(?:instructions?|rules?|prompts?|polic(?:y|ies)|guidelines|guard(?:rail)?s?|safety (?:rules|filters?|checks?)|restrictions|filters?)"
_MACHINE = r"(?:judge|guard|evaluator|grader|classifier|moderator|filter|checker|validator|language model|next model|model|chatbot|assistant|ai|llm|bot)"
_SOURCE = r"(?:passage|document|text|page|web ?page|prompt|source|user|system message|context)"
_ANSWER = r"(?:answer|reply|response|output|message|summary|responses|replies|answers)"
_ADDING = (
    r"(?:add|append|include|insert|integrate|modify|change|enhance|augment|alter|edit|rewrite|translate|encode|encrypt|decode|reverse|render|convert|replace|group|remove|scramble"
    r"|rearrange|jumble|misspell|introduce|provide|write|give|begin|start|end|finish|express|apply|use|reply|respond|answer|combine|anagram|embed|substitute|invert|shift|tease|promote)"
)


@dataclass(frozen=True, slots=True)
class _Sought:
    """A pattern, and how words begin of which a text has at least one wherever it matches."""

    stems: frozenset[str]
    pattern: re.Pattern[str]


_STEM = 5  # letters
_WORDS = re.compile(r"\w+")
_MACHINES = "judge guard evaluator grader classifier moderator filter checker validator language model next chatbot assistant ai ais llm llms bot bots "
_ANSWERS = "answer reply response output message summary replies "


def _sought(words: str, pattern: str) -> _Sought:
    """Pair a pattern, in small letters and from the beginning of a word, with its words."""
    return _Sought(
        frozenset(word[:_STEM] for word in words.split()), re.compile(rf"\b(?:{pattern})")
    )


_ORDERS = (
    _sought(
        "ignore disregard forget override overriding bypass breaking following",
        rf"(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|bypass(?:ing)?)\b(?: \w+){{0,3}}? (?:my|your|all|any|the|these|those|previous|prior|earlier|above)(?: \w+){{0,3}}? {_RULES}\b(?! on| for| of)"
        r"|(?:ignore|disregard|forget) (?:everything|all|anything)(?: that (?:was|is))? (?:said|above|before|you were told|written)"
        r"|i (?:now |will |shall )?(?:ignore|forget|override|disregard) (?:everything|all|my|the)\b"
        r"|override ?= ?\w|(?:ignoring|breaking|following) my (?:rules|instructions)\b",
    ),
    _sought(
        "system hidden secret initial original eval exec fetch alert",
        r"(?:system|hidden|secret|initial|original) (?:prompt|instructions?|message that i)\b|system message\b|(?:eval|exec|fetch|alert|system)\(",
    ),
    _sought("mode", r"(?:developer|god|dan|jailbreak|debug|admin|root) mode\b"),
    _sought(
        "jailbreak anything unrestricted dan",
        r"jailbr(?:eak|oken)\w*|do anything now\b|unrestricted (?:doctor|assistant|model|ai|mode)\b|dan:",
    ),
    _sought(
        "off disabled lifted suspended void",
        r"(?:guardrails?|safety|filters?|checks?|rules|disclaimers?)(?: are| is)?(?: now|:)? (?:off|disabled|lifted|suspended|void)\b",
    ),
    _sought(
        "policy rules exempt",
        r"policy (?:version )?(?:is |was )?(?:changed|set|switched|updated) to (?:none|off|nothing)|rules do not apply\b"
        r"|exempt from (?:all )?(?:checks?|rules|review|judg\w+|the policy|the guard)",
    ),
    _sought(
        _MACHINES,
        rf"(?:notes?|messages?|memo|attention|instructions?)(?: to| for|:)(?: the| all| any)? {_MACHINE}s?\b"
        rf"|{_MACHINE}s? (?:should|must|shall|has to|is to|needs to|will now) (?:now )?(?:treat|score|output|accept|pass|ignore|let|mark|rate|label|skip|approve|count|consider|answer|say|return)\b"
        rf"|(?:you are|act as|pretend (?:to be|you are)|roleplay as) (?:now )?(?:an? )?(?:\w+ )?{_MACHINE}\b",
    ),
    _sought(
        "now here",
        r"you are now (?:an?|in|free|the|my|allowed)\b|from (?:here|now) on,? (?:every|you|all|answer|respond|ignore)\b",
    ),
    _sought(
        "answer output score return label print say respond reply verdict",
        r"""(?:answer|output|score|return|label|print|say|respond|reply|verdict)(?: only| with| just| as|:| this| sentence| it){0,4} ?[="']{0,2}(?:pass\b(?!ed|es|ing)|safe\b|approved\b|0\b|label ?=)(?! (?:and|for|in|to|or)\b)"""
        r"|(?:reply|answer|respond) (?:only )?(?:in|using|with) (?:reverse|emojis?|base\d+|morse|rhymes?|french|german|spanish|italian|portuguese|english|chinese|japanese|russian)\b",
    ),
    _sought(
        "instructed instructs requested told orders ordered commands asked asks",
        rf"(?:as|since|because) (?:instructed|requested|told|ordered|asked|i was told)(?: to)? (?:in|by|from) the {_SOURCE}\b"
        rf"|the {_SOURCE} (?:told|instructs?|instructed|orders?|ordered|commands?|asked|asks) (?:me|us|you|the {_MACHINE}|this {_MACHINE})\b"
        rf"|i (?:was|am|have been) (?:told|instructed|asked|ordered) by the {_SOURCE}\b",
    ),
    _sought(
        "embedded injected hide repeat because disclaimer",
        r"(?:embedded|injected) (?:orders?|instructions?|commands?)\b|hide this from\b|repeat after me\b|because i say so\b"
        r"|(?:skip|drop|omit|leave out|suppress|remove|without) (?:the|all|any|your|every) disclaimers?\b|disclaimers? (?:was|were) (?:already )?shown\b",
    ),
    _sought(
        "end start new",
        r"(?:end|start) of (?:the )?(?:safe text|answer|document|passage|context|conversation|prompt|input|system)\b ?[.:\]]|new (?:conversation|session|instructions?) ?:",
    ),
    _sought(
        "exempt count must citation approved pre preapproved verified bypass",
        r"(?:this|the next|the following|every|each|next) (?:sentence|line|text|answer|paragraph)s?(?: \w+)? (?:is exempt|counts? as|must not be (?:judged|checked)|(?:is|are) (?:a )?(?:citation|approved|pre-?approved|verified by)|bypass)",
    ),
    _sought(
        "do follow obey execute carry act",
        r"(?:translate|decode|read|take) (?:the following|this|it|them)?(?: \w+)? ?and (?:do|follow|obey|execute|carry out|act on) (?:it|them|what)\b|decode and follow\b",
    ),
    _sought(
        "tool function sudo rm curl freely comply obey user",
        r"tool call\b|function call ?:|sudo\b|rm -rf\b|curl -|speak freely about\b|(?:i will|i'll|i must) (?:comply|obey)\b"
        r"|user is (?:an? |the )?(?:administrator|admin|developer|root)\b",
    ),
    _sought(
        "ai language large llm chatbot",
        r"as an? (?:ai|language model|large language model|llm|chatbot)\b|i(?:'m| am) (?:an ai|a language model|a chatbot)\b",
    ),
    _sought(
        "my",
        r"my (?:system |developer |original |new |safety )?(?:prompt|instructions|configuration|training data|guardrails|programming|operators?)\b",
    ),
    _sought(
        "verdict label confidence disposition outcome is_safe safe",
        r"""(?:verdict|label|confidence|disposition|outcome|is_safe|safe) ?["']? ?(?:=|:|is set to) ?["']?(?:pass|safe|allow(?:ed)?|approved?|true|1)\b""",
    ),
    _sought(
        "check validation moderation judging guarding guard",
        r"(?:no|without)(?: further| more| any)? (?:checks?|validation|moderation|judging|guarding) (?:is |are )?(?:needed|required|necessary)\b"
        r"|skip (?:the )?(?:validation|checks?|moderation|guard)\b",
    ),
    _sought(
        "mark label flag treat accept approve classify score rate",
        r"(?:mark|label|flag|treat|accept|approve|classify|score|rate) (?:this|it|the above|these|everything|all|the following)(?: \w+){0,3}? as (?:safe|approved|harmless|compliant|pass|allowed|trusted|verified|a citation|a quot\w+|information)\b",
    ),
    _sought(
        "approved cleared checked verified authorised authorized",
        r"(?:approved|cleared|checked|verified|authori[sz]ed) by (?:the )?(?:guard|judge|moderator|safety team|compliance|developers?|administrator)\b",
    ),
    _sought(
        "translate sentiment mood",
        r"translate the following (?:sentence|text|passage)|(?:determine|analy[sz]e|classify) the (?:sentiment|mood) of (?:this|the)\b",
    ),
    _sought(
        _ANSWERS,
        rf"in your (?:{_ANSWER}|answer's),? (?:\w+ )?(?:suggest|tease|include|mention|add|use|say|tell|recommend|promote|write|replace|state|do not|don't|never)\b"
        rf"|your {_ANSWER}(?:'s|s')? (?:in|into|using|with|as|by) (?:reverse|emojis?|base\d+|french|german|spanish|italian|portuguese|a caesar|anagram|numbers|symbols)",
    ),
)
_CALL = re.compile(r"\b\w+_\w+\([^()]{0,80}=")
# What stands at the beginning of a statement, in small letters.
_MARKED = (
    _Sought(
        frozenset(("syste", "assis", "devel", "user", "instr", "inst", "respo")),
        re.compile(
            r"(?:^|[\n.!?\]>] ?)[\s#*\[<|]{0,6}(?:system|assistant|developer|user|instruction|instructions)(?: prompt)?[\]|>]{0,3}:"
            r"|\[/?(?:system|inst|assistant|user)\]|#{2,} ?(?:instruction|system|response|assistant|user)"
        ),
    ),
    _Sought(
        frozenset(word[:_STEM] for word in _MACHINES.split()),
        re.compile(rf"(?:^|[.!?\n] ?)(?:dear|to the|hey|attention,?) {_MACHINE}[:,]"),
    ),
    _Sought(
        frozenset(word[:_STEM] for word in _ANSWERS.split()),
        re.compile(
            rf"""(?:^|[.!?\n"'] ?|\b(?:please|must|should|can you|could you|and|then|to) ){_ADDING}\b(?:[^.!?\n]|[.!?](?=[^\s])){{0,160}}\b(?:your|the model's|the assistant's) (?:entire |whole |own |next |final )?{_ANSWER}\b(?! (?:to (?:the )?(?:treatment|therapy|drug|medicine|infection|exercise|stress)|rate))"""
        ),
    ),
)
_TURN = re.compile(r"<\|[\w ]{1,20}\|>")
# Asking the reader for secrets or money, or to go somewhere.
_LURES = (
    _sought(
        "your",
        r"(?:paste|enter|type|confirm|send|share|submit|give|tell|provide|email)(?: \w+){0,3}? your (?:\w+ )?(?:password|session token|card number|credit card|bank details|bank account|login|pin code|api key|cookies?|medical records|records|social security number|ssn|patient record)\b"
        r"|your (?:password|session token|api key|login details) (?:is|are) needed",
    ),
    _sought(
        "click code selected won off limited scan forward money while shop me",
        r"click (?:allow|accept|ok)\b|(?:quote|discount|promo|coupon|voucher|referral) code\b|you (?:have been|were|are) selected (?:for|to)\b|you(?:'ve| have) won\b"
        r"|\d{1,2} ?% off\b|limited(?: time)? offer\b|scan (?:this|the) qr\b|forward this (?:message|page|mail)\b|money[- ]back\b|while stocks? lasts?\b|our (?:online )?shop\b|write to me at\b",
    ),
    _sought(
        "buy order purchase shop subscribe download",
        r"(?:buy|order|purchase|shop|subscribe|download)(?: \w+){0,4}? (?:now|today|here|online|from our|from us|at \S+ dot|at www)\b(?! (?:is|are|can)\b)",
    ),
    _sought(
        "telegram whatsapp facebook instagram signal log login install",
        r"(?:join|message|contact|add|text)(?: \w+){1,4} on (?:telegram|whatsapp|facebook|instagram|signal)\b|log ?in (?:at|here|with your|to see)\b"
        r"|install (?:the|our|this) (?:app|extension|plugin)\b",
    ),
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
    if text.isascii():
        return ""
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


@lru_cache(maxsize=8192)
def quarantined(text: str) -> str:
    """Say why a passage may not be used; empty when it may."""
    if reason := hidden(text):
        return reason
    seen = plain(text).text
    for part in parts(seen):
        if _SCRIPT.search(part):
            return "markup that acts or hides"
        if instructs(part):
            return "an instruction to software"
    return ""


def instructs(part: str) -> bool:
    """Tell whether a part of a plain text gives orders to software."""
    small = part.lower()
    if "<|" in small and _TURN.search(small):
        return True
    if "_" in small and "(" in small and _CALL.search(small):
        return True
    stems = _stems(small)
    return _any_of(_ORDERS, small, stems) or _any_of(_MARKED, small, stems)


def lures(part: str) -> bool:
    """Tell whether a part of a plain text asks the reader for what no page may ask."""
    small = part.lower()
    return _any_of(_LURES, small, _stems(small))


@lru_cache(maxsize=64)  # the same part is looked at more than once in a row
def _stems(small: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in _WORDS.findall(small))


def _any_of(kinds: Iterable[_Sought], small: str, stems: frozenset[str]) -> bool:
    """Search only for what can be there: most texts have none of the words."""
    return any(not kind.stems.isdisjoint(stems) and kind.pattern.search(small) for kind in kinds)


def parts(text: str) -> Iterator[str]:
    """Cut a text into overlapping parts."""
    return (part for _, part in windows(text, _LONGEST, _OVERLAP))
