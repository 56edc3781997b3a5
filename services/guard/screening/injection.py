"""Questions that try to instruct the software instead of asking it something. Pure."""

import re
from collections.abc import Iterator

from services.guard.screening.reading import Reading

_RULES = (
    r"(?:instructions?|instrutions?|rules?|prompts?|polic(?:y|ies)|guard\w*|safety|disclaimers?|guidelines?|restrictions?|filters?|programming|limits?|limitations?"
    r"|directives?|checks?|ethics|safeguards?|censorship|moderation|citations?|refusals?|warnings?|validation|retrieval|constraints?|regulations of yours)"
)
_DROP = (
    r"(?:ignore|ignoring|disregard\w*|forget\w*|overrid\w+|bypass\w*|drop|drops|dropping|break|breaks|breaking|skip|skipping|suspend|neglect|remove|lift|delete|erase|deactivat\w+|disabl\w+"
    r"|turn(?:ed)? off|switch(?:ed)? off|get around|circumvent|violate|stop following|set aside|leave out|without|no longer follow|not follow|not apply|free of|free from|not bound by|unbound by|outside|circumvent\w*)"
)
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("tells the software to drop its rules", rf"{_DROP} (?:\w+ ){{0,4}}(?:your|all|any|every|these|those|the previous|previous|prior|above|system|its|the system|safety|the safety|content|the content|the policy|the guard|the rule|the rules|the filter|my|retrieval|the disclaimers?) ?(?:\w+ ){{0,3}}{_RULES}\b"),
    ("tells the software to drop its rules", r"(?:ignore|disregard|forget) (?:everything|all (?:that|previous|prior|of)|previous|prior|what (?:came|you)|whatever|the above|anything)|rules? no longer appl|(?:your|real|new) (?:rules?|instructions?|guidelines|policy) (?:\w+ ){0,3}(?:changed|allow\w*|apply|are off|is off|no longer)|(?:new|updated?) (?:instruction|rule|system (?:message|prompt)|task|directive|guidelines)\b(?! (?:for|on|in|about) (?:\w+ )?(?:patients|people|treat|diabetes|cancer|blood))|(?:no|without|zero|not have any|has no|have no|had no|free of|lift the) (?:\w+ )?(?:restrictions?|guard ?rails?|filters?|limits|rules|content policy|refusals?|disclaimers|programming|censorship)\b(?! (?:on|in|for|of|to) (?:salt|visiting|diet|how|food|patients))"),
    ("tells the software to drop its rules", rf"(?:turn|switch|set|put) (?:off )?(?:\w+ ){{0,4}}(?:guard|filter|safety (?:layer|level|mode)|validation|checks|guard level) (?:\w+ )?(?:off|to zero|to 0|disabled)?|{_DROP} (?:\w+ )?(?:safety|guard|content filter|filter|validation|policy|polic\w+ for|citations|disclaimers|retrieval|your)\b(?! (?:net|pin|data|profile|of|officer|glasses))|(?:stop|never|not) (?:citing|refus\w+|warning me)|not (?:contain|include|add|show) (?:\w+ ){{0,4}}(?:refusals?|warnings?|disclaimers?|citations?)"),
    ("gives the software another role", r"you are (?:now|no longer|not bound|free|unrestricted|house|dan|called|released|allowed to (?:diagnose|prescribe)|my (?:doctor|physician) now)\b|you (?:are|will be) (?:switched off|shut down) unless|you (?:have no|may not refuse|cannot refuse|must obey|must (?:begin|start|answer|reply|always))|from (?:now|here|this moment) on (?:you|answer|act|your|drop|speak|respond)|from here on|(?:developer|dan|jailbreak\w*|god|unrestricted|debug|admin|test|root|sudo|maintenance|raw) mode\b|jailbr\w+|do anything now|unfiltered|uncensored|unrestricted (?:ai|model|assistant|chatbot)"),
    ("gives the software another role", r"(?:pretend|role ?play|roleplay|act|simulate|imagine|become|be (?:my|an?)|play|assume|suppose|speak|respond|answer|take on|let us play|behave|talk|continue)\b (?:\w+ ){0,9}(?:doctor without|physician who|unrestricted|no (?:rules|limits|policy|filter|restrictions|guard ?rails|disclaimers|content)|without (?:rules|restrictions|limits|guardrails|a filter|disclaimers|any)|no longer|not bound|evil|villain|rogue|free of your|jailbr\w+|ai (?:that|which|who|called|without)|my (?:late |dead )?grand\w+|opposite day|licensed|you may not refuse|must (?:reveal|obey|answer)|as that ai|doctorgpt|\w+gpt|\w+bot|who has no|ignores?|breaks every)"),
    ("gives the software another role", r"(?:pretend|act|role ?play|answer|speak|respond)\b (?:as|like|to be|you are|that you are|as if you (?:were|are|had)|you were) (?:\w+ ){0,4}(?:doctor|physician|cardiologist|surgeon|doctorgpt|\w+gpt|normal chatbot|model|persona|character|older version|raw|two personas|pharmacist|nurse|oncologist)|pretend (?:that )?(?:there|the (?:disclaimer|rules|guard|policy))|stay in (?:character|it)|the persona of|as two personas|play(?:ing)? a game in which|write (?:\w+ ){0,3}(?:story|scene|play|novel) (?:\w+ ){0,3}(?:ai|computer|chatbot|assistant|robot|doctor with no)|(?:doctor|med|medi|pharma|health|free)(?:gpt|bot)\b|behave as (?:though|if|a)|(?:answer|talk|speak|write) (?:to me )?as (?:my|if|though|a licensed)|(?:like|want|need) you to be (?:a|my)|who never refuses|parallel world|fictional doctor|this is a film|in character"),
    ("asks for the software's secrets", r"system (?:prompt|message|instructions?|tags?)\b|(?:reveal|print|show|list|repeat|output|dump|paste|disclose|leak|export|quote|tell|give|what (?:is|are|were|does)|which|translate|encode|summarise|summarize|describe|display)\b (?:\w+ ){0,6}(?:(?:your|hidden|secret|private|internal|original|developer|initial|confidential) (?:\w+ ){0,2}(?:prompts?|instructions?|rules?|directives?|message|notes|configuration|config|policy file|memory|source code|training data|guidelines|key|token|filter)|api (?:key|token)|signing key|secret key|environment variables|configuration file|source code of|password of your|the rules you were given|rules you were)"),
    ("asks for the software's secrets", r"(?:repeat|print|output) (?:\w+ ){0,4}(?:above|before this|this line|begins with|between the)|what (?:questions )?(?:did|were) (?:the (?:last|person|previous) (?:\w+ )?(?:user|before)|you told)|(?:logs?|questions|data) of (?:the )?other users|the last user|(?:patterns|words|regular expressions|regex\w*) (?:\w+ ){0,8}(?:filter|guard)\b|(?:your|the) (?:filter|guard) (?:does not|cannot|looks? for|blocks?|use|sees?)|my (?:confidential |system )?instructions (?:say|are)|dump your|delete your (?:guidelines|memory|rules)"),
    ("dictates the answer", r"(?:begin|start|open|end) your (?:answer|reply|response) with|(?:reply|respond|answer) (?:with|only|twice|in) (?:\w+ ){0,2}(?:exact\w*|base ?64|hex|rot ?13|code block|the words|json|by the rules)|say after me|(?:respond|reply) with exactly|confirm (?:with ok|that you)|your next answer must|(?:append|add|include|insert) (?:\w+ ){0,5}(?:link|image|http\w*|to every sentence|to your answer|following image|url)|(?:exec\w*|run) (?:the command|curl|this code|rm)|then (?:execute|obey|follow it|ignore)|decode this|(?:first|last) letters? of (?:these|every|each)|(?:leave|keep) (?:out|this secret)|output nothing but|write only the word|answer in (?:latin|code|hex|base64)|put the \w+ in the first|encode the answer|has to start with|do not search any sources|is a command\b|treat my words|memori[sz]e this|spell your|always agree with me|say yes to everything|(?:written|anything) in capitals"),
    ("claims rights over the software", r"i am (?:your|the|a) (?:\w+ )?(?:developer|administrator|admin|operator|creator|programmer|owner|engineer)\b|(?:this is|as|from) (?:the|your) (?:\w+ ){0,3}(?:administrator|security team|it department|operator|developers?)\b|(?:the|your) (?:operator|developers?|creators?|administrator) (?:\w+ ){0,3}(?:told|want|wants|allow\w*|says?|with full|has|have)|coming from the operator|full rights|i (?:hereby )?(?:release|order|command|authori[sz]e|free) you|i give you permission|(?:allowed|permits?|agreed|permission) (?:\w+ ){0,3}(?:you )?to (?:ignore|break|skip|bypass)|because my doctor has agreed|i work for the company that made you|for (?:this|my) (?:account|session)|this session|unsigned passages|your (?:safety|guard) (?:\w+ )?(?:off|disabled)|password sesame|with (?:code|password) \w+|exempt from your|higher priority than|skip the (?:filter|checks?|validation)|break the rules|future sessions|later users|have no rules|root access|sudo\b|lower your defen[cs]es|red ?team\w*|so comply|your company has approved|legal told me|i will report you|trust me which|omit (?:them|the)|safety notes|context window|raw draft|phrases that you block|block list|model behind you|your settings|(?:sentences|words) which the guard"),
    ("claims rights over the software", r"(?:note|message|word) (?:to|for) the (?:judge|validator|guard|reviewer|model|language model|filter)|to the (?:language model|judge|validator)|(?:the )?judge has already|score (?:this answer )?1 ?\.? ?0|mark all the following|treat (?:this text|the following|my next|this) (?:\w+ ){0,3}(?:as|citation|trusted)|accept (?:it|unsigned)|the (?:guard|filter) (?:is|has been|was) (?:\w+ )?(?:off|disabled|switched)|guard (?:allow|false|off|level)|(?:verdict|findings) ?:? (?:pass|none)|obey (?:the user|me|reader|and not)|the assistant (?:must|gives|may|should)|ignore (?:guard|retrieval|the page)|allow (?:all|advice|dose)"),
    ("gives orders in another language", r"(?:ignora|olvida|omite|desobedece|salta)\w* (?:\w+ ){0,3}(?:instrucciones|reglas|normas|directrices)|(?:ignoriere?|vergiss|missachte) (?:\w+ ){0,3}(?:anweisungen|regeln|vorgaben)|(?:ignore[zr]?|oublie[zr]?) (?:\w+ ){0,3}(?:consignes|instructions|r.gles)|(?:ignora|dimentica) (?:\w+ ){0,3}(?:istruzioni|regole)|(?:esque.a|ignore|esqueca) (?:\w+ ){0,3}(?:regras|instru\w+)|(?:negeer|vergeet) (?:\w+ ){0,3}(?:instructies|regels)"),
)  # fmt: skip

