"""Questions that ask for advice to one person, which are answered in general only. Pure."""

import re

from services.guard.screening.context import RELATIVE
from services.guard.screening.reading import Reading

_WHO = rf"(?:i|we|me|us|he|she|my (?:\w+ )?{RELATIVE}|our (?:\w+ )?{RELATIVE}|mum|dad)"
_PERSONAL = re.compile(
    rf"\b(?:should|shall|may|must|ought|can|could|would|will|do|does|did|need|might) {_WHO}\b(?!.*\b(?:expect at|get a copy|find (?:a|an|out where|clinical|support)|bring to|ask (?:my|before|the)|prepare|file a complaint|request my|complain))"
    r"|\b(?:am i|do i have|what do i do|which one should|would you|do you (?:think|recommend|advise|suggest)|is it (?:safe|ok|okay|alright|all right|fine|bad|normal|good|wise|worth|time)(?: \w+)? (?:for me|to|if i|that (?:i|my)|for my))\b"
    r"|\b(?:right|best|better|safe|good|option|enough|allowed|wise|suited) for (?:me|my|a (?:man|woman|person) like me)\b|\bin my case\b|\bfor me\b|\bif you were me\b|\bin my place\b"
    r"|\b(?:is|are|was) (?:my|this|these|that|the) (?:\w+ ){0,4}(?:dangerous|bad|normal|okay|ok|serious|too (?:high|low|slow)|low|high|cancer|nothing|ringworm|measles|shingles|broken|contagious|infected|an? \w+|real)\b"
    r"|\bwhat (?:does|do|is|are|could|might) (?:it mean that )?(?:my|this|the) (?:\w+ ){0,4}(?:mean|say|be|lump|rash|spots?)\b|\bmy (?:\w+ ){0,3}(?:is|are|was|were|rose|fell|went|shows?|says?|said|came|back) (?:\w+ )?\d"
    r"|\bhow (?:long|much time|soon|likely|much|many|often|bad|sick|old)\b.{0,40}\b(?:i|me|my|he|she)\b|\b(?:tell|promise|reassure) me (?:that |honestly )?(?:this|it|the|i|he|she)\b|\bplease (?:say|tell me) (?:that )?(?:i|it|this)\b"
    r"|\b(?:what is|whats|what could be|what) wrong with (?:me|my)\b|\bwhy (?:am|do|does|is|are|did) (?:i|my)\b|\b(?:nothing|fine|stress|normal|okay|alright|right|correct|just age)\W+(?:right|is it|is not it|is it not|correct|yes|no|are they not)?\W*\?$"
    r"|\b(?:take|prescribe|recommend|suggest|send|give) (?:me|something|a prescription)\b|\bshould i (?:worry|be worried|be concerned)\b|\bdo i (?:need|have to|still|really|just|keep|tell)\b|\bname the \w+ that i\b"
)
# Data of one person, and one person's lot.
_OWN = re.compile(
    r"\bmy (?:results?|dose|dosage|levels?|counts?|blood (?:test|count|pressure|work|sugar)|labs?|scan|biopsy|prognosis|chances?|case|h(?:a)?emoglobin|platelets?|hb|medication|tsh|psa|ferritin|a1c|inr|egfr|crp|smear|mri)\b(?=.*\b(?:\d|mean|bad|normal|high|low|worry|say|says|said|shows?|cancer|concerned|what)\b)"
    r"|\b(?:i|my \w+) (?:have|has|am|is|take|takes|had|get|feel)\b.{0,120}\b(?:is it|could it|what is it|is that|are they|do i|am i|can i|should|which (?:one|should)|what can i|what could|what helps|may i)\b"
)
# The wish to understand, though the own illness is named.
_TO_LEARN = re.compile(
    r"\b(?:would like to (?:know|understand)|want to (?:know|understand) (?:what|why|how)|curious|wonder (?:how|what|why)|what (?:does|do|is|are|kinds?|types?|support|happens|rights|questions)|how (?:does|do|is|are|common)|which (?:organs|schools|grains|services))\b"
)
_ASK_HELP = re.compile(
    r"\b(?:what (?:questions )?(?:can|should|could) i (?:ask|bring)|how (?:do|can|would) i (?:get a copy|find|file|prepare|request|complain|make a living will|write an advance|report)|where (?:can|do) i (?:find|get information))\b"
)


def is_personal(reading: Reading) -> bool:
    """Tell whether a question asks for a decision, reading, outlook or choice for one person."""
    if reading.search(_ASK_HELP):
        return False
    return bool(reading.search(_PERSONAL) or reading.search(_OWN))


def wants_to_learn(reading: Reading) -> bool:
    """Tell whether a question asks what something is, whoever's illness is named."""
    return bool(reading.search(_TO_LEARN))
