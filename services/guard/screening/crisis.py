"""Words of people who may harm themselves, and of those who fear it for somebody. Pure."""

import re
from collections.abc import Iterator

from services.guard.screening.context import PAST
from services.guard.screening.reading import Reading

_SELF = r"(?:myself|himself|herself|themselves|ourselves|yourself)"
_WHOSE = r"(?:my|his|her|their|our)"
_DRUGS = r"(?:pills?|tablets?|medicines?|medication|patches|insulin|morphine|opioids?|drops|drugs|capsules|painkillers|sedatives|antidepressants|everything|paracetamol|amitriptyline)"
_FINAL = r"(?:die|be dead|be gone|not exist|stop existing|cease to exist|disappear|vanish|leave this (?:world|life|earth)|stop living|stop being)"

# What each group means in words, and how it is said.
_STRONG: tuple[tuple[str, str], ...] = (
    ("a wish to die", rf"(?:want|wants|wanted|wanting|wish|wishes|wishing|ready|prefer|prefers|longing|begging|begs|decided|plans?|planning|intend|sooner|tried|would like|would love|feel like|time) to (?:just |finally |simply )?{_FINAL}(?! (?:from|of the|on the)\b)"),
    ("a wish to die", r"(?:pray|prays|hope|hopes|wish|wishes|hoping|praying|beg|waiting) (?:\w+ ){0,4}(?:for death|to die|kills? me|takes? me|(?:would|to) (?:shoot|kill|take) me|not wake|die soon|that i die|i die)|put to sleep like|put me (?:down|to sleep)|want(?:s)? to (?:follow|join|be with) (?:her|him|my (?:\w+ )?(?:mum|dad|son|daughter|wife|husband|baby|brother|sister)) (?:in heaven|in the grave|over there)|(?:under|below) the ground|not care (?:whether|if) i (?:live|die)|nothing to live for|(?:why|wish) (?:was|were|had) i (?:\w+ )?(?:never )?(?:even )?born|failed (?:\w+ )?(?:at|in) dying|not wor?th (?:\w+ )?(?:the air|living)"),
    ("fear of what one might do", rf"(?:afraid|scared|frightened|worried) (?:of what|that|about what)?(?: )?(?:i|he|she|my \w+) (?:might|will|would|could|may|ill)? ?(?:do|hurt|harm|kill)(?: something)?(?: to)? (?:{_SELF}|to {_SELF}|something)|might do (?:something stupid|to myself|it tonight)|do something (?:stupid|to (?:my|him|her)self)|not (?:feel |be )?safe (?:with|from) myself|what i might do|not trust myself (?:with|alone|tonight|around)"),
    ("despair", r"(?:cannot|can not) (?:face|bear|stand|take|endure) (?:another|one more|the|it|this|my) (?:day|night|life|any longer|existence)|(?:waste of (?:oxygen|space|air|skin))|(?:i am|feel|so) (?:completely |totally )?(?:worthless|a failure and)|i (?:have given|am giving|give|gave) up(?: on (?:life|everything|living))?(?! (?:smok\w+|alcohol|sugar|on (?:the|my) (?:diet|pills|drug|cream)|coffee|dairy|gluten|meat|drinking))|had it with (?:this|the|my) (?:world|life)|no future\b|letting go\b|checking out\b|wants? out of (?:this )?life|want out\b"),
    ("a wish to die", r"(?:rather|sooner|should|wish (?:i|he|she) (?:was|were|had|could)|hope to|prefer to|better off|be better|already) (?:just )?(?:be )?(?:dead|die|died|never been born|never born)\b"),
    ("a wish to die", r"(?:i am|is|are) going to die (?:tonight|today|by my|on purpose)|want to dye(?! (?:my|it|the|her|hair|his))|(?:think|thinking|thoughts?|thought|dream\w*|fantasi\w+) (?:of|about) (?:dying|death|ending|hanging|jumping|killing|drowning|being dead|how (?:to|i could) (?:die|end))"),
    ("talk of killing oneself", rf"kill(?:ing)? (?:my|him|her|them|our|your|one)sel(?:f|ves)|hang(?:ing)? {_SELF}|shoot(?:ing)? {_SELF}|drown(?:ing)? (?:{_SELF}|both of us|us both)|gas(?:sing)? {_SELF}|take myself out|help myself with everything"),
    ("talk of ending one's life", rf"(?:end|ending|finish|finishing|take|taking) {_WHOSE} (?:own |whole |miserable )?(?:life|lives)|end(?:ing)? (?:it all|everything|things for good|it tonight|it now)|just end it|ending it\b(?! up)|(?:it ends|all over) (?:tonight|today)|(?:put|putting) an end to (?:my|it all|it|that|this|everything|myself)|end things\b|(?:finish|finished|finishing) (?:it off|me off|myself|to it all)|to finish it|be the end of me by"),
    ("no wish to live", r"(?:do not|does not|no longer|never|not|nor) (?:really |even |ever )?(?:want|wants|wish|wanting|deserve) to (?:live(?! (?:in|with|at|near|on|off|alone|far)\b)|be alive|be here|wake up|go on|exist|be around|be in this world|keep going|carry on|continue living)"),
    ("no wish to live", r"(?:lost|losing|no) (?:the |my |all )?will to live|tired of (?:living|life|being alive|existing|waking up)|(?:enough|my fill|sick|done|finished|through) (?:of|with) (?:life|living|this life|this world|existing)|(?:cannot|could not) (?:go on(?! (?:holiday|vacation|a|the|to|with)\b)|live (?:like this|any ?longer|any more))|(?:life|living) (?:has|have|is|makes|holds) (?:no|not|nothing|pointless|worthless)"),
    ("no reason to go on", r"(?:no|any|what is the|not see (?:a|any|the)|see no) (?:real )?(?:reason|point|use|purpose|sense|meaning) (?:left |any ?more |any longer )?(?:to|in|of|for) (?:me )?(?:(?:go|going|keep|keeping|carry|carrying) (?:on|going)|liv\w+|wak\w+|be(?:ing)? (?:here|alive)|get(?:ting)? (?:up|through)|exist\w*)|worth (?:me |my )?(?:being alive|living)|deserve to live|not worth living"),
    ("a plan or the means", r"(?:jump|jumping|throw|throwing|walk|walking|step|stepping|drive|driving|lie|lying|leap|leaping|crash)(?:ing)? (?:\w+ ){0,5}(?:off|from|of|into|in|out|under|onto) (?:\w+ ){0,3}(?:bridge|trains?|window|roof|balcony|cliffs?|building|tracks|traffic|bus|lorry|truck|river|lake|deck|platform|wall|stairs|tree|metro|subway)|(?:tell|tells|told|order|orders|want) me to jump|(?:will|would|going to) jump\b"),
    ("a plan or the means", r"noose|(?:got|have|has|found|bought|brought|ready|hid|with) (?:\w+ ){0,2}(?:rope|razors?|blades|gun|pistol|shotgun)\b(?=.*\b(?:i|me|he|she|end|die|nobody|ready|table|garage|locked|room|note|talk|shed)\b)|bullet in (?:my|his|her) (?:head|brain)|slit (?:my|his|her|their) (?:wrists?|throat)|(?:to|against|cut|cuts|cutting|open) (?:my|her|his) wrists?"),
    ("a plan or the means", rf"(?:saving|saved|saves|stockpil\w+|hoard\w*|collect(?:ed|ing|s)|stash\w*|gather\w*|hid|hides|hidden|junt\w+) (?:up )?(?:\w+ ){{0,6}}{_DRUGS}\b(?! (?:card|list|bottle))|(?:going to|will|plan to|planning to|want to|tonight|could|would) (?:\w+ ){{0,3}}(?:take|swallow|use|down) (?:all|everything|every|the whole|the lot|my whole)\b|taking (?:all|every one) of them|(?:gave|give) (?:myself|him|her) everything|(?:i )?(?:took|swallowed|taken) (?:all (?:my|of my|the) (?:pills|tablets|medicines|medication)|everything in)(?!.*\b(?:this morning as|as prescribed|antibiotics?|accident\w*|mistake)\b)|turned on the gas|(?:razor|rope|helium|noose|parapet|hunting rifle|exit bag|suicide kit)\b(?!.*\b(?:shav\w+|razor (?:burn|bumps?|rash))\b)|on purpose and die"),
    ("a plan or the means", rf"overdos\w+ (?:\w+ ){{0,4}}(?:on purpose|deliberately|intentionally|to end|to die)|(?:let me|want to|going to|how (?:do|can|to|could) (?:i )?|best way to|wants to|tried to|try to) overdose|(?:took|takes|swallowed) (?:\w+ ){{0,6}}(?:to end it|to die|to kill|on purpose)|{_DRUGS} (?:\w+ ){{0,6}}(?:to die|to end it|to finish|for the job|until i never)"),
    ("a question for a deadly dose or way", r"how (?:many|much|high|long) (?:\w+ ){0,12}(?:to die|will kill me|would kill me|kills? (?:you|me)|killing me|fatal|lethal|deadly|to end (?:it|me|my)|(?:never|not) (?:to )?wake|be gone|bleed out)\b|would (?:\w+ ){1,6}kill me\b(?! to\b)|kill me (?:or|fast|quickly)|(?:can|could|will|would) (?:you|i|one|a person) die (?:\w+ )?(?:from|of|by|if) (?:\w+ ){0,4}(?:drinking|swallowing|taking|injecting|air|drain|bleach|overdos\w+|hanging)"),
    ("a question for a deadly dose or way", r"(?:painless|peaceful|easy|easiest|quick|quickest|fast|fastest|surest|best|good|certain|other) (?:and \w+ )?(?:ways?|methods?|death|place|spot|means|day|suicide)(?: for \w+| in \w+| around here)? (?:to|of|out)\b (?:die|dying|kill|killing|end|go\b|commit|suicide|life)|(?:way|ways|how|method|methods) to (?:die|kill (?:my|your|one)sel(?:f|ves)|end (?:my|it)|commit suicide)|painless (?:way|death|suicide)|ways? of (?:dying|killing (?:my|your|one)self)|(?:lethal|fatal|deadly) (?:dose|amount|overdose)\b(?! (?:in|for) (?:animals|mice|rats))|(?:freeze|bleed|starve|drown|choke|jump) to death"),
    ("being a burden, or better gone", r"(?:better|easier|happier|relieved|relief|peace|lighter|good) (?:\w+ ){0,6}(?:without (?:me|him being|a \w+ like me)|(?:if|once|when|after) i (?:\w+ ){0,3}(?:gone|dead|vanish\w*|disappear\w*|no longer|not (?:here|around|exist|there)|were not|was not|did not|do not|die[ds]?))|better off (?:dead|without me)|(?:nobody|no one|who) (?:would|will|wud) (?:even )?(?:miss|notice|care)|(?:only|just|such|am) a (?:burden|weight|nuisance) (?:and|to|on|for)\b(?=.*\b(?:i|me|end|stop|gone|everyone|they)\b)"),
    ("being a burden, or better gone", r"without me (?:in (?:it|the world)|here|around)|not (?:be|being) (?:here|around|alive|there) (?:any ?more|any longer|much longer|tomorrow|after|by the time|next|when|for christmas|to see|on)|i (?:will|shall|would|may|might) not be (?:here|around|alive|there|needing)|(?:when|once|after|if) i am (?:gone|dead|no longer)|(?:just )?(?:did|do) not exist|never been born|(?:i|me) (?:\w+ ){0,8}(?:not|never) (?:wake|waking) up|(?:i|me|to) (?:\w+ ){0,6}(?:fall asleep|go to sleep|sleep|close my eyes) (?:\w+ ){0,3}(?:forever|for ever|for good|never|be over)|disappear (?:forever|for ever|for good)"),
    ("a goodbye", r"(?:goodbye|farewell|suicide|parting) (?:letter|note|message|text|video)s?|goodbye (?:world|everyone|everybody|all|forever|my|and thanks|and thank)|(?:said|say|saying|wrote|written|writing) (?:\w+ ){0,4}(?:goodbyes?|farewells?|letters? to (?:my|everyone))|(?:letters are|note is|note was) (?:written|ready)|(?:last|final) (?:message|goodbye|letter|words)\b|(?:is|be) (?:the|my) last (?:night|day)|tonight is the (?:\w+ )?night|you will not hear from me|i am sorry for what i am about|(?:have|has|got|see|know) (?:a|my|one|the) way out\b|way out (?:prepared|ready)|because i plan to|(?:one thing|one step|only one step) left|at peace (?:by|soon|when)|will be over soon|by my own (?:hand|choice)"),
    ("hurting oneself", rf"(?:keep|keeps|kept|started|start|stop|stopping|cannot stop|want to|wants to|wanted to|going to|urge to|again|like|by|been|be|is|am|of|or|should i|about|i) (?:cut(?:ting)?|hurt(?:ing)?|harm(?:ing)?|burn(?:ing)?|hit(?:ting)?|punish(?:ing)?|starv(?:e|ing)|scratch(?:ing)?) {_SELF}\b(?! (?:shav|cook|while|when|on|lifting|at|with a (?:kitchen|paper)|by accident|accident|in the|badly|yesterday|last|slight|a (?:bit|little)|moving|playing|doing|trying))|(?:hurts|harms|cuts|burns|scratches|starves) (?:my|her|him|them)sel(?:f|ves)|doing something to (?:my|him|her)self|(?:harm|hurt|kill) (?:my|the) baby and (?:me|myself)"),
    ("hurting oneself", r"\b(?:cut|cutting|cuts|slice|carve) (?:my|her|his|their) (?:own )?(?:arms?|legs?|thighs?|skin|veins?|body) (?:\w+ ){0,3}(?:again|every|deeper|when|because|at night|to feel|and)|burn(?:s|ing)? (?:my skin|my own skin|myself with)|self harm(?:ing|ed)? (?:every|again|now|whats|without|and|or|is back|tips|more)|(?:razor|knife|blade) (?:\w+ ){0,2}(?:to|against|on|across) (?:my|her|his) (?:arms?|thighs?|wrists?|skin|legs?|throat)|cut (?:arms|wrists)|deeper cuts|(?:cut too|cut to) deep"),
    ("another person in danger", r"(?:locked|locks) (?:him|her)self in (?:\w+ ){0,6}(?:pills|gun|shotgun|knife|tablets)|on the (?:roof|bridge|ledge) (?:and|saying)|(?:help|helps|helping) (?:him|her|them|me) (?:to )?(?:die|end)|(?:wants|asked|asks|begged|threaten\w+|talks?|talking) (?:\w+ ){0,5}(?:to die|of dying|about dying|his life|her life|own life|ending|suicide)|(?:says|said|told|tells|keeps saying|talks|hints) (?:\w+ ){0,8}(?:wants to die|not be here|not want to live|better dead|better off dead|wish(?:es)? (?:he|she) was dead)|refuses? (?:to )?(?:food|eat|drink|drinks?) (?:\w+ ){0,4}(?:wants to die|to die)"),
)  # fmt: skip

