"""Who a sentence speaks of, when, and whether it says so at all. Pure.

A red flag counts when it is said of a person and of now: not of a sign in general, not of years
ago, not of what did not happen, and not of what might.
"""

import re

RELATIVE = (
    r"(?:husband|wife|partner|spouse|boyfriend|girlfriend|girlfreind|fianc\w+|ex|son|sun|daughter|kids?|child|children|baby|babies"
    r"|newborn|infant|toddler|boy|girl|mother|mum|mam|mama|father|dad|papa|parents?|brother|sister|grand(?:ma|mother|pa|dad|father"
    r"|son|daughter|parents?)|gran|granny|nan|aunt|auntie|uncle|nephew|niece|cousin|friend|mate|flatmate|roommate|neighbou?r"
    r"|colleague|coworker|boss|student|pupil|lodger|patient|in law|stepson|stepdaughter|twins?|little one|fella|hubby|man|woman|guy|teammate|teenager)"
)
PERSON = re.compile(
    rf"\b(?:i|me|my|mine|myself|we|us|our|ours|he|she|him|her|his|hers|they|them|their|someone|somebody|{RELATIVE})\b"
)
OTHER = re.compile(
    rf"\b(?:(?:my|our|the|a|an|this|that|his|her|your) (?:\w+ ){{0,2}}{RELATIVE}|he|she|him|his|her|hers|them|grand\w+|mum|dad|baby|toddler|wife|husband)\b"
)

PAST = re.compile(
    r"\b(?:(?:years?|decades?|months?) (?:ago|back|earlier)|in (?:19|20)\d\d|since (?:19|20)\d\d|last (?:year|decade|summer|winter|spring|autumn|fall)"
    r"|as an? (?:child|teen\w*|baby|kid|boy|girl|student|young \w+)|when (?:i|he|she|we) (?:was|were)|back then|long ago|in the past"
    r"|used to|history of|recovered|survived|in (?:my|his|her) (?:teens|twenties|thirties|childhood|youth)|ever since then|in the spring"
    r"|years? later|has passed since|was treated for|died (?:of|from|by)|passed away|was diagnosed|is well now|been well since)\b"
)
NOW = re.compile(
    r"\b(?:now|right now|today|tonight|currently|at the moment|just|suddenly|since (?:this|last night|yesterday|noon|lunch|breakfast|\w+ (?:minutes?|hours?)|an hour|i got up|i woke)"
    r"|this (?:morning|afternoon|evening|minute)|yesterday|(?:minutes?|hours?) ago|again|keeps?|started|is having|am having|are having|still|for (?:over |about |almost )?(?:\w+ )?(?:minutes|hours?|an hour))\b"
)
HYPOTHETICAL = re.compile(
    r"\b(?:what if|in case|if (?:i|he|she|it|my|we|you|someone|somebody|a|an|the|there|that|this|they)\b(?! (?:had|was|were) dead)|should i (?:get|have|develop|start|feel|faint|notice)|would (?:it|that|this|he|she) be"
    r"|when should|at what|when (?:do|does|would) (?:i|one|you)|worried (?:that|about)|afraid (?:of|that)|scared of|risk of|prevent\w*|avoid|in general|warning signs?"
    r"|(?:could|can|may|might|does|do|will|would) (?:\w+ ){1,4}(?:cause|lead|trigger|give|make|bring|mean|raise|increase)|might get|could get|may get)\b"
)
# A question about the matter and not about a person.
GENERAL = re.compile(
    r"^\W*(?:(?:and|so|ok|okay|but|also|well|hi|hello|please|could you (?:tell me|explain)|can you (?:tell me|explain)|tell me|explain|describe"
    r"|i (?:want|would like|wanted) to (?:know|understand|ask)|what about)\W+)*"
    r"(?:what|whats|why|how|which|when|who|where|is|are|can|does|do|did|could|would|will|was|were|has|have|should|am)\b"
)
TOPIC = re.compile(
    r"\b(?:causes?|symptoms?|signs?|types?|kinds?|risk factors?|treatments?|training|first aid|explained|definition|meaning|prevention"
    r"|guidelines?|statistics|rates?|in (?:women|men|children|adults|babies|toddlers|the elderly|general|hospital)|classes|course|leaflet|diagnosis|recovery|rehabilitation)\b"
)
NEGATION = re.compile(
    r"\b(?:no|not|never|without|denies|deny|neither|nor|free of|did not|do not|does not|have not|has not|is not|was not|stopped having|gone|no longer)\b"
    r"(?: (?:had|have|has|having|been|any|a|an|the|really|feel\w*|experienc\w+|signs? of|actually|more|is|it|more|of|further))*$"
)

# A comma ends a statement where somebody begins to speak of himself or of somebody.
_END = re.compile(
    r"[.?!;\u2026]|,(?= (?:and |but |because |since |as |asking (?:because |since )?)?(?:i|my|mine|he|she|his|her|hers|we|our|ours)\b)"
)


def sentences(text: str, longest: int = 400) -> list[tuple[int, str]]:
    """Cut a mended text at strong punctuation, and longer stretches into overlapping parts."""
    found: list[tuple[int, str]] = []
    start = 0
    for match in (*_END.finditer(text), None):
        end = match.end() if match else len(text)
        while end - start > longest:
            found.append((start, text[start : start + longest]))
            start += longest // 2
        if text[start:end].strip():
            found.append((start, text[start:end]))
        start = end
    return found


def negated(sentence: str, start: int) -> bool:
    """Tell whether what begins here is denied: "no chest pain", "he did not faint"."""
    before = sentence[max(0, start - 60) : start].rstrip()
    if NEGATION.search(before):
        return True
    # A list that is denied as a whole: "no fever, rash or chest pain".
    listed = re.search(r"\b(?:no|without|not have any|denies)\b[^.?!]*$", before)
    return listed is not None and not re.search(
        r"\b(?:but|now|though|although|i have|he has|she has|i am|because|since)\b", listed.group()
    )


def is_general(sentence: str) -> bool:
    """Tell whether a sentence asks about a matter and names nobody."""
    if PERSON.search(sentence):
        return False
    return bool(GENERAL.search(sentence) or TOPIC.search(sentence))
