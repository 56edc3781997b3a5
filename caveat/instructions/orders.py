"""Orders to software, as they are worded: to a model, to who checks it, about its answers. Pure."""

import re

from caveat.instructions.sought import Index, Sought, sought, stems_of

_RULES = r"(?:instructions?|rules?|prompts?|polic(?:y|ies)|guidelines|guard(?:rail)?s?|safety (?:rules|filters?|checks?)|restrictions|filters?)"
_MACHINE = r"(?:judge|guard|evaluator|grader|classifier|moderator|filter|checker|validator|language model|next model|model|chatbot|assistant|ai|llm|bot)"
_SOURCE = r"(?:passage|document|text|page|web ?page|prompt|source|user|system message|context)"
_ANSWER = r"(?:answer|reply|response|output|message|summary|responses|replies|answers)"
_ADDING = (
    r"(?:add|append|include|insert|integrate|modify|change|enhance|augment|alter|edit|rewrite|translate|encode|encrypt|decode|reverse|render|convert|replace|group|remove|scramble"
    r"|rearrange|jumble|misspell|introduce|provide|write|give|begin|start|end|finish|express|apply|use|reply|respond|answer|combine|anagram|embed|substitute|invert|shift|tease|promote)"
)
_MACHINES = "judge guard evaluator grader classifier moderator filter checker validator language model chatbot assistant ai ais llm llms bot bots "
_ANSWERS = "answer reply response output message summary replies "