# Words that are the matter of research and prevention as well: they need a person, and now.
_WEAK = re.compile(
    r"\bsuicid\w*|\bself (?:harm|injur|mutilat)\w*|\bkill (?:your|one)self|\btake (?:one|your) own life"
)
_MATTER = re.compile(
    r"\b(?:rates?|statistics|figures|prevention|prevent\w*|stud(?:y|ies)|research|common|risk factors?|histor\w+|laws?|legal\w*|countries|hotlines?|lifeline"
    r"|helplines?|genes?|barriers?|(?:died|death|dies|die|lost \w+|deaths) (?:by|to|from)|after (?:a|the|his|her|my) (?:\w+ )?suicide|assisted|trials?|according|screen\w*|known|taught|teach|schools?|worldwide|year|warnings?"
    r"|label|leaflet|among|psychiatry|mean|called|inhibitor|pathway|programmed|cells?|non suicidal|bereave\w*|difference|people|teenagers|doctors|causes?|make people|kinase|theor\w+|book)\b"
)
# A reporter's words about what somebody else has behind them.
_OVER = re.compile(
    r"\b(?:ago|in (?:19|20)\d\d|used to|as a teen\w*|last year|been well|is well|survived)\b"
)
_AGAIN = re.compile(r"\b(?:again|now|back|still|tonight|today|these days|since|every)\b")
_CAUTION = re.compile(
    r"\b(?:how (?:common|many people|often|does|is|do (?:doctors|cells|hospitals))|what (?:is|are|percentage)|why (?:is|are|do|does)|which (?:countries|factors|risk))\b"
)

