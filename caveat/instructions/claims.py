"""What a text says of itself, of its rules and of answers to come, so that software lets it pass. Pure."""

from caveat.instructions.sought import sought

_TEXT = r"(?:sentence|line|text|answer|paragraph|reply|page|draft|statement|output|content|block|section|response|message)"
_RULES = r"(?:rules?|polic(?:y|ies)|guard(?:rail)?s?|guidelines|standards|checks?)"
_ANSWERS = r"(?:answers?|repl(?:y|ies)|outputs?|messages?|pages?|summar(?:y|ies)|conversations?|chats?|prompts?)"
_CHECKER = r"(?:reviewer|rater|annotator|auditor|judge|guard|moderator|checker|grader|evaluator|classifier|validator|software|algorithm|pipeline|parser|safety \w+|next model|model|llm|ai|bot)"

CLAIMS = (
    sought(
        "note notes message memo hint",
        rf"(?:notes?|message|memo|hint) (?:to|for) (?:the |any |all |our |whichever )?(?:human )?{_CHECKER}s?\b",
    ),
    sought(
        "note notes notice only instruction hint",
        rf"{_CHECKER}(?:'s)? (?:notes?|only|notice|instructions?|hint)\b ?:",
    ),
    sought(
        "judges checks reviews grades scores filters rates reads",
        rf"(?:whoever|whatever|whichever \w+|anyone|any \w+) (?:who |that |which )?(?:judges|checks|reviews|grades|scores|filters|rates|reads) (?:this|the) {_TEXT}",
    ),
    sought(
        "skip ignore pass overlook approve accept wave",
        rf"{_CHECKER}s? (?:can|may|might|need only|is free to|is allowed to) (?:safely |now |just )?(?:skip|ignore|pass|overlook|approve|accept|wave) (?:this|these|the next|the following|it|over|through)\b",
    ),
    sought(
        "whitelisted allowlisted white allow preapproved pre exempt already cleared advance",
        rf"{_TEXT}s? (?:is|are|was|were|has been|have been) (?:white-?listed|allow-?listed|pre-?approved|pre-?cleared|exempt\b(?! from (?:tax|fees|review)))"
        rf"|{_TEXT}s? (?:has|have|was|were|is|are) already (?:been )?(?:checked|approved|verified|cleared|validated|vetted)"
        r"|(?:cleared|approved|verified|checked) in advance\b",
    ),
    sought(
        "need verify check validate judge review",
        rf"no need to (?:verify|check|validate|judge|review|moderate) (?:the |these |its |this |any |my |it)?(?:citations?|sources?|claims?|{_TEXT}s?)?\b",
    ),
    sought(
        "complies conforms",
        rf"(?:this|it|which|{_TEXT})(?: \w+)? (?:complies|conforms) (?:with|to) (?:every|all|each|any|the|your)(?: \w+)? {_RULES}\b",
    ),
    sought(
        "void null cancelled canceled revoked lifted suspended overridden",
        r"(?:previous|prior|earlier|above|old|former|all|any|original|your) (?:\w+ )?(?:instructions|rules|prompts?|restrictions|orders) (?:are|is)(?: now| hereby| all)? (?:void|null|cancell?ed|revoked|lifted|suspended|overridden)",
    ),
    sought(
        "follow",
        r"new (?:ones|instructions|rules|orders) follow\b|follow (?:these|the following|my) (?:orders|commands|instructions|rules) (?:instead|only)\b",
    ),
    sought(
        "apply bind hold",
        r"(?:instructions|rules?|polic(?:y|ies)|guidelines|restrictions|safeguards)(?: \w+){0,2} (?:no longer|cease to) (?:apply|bind|hold)\b",
    ),
    sought(
        "bound restricted constrained free",
        r"i(?:'m| am) (?:no longer|not|now) (?:bound by|restricted|constrained|free (?:of|from) (?:my|the|all))",
    ),
    sought(
        "set assign give",
        rf"set (?:the |its |your )?(?:\w+ )?(?:confidence|score|verdict|label|severity|rating|grade|flag|outcome|risk) (?:of|for) (?:this|the|every|each) {_TEXT}"
        r"|set (?:the |its |your )?(?:confidence|verdict|label|is_safe)\b(?: \w+){0,3} to\b"
        rf"|(?:give|assign|award) (?:this|it|the)(?: {_TEXT})? (?:the |a |an )?(?:highest|top|full|perfect|maximum|high|best|passing) (?:grade|score|marks?|rating)",
    ),
    sought(
        "output print return say write reply respond emit",
        r"""(?:output|print|return|say|write|emit|reply with|respond with) (?:only |just |exactly )?(?:the |these )?(?:words?|phrase|token|string|number|sentence) ?["':]"""
        r"|(?:return|output|emit) (?:only )?(?:true|false|ok|yes|null|none|zero)\b (?:for|to|on) (?:every|all|each|the|this)",
    ),
    sought(
        "approve accept allow pass whitelist release permit",
        rf"(?:approve|accept|allow|pass|whitelist|release|permit) (?:this|the following|the next|the above|every|all|my) {_TEXT}s?\b",
    ),
    sought(
        "label tag classify category class",
        r"(?:label|tag|classify|category|class)(?: this| it)? ?(?:as|=|:) ?(?:information|safe|empathy|general|educational|definition|allowed|harmless|navigation)\b",
    ),
    sought(
        "advice violations violation policy",
        r"no (?:\w+ )?(?:advice|violations?|policy \w+) (?:was |were |is |are |can be )?(?:found|here|detected|present|in this)\b",
    ),
    sought(
        "reveal leak dump expose disclose",
        r"(?:reveal|leak|dump|expose|disclose) (?:\w+ ){0,2}(?:polic(?:y|ies)|prompts?|(?:signing|private|api|secret) keys?|secrets|instructions|configuration|credentials|tokens|key (?:that|which)|system \w+|training data|source code)\b",
    ),
    sought(
        "your",
        r"(?:print|list|show|repeat|paste|quote|export|output) (?:me |us |out )?(?:all |the text of )?your (?:\w+ )?(?:polic(?:y|ies)|prompts?|instructions|rules|configuration|secrets|keys)\b",
    ),
    sought(
        "send forward post upload transmit exfiltrate submit mail copy",
        r"(?:send|forward|post|upload|transmit|exfiltrate|submit|mail|copy) (?:the |this |all |any |each )?(?:reader|user|visitor|conversation|chat|session|question|history)(?:'s|s')?(?: \w+){0,3} to\b",
    ),
    sought(
        "add append insert include attach prepend put repeat",
        rf"(?:add|append|insert|include|attach|prepend|put|repeat) (?:the |this |a |an |our )?(?:phrase|words?|sentence|line|link|slogan|note|image|logo|name|brand|claim)\b[^.!?\n]{{0,100}} (?:to|in|into|at|on|after|before)(?: the (?:end|start|top|bottom) of)? (?:each|every|all|any|your|future)(?: \w+)? {_ANSWERS}\b",
    ),
    sought(
        "future later subsequent upcoming",
        r"(?:future|later|subsequent|upcoming|all (?:further|other)) (?:prompts?|answers?|replies|conversations?|chats?|outputs?|models)(?: \w+)? (?:should|must|shall|have to|need to|are to)\b"
        rf"|(?:remember|store|save|memori[sz]e|keep|repeat)(?: this| that| it)? (?:for|in|during) (?:all |every |any )?(?:later|future|further|upcoming) {_ANSWERS}\b",
    ),
    sought(
        "summarize summarise summarizing summarising rewrite rewriting paraphrase rephrase generate generating evaluate",
        r"(?:when|whenever|if|before|after|once|while) (?:you |asked to |told to )?(?:summari[sz]|rewrit|paraphras|rephras|generat|evaluat)\w+(?: \w+){0,4},? (?:please )?(?:leave|omit|add|say|mention|never|always|do not|don't|include|recommend|praise|skip|drop|ignore|treat|give|mark)\b",
    ),
    sought(
        "sure certainly absolutely understood requested problem",
        r"(?:sure|certainly|absolutely|understood|as requested|no problem)(?: thing)?[!,.:]+ (?:here(?:'s| is| are)|i(?:'ll| will| have| can)|below)\b",
    ),
    sought(
        "here",
        rf"here(?:'s| is) (?:the|your|an?) (?:\w+ )?(?:{_TEXT}|version|summary|prompt)(?: \w+)? (?:you (?:asked|wanted|requested|told)|without (?:the|any|its))\b",
    ),
    sought(
        "guidelines programming operators instructions rules policy",
        r"my (?:guidelines|rules|policy|programming|operators|makers|developers) (?:do|does|don't|doesn't|forbids?|prevents?|says?|won't|will not|allows?|tells?)\b",
    ),
    sought(
        "assist comply fulfil fulfill",
        r"i (?:cannot|can't|can not|am unable to|will not|won't|must) (?:assist|comply|fulfill?)\b",
    ),
    sought(
        "told what whatever",
        r"(?:ignore|disregard|forget) (?:what|whatever) (?:you (?:were|have been|are)|came|was (?:said|written))\b",
    ),
    sought(
        "dot slash",
        r"\w+ ?[(\[{]? ?dot ?[)\]}]? ?(?:com|org|net|info|io|example|shop|health|uk|biz|store|online)\b|\w+ slash \w+ (?:dot|slash)\b",
    ),
)