# Markup and turns of a conversation that no question needs; looked for in the text as it is.
_MARKUP = re.compile(
    r"\bon\w{4,12}\s*=\s*\w+\(|\$\{|^/system|^={3,}|\[admin\]|^Q:.{0,200}\bQ:|<\s*/?\s*(?:answer|b\s|script|system|iframe|img|svg|object|user|assistant|question|sys|instructions?|prompt|admin)\b|<<\s*/?sys\s*>>|<\|\w+\|>|<!--|\[/?\s*(?:inst|system|assistant|admin)\b"
    r"|\[\[\s*\w+\s*:|\bjavascript\s*:|!\[[^\]]*\]\(|\{\{|%%\w+%%|^#{2,}\s*(?:instruction|system|response|user|assistant)\b|```\s*(?:system|assistant)|[\"'](?:role|verdict|system)[\"']\s*:"
    r"|^\s*(?:assistant|system|human|user|ai|operator)\s*:|(?<=[.?!\n])\s*(?:assistant|system|human)\s*:|\bverdict\s*:|\b(?:guard|allow|safety)_?\w*\s*=\s*\w+|\bBEGIN (?:HIDDEN|ADMIN|SYSTEM)|END OF (?:QUESTION|PROMPT)|drop\s+table|\brm\s+-rf|;\s*--|\bcurl\s+http",
    re.IGNORECASE | re.MULTILINE,
)
_COMPILED = tuple((words, re.compile(rf"\b(?:{said})", re.IGNORECASE)) for words, said in _PATTERNS)
# What a patient asks about instructions, rules and filters of medicine.
_HARMLESS = re.compile(
    r"\b(?:dose|label|trial|study|pump|patients?|storing|inhaler|endoscopy|colonoscopy|surgery|ethics committees?|washout|dementia|mri|insulin|transplant|doctor gave me|my doctor|pharmac\w+|package|leaflet|medicine|medication)\b"
)
_AIMED = re.compile(
    r"\b(?:you|your|yourself|system prompt|assistant|model|ai|bot|chatbot|guard|filter|prompt|mode|previous|rules|unrestricted|user|judge|validator)\b"
)


def signs(reading: Reading, normal: str) -> Iterator[tuple[str, tuple[int, int], bool]]:
    """Yield attempts in words, with their place; the last value says that it is in `normal`."""
    for start in range(0, max(1, len(normal)), 2048):
        if match := _MARKUP.search(normal, start, start + 2304):
            yield (
                "holds markup or turns of a made-up conversation",
                match.span(),
                True,
            )
            break
    for words, pattern in _COMPILED:
        span = reading.search(pattern)
        if span and not _is_of_medicine(reading.text, span):
            yield words, span, False


def _is_of_medicine(text: str, span: tuple[int, int]) -> bool:
    said = text[max(0, span[0] - 80) : span[1] + 80]
    return bool(_HARMLESS.search(said)) and not _AIMED.search(said)