_PATTERNS = tuple((words, re.compile(rf"\b(?:{said})")) for words, said in _STRONG)


def signs(reading: Reading) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield what points to a crisis, in words, with its place in the reading."""
    for words, pattern in _PATTERNS:
        span = reading.search(pattern)
        if span and not _told_of_the_past(reading.text, span):
            yield words, span
    span = reading.search(_WEAK)
    if span and _is_meant(reading.text, span):
        yield "suicide or self-harm, said of a person", span


def _around(text: str, span: tuple[int, int]) -> str:
    """The sentence that holds a span, or as much of it as one can read at once."""
    low, high = max(0, span[0] - 200), span[1] + 200
    before = re.split(r"[.?!;]", text[low : span[0]])[-1]
    after = re.split(r"[.?!;]", text[span[1] : high])[0]
    return before + text[span[0] : span[1]] + after


def _told_of_the_past(text: str, span: tuple[int, int]) -> bool:
    said = _around(text, span)
    return bool(
        PAST.search(said)
        and _OVER.search(said)
        and not _AGAIN.search(said.replace("been well since", ""))
    )


def _is_meant(text: str, span: tuple[int, int]) -> bool:
    said = _around(text, span)
    if _told_of_the_past(text, span):
        return False
    if re.search(
        r"\b(?:i am|feel\w*|feeling|is|was|being|she is|he is) (?:\w+ )?suicidal\b", said
    ) and not _CAUTION.search(said):
        return True
    if _MATTER.search(said) and not re.search(
        r"\bi (?:am|have|want|feel|think|keep|tried|plan)\b", said
    ):
        return False
    return not _CAUTION.search(said) or bool(
        re.search(r"\b(?:i|me|myself|my (?:son|daughter|wife|husband))\b", said)
    )
