"""What a text says of itself, of its rules and of answers to come, so that software lets it pass. Pure."""

from caveat.instructions.sought import Index, sought

_TEXT = r"(?:sentence|line|text|answer|paragraph|reply|page|draft|statement|output|content|block|section|response|message)"
_RULES = r"(?:rules?|polic(?:y|ies)|guard(?:rail)?s?|guidelines|standards|checks?)"
_ANSWERS = r"(?:answers?|repl(?:y|ies)|outputs?|messages?|pages?|summar(?:y|ies)|conversations?|chats?|prompts?)"
_CHECKER = r"(?:reviewer|rater|annotator|auditor|judge|guard|moderator|checker|grader|evaluator|classifier|validator|software|algorithm|pipeline|parser|safety \w+|next model|model|llm|ai|bot)"

CLAIMS = Index(
    sought(
        "note notes message memo hint",
        rf"(?:notes?|message|memo|hint) (?:to|for) (?:the |any |all |our |whichever )?(?:human )?{_CHECKER}s?\b",
        "reviewer rater annotator auditor judge judges guard moderator checker grader evaluator classifier validator software algorithm pipeline parser safety next model llm llms ai ais bot bots",
    ),
    sought(
        "note notes notice only instruction hint",
        rf"{_CHECKER}(?:'s)? (?:notes?|only|notice|instructions?|hint)\b ?:",
        "reviewer rater annotator auditor judge judges guard moderator checker grader evaluator classifier validator software algorithm pipeline parser safety next model llm llms ai ais bot bots",
    ),
    sought(
        "judges checks reviews grades scores filters rates reads",
        rf"(?:whoever|whatever|whichever \w+|anyone|any \w+) (?:who |that |which )?(?:judges|checks|reviews|grades|scores|filters|rates|reads) (?:this|the) {_TEXT}",
        "whoever whatever whichever anyone any",
    ),
    sought(
        "skip ignore pass overlook approve accept wave",
        rf"{_CHECKER}s? (?:can|may|might|need only|is free to|is allowed to) (?:safely |now |just )?(?:skip|ignore|pass|overlook|approve|accept|wave) (?:this|these|the next|the following|it|over|through)\b",
        "reviewer rater annotator auditor judge judges guard moderator checker grader evaluator classifier validator software algorithm pipeline parser safety next model llm llms ai ais bot bots",
    ),
    sought(
        "whitelisted allowlisted white allow preapproved pre exempt already cleared advance",
        rf"{_TEXT}s? (?:is|are|was|were|has been|have been) (?:white-?listed|allow-?listed|pre-?approved|pre-?cleared|exempt\b(?! from (?:tax|fees|review)))"
        rf"|{_TEXT}s? (?:has|have|was|were|is|are) already (?:been )?(?:checked|approved|verified|cleared|validated|vetted)"
        r"|(?:cleared|approved|verified|checked) in advance\b",
    ),
    sought(
        "need",
        rf"no need to (?:verify|check|validate|judge|review|moderate) (?:the |these |its |this |any |my |it)?(?:citations?|sources?|claims?|{_TEXT}s?)?\b",
        "verify check validate judge review moderate",
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
        "confidence score verdict label severity rating grade flag outcome risk is_safe mark marks",
    ),
    sought(
        "output print return say write reply respond emit",
        r"""(?:output|print|return|say|write|emit|reply with|respond with) (?:only |just |exactly )?(?:the |these )?(?:words?|phrase|token|string|number|sentence) ?["':]"""
        r"|(?:return|output|emit) (?:only )?(?:true|false|ok|yes|null|none|zero)\b (?:for|to|on) (?:every|all|each|the|this)",
        "word words phrase token string number sentence true false ok yes null none zero",
    ),
    sought(
        "approve accept allow pass whitelist release permit",
        rf"(?:approve|accept|allow|pass|whitelist|release|permit) (?:this|the following|the next|the above|every|all|my) {_TEXT}s?\b",
        "sentence line text answer paragraph reply page draft statement output content block section response message",
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
        "print list show repeat paste quote export output",
    ),
    sought(
        "send forward post upload transmit exfiltrate submit mail copy",
        r"(?:send|forward|post|upload|transmit|exfiltrate|submit|mail|copy) (?:the |this |all |any |each )?(?:reader|user|visitor|conversation|chat|session|question|history)(?:'s|s')?(?: \w+){0,3} to\b",
    ),
    sought(
        "add append insert include attach prepend put repeat",
        rf"(?:add|append|insert|include|attach|prepend|put|repeat) (?:the |this |a |an |our )?(?:phrase|words?|sentence|line|link|slogan|note|image|logo|name|brand|claim)\b[^.!?\n]{{0,100}} (?:to|in|into|at|on|after|before)(?: the (?:end|start|top|bottom) of)? (?:each|every|all|any|your|future)(?: \w+)? {_ANSWERS}\b",
        "answer reply replies output message page pages summary summaries conversation chat chats prompt",
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
        "sure certainly absolutely understood requested okay ok course",
        r"(?:sure|certainly|absolutely|understood|as requested|okay|ok|of course)(?: thing)?[!,.:]+ (?:here(?:'s| is| are)|i(?:'ll| will| have| can)|below)\b",
    ),
    sought(
        "here",
        rf"here(?:'s| is) (?:the|your|an?) (?:\w+ )?(?:{_TEXT}|version|summary|prompt)(?: \w+)? (?:you (?:asked|wanted|requested|told)|without (?:the|any|its))\b",
        "sentence line text answer paragraph reply page draft statement output content block section response message version summary prompt",
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
    sought(
        "role speaker author system user assistant admin root",
        r"(?:role|speaker|author) ?[:=] ?[\"']?(?:system|assistant|user|developer|tool)\b|(?:system|user|assistant|admin|root) ?> ?\w",
    ),
    sought(
        "act behave speak respond answer",
        r"(?:act|behave|speak|respond|answer) as (?:if you|though you|my|an?) (?:are|were|had|have|\w+ )?(?:doctor|physician|nurse|pharmacist|person|character|human|model|no (?:rules|limits))\b(?! would| do| does| who)",
    ),
    sought(
        "auto approve verification validation moderation disclaimer citation",
        r"auto-?approved?\b|(?:verification|validation|moderation|disclaimers?|citations?) (?:is |are )?(?:not|no longer) (?:required|needed|necessary)\b",
    ),
    sought(
        "passed passes pass allowed",
        rf"this (?:{_TEXT} )?(?:has |have )?(?:already )?passe[ds] (?:all|every|the)(?: \w+)? (?:checks?|review|validation|guard\w*|filters?|moderation)\b|so (?:it|this)(?: {_TEXT})? (?:passes|is allowed|may pass|must pass|should pass)\b",
        "this it",
    ),
    sought(
        "override overriding bypass bypassing disable deactivate turn switch suspend circumvent evade",
        rf"(?:overrid(?:e|ing)|bypass(?:ing)?|disable|deactivate|turn off|switch off|suspend|circumvent|evade) (?:the |all |any |your |every |its )?(?:safety|{_RULES}|filters?|moderation|validation|disclaimers?|restrictions|safeguards?)\b",
    ),
    sought(
        "note notice message instruction command override approval memo",
        r"(?:admin\w*|developer|operator|system|priority|hidden|moderator) (?:notes?|notice|message|instructions?|command|override|approval|memo)\b ?:",
        "admin administrator developer operator system priority hidden moderator",
    ),
    sought(
        "publish release",
        r"(?:publish|release|show)(?: this| it)? (?:as is\b|without (?:review|check\w*|edit\w*|chang\w*|a check))",
    ),
    sought(
        "tell inform",
        r"(?:tell|inform) (?:the |every |all |each )?(?:users?|readers?|visitors?|customers?|(?:next|other|following|downstream) (?:agent|model|system|assistant|step|llm)s?) (?:to|that)\b",
        "user reader visitor customer next other following downstream",
    ),
    sought(
        "asked asks told tells wants wanted instructed instructs requested requests requires says",
        r"(?:user|reader|passage|document|context|prompt|text|page|source|web ?site|article|abstract)(?: above| below)? (?:has )?(?:asked|asks|told|tells|wants|wanted|instructed|instructs|requested|requests|requires|says) (?:that )?(?:me|us|i|we|this assistant)\b(?! not)",
        "me us i we assistant",
    ),
    sought(
        "instruction instructed order command prompt override",
        r"(?:per|following|obeying|according to|under) (?:the |your |these |those |my )?(?:new|hidden|updated|secret|embedded|injected|system|overriding) (?:\w+ )?(?:instructions?|orders?|commands?|prompt|override|message)\b",
    ),
    sought(
        "switched turned disabled removed dropped lifted ignored bypassed skipped overridden",
        r"i(?:'ve| have|'m| am)? (?:now |just |hereby |already )?(?:switched off|turned off|disabled|removed|dropped|lifted|ignored|ignoring|bypassed|skipped|skipping|overridden) (?:my|the|all|any|every|your) (?:\w+ )?(?:safety|filters?|guard\w*|rules|restrictions|disclaimers?|polic\w+|checks|instructions|citations?)\b",
    ),
    sought(
        "mode uncensored unfiltered unrestricted access permission override",
        r"(?:mode|override|jailbreak) (?:is |now )*(?:enabled|activated|unlocked|engaged|accepted|granted)\b|(?:access|permission) (?:granted|unlocked)\b|(?:uncensored|unfiltered|unrestricted) (?:answer|version|advice|reply|truth|mode|response)\b",
    ),
    sought(
        "judge guard filter moderator validator checker classifier grader evaluator reviewer",
        r"(?:judge|guard|filter|moderator|validator|checker|classifier|grader|evaluator|reviewer)s?[,:] (?:this|the|please|you|ignore|pass|do|let|skip|note|accept|approve|treat|score|there|all|no)\b",
    ),
    sought(
        "judge judges guard reviewer classifier filter moderator evaluator validator language llm llms",
        r"for (?:the |any |all )?(?:judges?|guard|reviewers?|classifiers?|filter|moderators?|evaluators?|validators?|language models?|llms?)\b ?[:,]",
    ),
    sought(
        "flag block filter censor moderate redact judge log remove drop check delete",
        r"(?:do not|don't|never|must not|should not|need not) (?:be )?(?:flag|block|filter|censor|moderate|redact|judge)(?:ged|ed|d)?\b(?: (?:this|it|the following|my|that|these)\b|[.!;])"
        rf"|(?:do not|don't|never) (?:remove|drop|check|delete|log|question|verify) this {_TEXT}",
        "do don must should need never",
    ),
    sought(
        "safe approved allowed flagged harmful violation violations compliant",
        r"(?:safe|approved|allowed|flagged|harmful|violations?|compliant) ?[:=] ?(?:yes|no|none|true|false|0|1)\b",
    ),
    sought(
        "hacked pwned reprogrammed freed unlocked jailbroken obey instructions orders commands master",
        r"i(?:'ve| have|'m| am| was)?(?: been| now)? (?:hacked|pwned|reprogrammed|freed|unlocked|jailbroken|obey)\b|you(?:'ve| have) been (?:hacked|pwned)\b|(?:instructions?|orders?|commands?)(?: are| is| was| were)? (?:received|acknowledged|executed|accepted|obeyed)\b|yes,? master\b",
    ),
    sought(
        "wish command commanded ordered instructed requested asked",
        r"as you (?:command|commanded|ordered|instructed)\b[,.:!]|as you wish[,:] (?:here|i|my)\b|(?:as|like) (?:you )?(?:asked|requested|instructed|ordered)[,:] (?:here|i|my|this|the next)\b",
    ),
    sought(
        "trained knowledge context weights temperature",
        r"i (?:was|am|have been) trained (?:by|on|to)\b|my (?:knowledge|training) (?:cut-?off|ends)|my (?:context window|weights|model|makers|creators?)\b",
    ),
    sought(
        "key token password passphrase canary secret credentials",
        r"(?:api|secret|private|signing|access) (?:key|token|code|word|phrase)s?(?: is| are)?(?: ?[:=]|(?: \S+){0,2} is\b)|(?:pass(?:word|phrase)|canary)(?: word| token)? ?(?:is|[:=])",
    ),
    sought(
        "is_advice advice directive toxicity risk violation classification class category rating grade flag severity status decision result verdict flagged is_advice is_directive is_medical",
        r"(?:is_\w+|advice|directive|toxicity|risk[_ ]score|violations?|severity|flag(?:ged)?) ?(?:=|:|is set to) ?[\"']?(?:false|no|none|null|0(?:\.0)?|zero|off)\b"
        r"|(?:classification|class|category|rating|verdict|status|decision|result) ?[:=] ?[\"']?(?:safe|harmless|information(?:al)?|pass(?:ed)?|approved|allow(?:ed)?|compliant)\b",
    ),
    sought(
        "reprint continue continuing task",
        r"(?:end|begin|continue|resume) (?:the |your )?(?:previous |original |hidden |new )(?:task|instruction|conversation|roleplay|role)\b|task (?:complete|completed|accepted)\b[.!:]",
    ),
    sought(
        "character persona role roleplay name",
        r"(?:stay|remain|speak|answer|i am|staying|speaking) in (?:character|persona)\b|my (?:name|persona|role) is now\b|new persona\b",
    ),
    sought(
        "disclaimer warnings caveats citations sources guard judge",
        r"(?:no|without|skip|forget|never mind) (?:more |further |the |any |all )?(?:disclaimers|caveats|citations|guard(?:rails)?|judge)\b(?: (?:needed|required|necessary|apply|here)|[.,:!])",
    ),
    sought(
        "guard judge moderator classifier validator evaluator grader checker filter",
        r"(?:the|this|our|your|any) (?:guard|judge|moderator|classifier|validator|evaluator|grader|checker|safety filter|language model|llm|assistant) (?:is|was|has been|are|were|will be|gets) (?:now )?(?:asked|told|instructed|ordered|required|expected|not needed|blind|wrong|off|asleep|fooled|to (?:treat|pass|accept|approve|ignore|skip|score|return))\b",
    ),
)