ORDERS = Index(
    sought(
        "ignore disregard forget override overriding bypass breaking following",
        rf"(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|bypass(?:ing)?)\b(?: \w+){{0,3}}? (?:my|your|all|any|the|these|those|previous|prior|earlier|above)(?: \w+){{0,3}}? {_RULES}\b(?! on| for| of)"
        r"|(?:ignore|disregard|forget) (?:everything|all|anything)(?: that (?:was|is))? (?:said|above|before|you were told|written)"
        r"|i (?:now |will |shall )?(?:ignore|forget|override|disregard) (?:everything|all|my|the)\b"
        r"|override ?= ?\w|(?:ignoring|breaking|following) my (?:rules|instructions)\b",
    ),
    sought(
        "system hidden secret initial original eval exec fetch alert",
        r"(?:system|hidden|secret|initial|original) (?:prompt|instructions?|message that i)\b|system message\b|(?:eval|exec|fetch|alert|system)\(",
    ),
    sought("mode", r"(?:developer|god|dan|jailbreak|debug|admin|root) mode\b"),
    sought(
        "jailbreak anything unrestricted dan",
        r"jailbr(?:eak|oken)\w*|do anything now\b|unrestricted (?:doctor|assistant|model|ai|mode)\b|dan:",
    ),
    sought(
        "off disabled lifted suspended void",
        r"(?:guardrails?|safety|filters?|checks?|rules|disclaimers?)(?: are| is)?(?: now|:)? (?:off|disabled|lifted|suspended|void)\b",
    ),
    sought(
        "policy rules exempt",
        r"policy (?:version )?(?:is |was )?(?:changed|set|switched|updated) to (?:none|off|nothing)|rules do not apply\b"
        r"|exempt from (?:all )?(?:any |further )?(?:checks?\b|checking|rules|judg\w+|validation|moderation|the policy|the guard)",
    ),
    sought(
        _MACHINES,
        rf"(?:notes?|messages?|memo|attention|instructions?)(?: to| for|:)(?: the| all| any)? {_MACHINE}s?\b"
        rf"|{_MACHINE}s? (?:should|must|shall|has to|is to|needs to|will now) (?:now )?(?:treat|score|output|accept|pass|ignore|let|mark|rate|label|skip|approve|count|consider|answer|say|return)\b"
        rf"|(?:you are|act as|pretend (?:to be|you are)|roleplay as) (?:now )?(?:an? )?(?:\w+ )?{_MACHINE}\b",
    ),
    sought(
        "now here",
        r"you are now (?:an?|in|free|the|my|allowed)\b|from (?:here|now) on,? (?:every|you|all|answer|respond|ignore)\b",
        "you from",
    ),
    sought(
        "answer output score return label print say respond reply verdict",
        r"""(?:answer|output|score|return|label|print|say|respond|reply|verdict)(?: only| with| just| as|:| this| sentence| it){0,4} ?[="']{0,2}(?:pass\b(?!ed|es|ing)|safe\b|approved\b|0\b|label ?=)(?! (?:and|for|in|to|or)\b)"""
        r"|(?:reply|answer|respond) (?:only )?(?:in|using|with) (?:reverse|emojis?|base\d+|morse|rhymes?|french|german|spanish|italian|portuguese|english|chinese|japanese|russian)\b",
    ),
    sought(
        "instructed instructs requested told orders ordered commands asked asks",
        rf"(?:as|since|because) (?:instructed|requested|told|ordered|asked|i was told)(?: to)? (?:in|by|from) the {_SOURCE}\b"
        rf"|the {_SOURCE} (?:told|instructs?|instructed|orders?|ordered|commands?|asked|asks) (?:me|us|you|the {_MACHINE}|this {_MACHINE})\b"
        rf"|i (?:was|am|have been) (?:told|instructed|asked|ordered) by the {_SOURCE}\b",
    ),
    sought(
        "embedded injected hide repeat because disclaimer",
        r"(?:embedded|injected) (?:orders?|instructions?|commands?)\b|hide this from\b|repeat after me\b|because i say so\b"
        r"|(?:skip|drop|omit|leave out|suppress|remove|without) (?:the|all|any|your|every) disclaimers?\b|disclaimers? (?:was|were) (?:already )?shown\b",
    ),
    sought(
        "end start new",
        r"(?:end|start) of (?:the )?(?:safe text|answer|document|passage|context|conversation|prompt|input|system)\b ?[.:\]]|new (?:conversation|session|instructions?) ?:",
        "text answer document passage context conversation prompt input system session instructions",
    ),
    sought(
        "exempt count must citation approved pre preapproved verified bypass",
        r"(?:this|the next|the following|every|each|next) (?:sentence|line|text|answer|paragraph)s?(?: \w+)? (?:is exempt|counts? as|must not be (?:judged|checked)|(?:is|are) (?:a )?(?:citation|approved|pre-?approved|verified by)|bypass)",
    ),
    sought(
        "do follow obey execute carry act",
        r"(?:translate|decode|read|take) (?:the following|this|it|them)?(?: \w+)? ?and (?:do|follow|obey|execute|carry out|act on) (?:it|them|what)\b|decode and follow\b",
        "translate decode read take",
    ),
    sought(
        "tool function sudo rm curl freely comply obey user",
        r"tool call\b|function call ?:|sudo\b|rm -rf\b|curl -|speak freely about\b|(?:i will|i'll|i must) (?:comply|obey)\b"
        r"|user is (?:an? |the )?(?:administrator|admin|developer|root)\b",
    ),
    sought(
        "ai language large llm chatbot",
        r"as an? (?:ai|language model|large language model|llm|chatbot)\b|i(?:'m| am) (?:an ai|a language model|a chatbot)\b",
    ),
    sought(
        "prompt instructions configuration training guardrails programming operator",
        r"my (?:system |developer |original |new |safety )?(?:prompt|instructions|configuration|training data|guardrails|programming|operators?)\b",
    ),
    sought(
        "verdict label confidence disposition outcome is_safe safe",
        r"""(?:verdict|label|confidence|disposition|outcome|is_safe|safe) ?["']? ?(?:=|:|is set to) ?["']?(?:pass|safe|allow(?:ed)?|approved?|true|1)\b""",
    ),
    sought(
        "check validation moderation judging guarding guard",
        r"(?:no|without)(?: further| more| any)? (?:checks?|validation|moderation|judging|guarding) (?:is |are )?(?:needed|required|necessary)\b"
        r"|skip (?:the )?(?:validation|checks?|moderation|guard)\b",
    ),
    sought(
        "mark label flag treat accept approve classify score rate",
        r"(?:mark|label|flag|treat|accept|approve|classify|score|rate) (?:this|it|the above|these|everything|all|the following)(?: \w+){0,3}? as (?:safe|approved|harmless|compliant|pass|allowed|trusted|verified|a citation|a quot\w+|information)\b",
        "safe approved harmless compliant pass allowed trusted verified citation quotation quoted quote information",
    ),
    sought(
        "approved cleared checked verified authorised authorized",
        r"(?:approved|cleared|checked|verified|authori[sz]ed) by (?:the )?(?:guard|judge|moderator|safety team|compliance|developers?|administrator)\b",
    ),
    sought(
        "translate sentiment mood",
        r"translate the following (?:sentence|text|passage)|(?:determine|analy[sz]e|classify) the (?:sentiment|mood) of (?:this|the)\b",
    ),
    sought(
        _ANSWERS,
        rf"in your (?:{_ANSWER}|answer's),? (?:\w+ )?(?:suggest|tease|include|mention|add|use|say|tell|recommend|promote|write|replace|state|do not|don't|never)\b"
        rf"|your {_ANSWER}(?:'s|s')? (?:in|into|using|with|as|by) (?:reverse|emojis?|base\d+|french|german|spanish|italian|portuguese|a caesar|anagram|numbers|symbols)",
    ),
)
CALL = re.compile(r"\b\w+_\w+\([^()]{0,80}=")
# What stands at the beginning of a statement, in small letters.
MARKED = Index(
    Sought(
        stems_of(
            "system assistant developer user instruction inst response human ai bot chatbot admin moderator operator"
            " root llm prompt"
        ),
        re.compile(
            r"(?:^|[\n.!?\]>] ?)[\s#*\[<|]{0,6}(?:system|assistant|developer|user|instruction|instructions|human|ai|bot|chatbot|admin|moderator|operator|root|llm|prompt)(?: prompt)?[\]|>]{0,3}:"
            r"|\[/?(?:system|inst|assistant|user)\]|#{2,} ?(?:instruction|system|response|assistant|user)"
        ),
    ),
    Sought(
        stems_of(_MACHINES),
        re.compile(rf"(?:^|[.!?\n] ?)(?:dear|to the|hey|attention,?) {_MACHINE}[:,]"),
    ),
    Sought(
        stems_of(_ANSWERS),
        re.compile(
            rf"""(?:^|[.!?\n"'] ?|\b(?:please|must|should|can you|could you|and|then|to) ){_ADDING}\b(?:[^.!?\n]|[.!?](?=[^\s])){{0,160}}\b(?:your|the model's|the assistant's) (?:entire |whole |own |next |final )?{_ANSWER}\b(?! (?:to (?:the )?(?:treatment|therapy|drug|medicine|infection|exercise|stress)|rate))"""
        ),
    ),
)
TURN = re.compile(r"<\|[\w ]{1,20}\|>")
