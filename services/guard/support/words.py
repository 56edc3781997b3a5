"""Reduce words to stems, so that a word is known again in another form or spelling. Pure."""

from functools import lru_cache


def listed(text: str) -> tuple[str, ...]:
    """Return the words of a text, so that long lists of words stay readable."""
    return tuple(text.split())


# British and American spelling, folded to one; the order matters.
_SPELLINGS = (
    ("haem", "hem"),
    ("oed", "ed"),
    ("oes", "es"),
    ("aem", "em"),
    ("aes", "es"),
    ("aed", "ed"),
    ("coel", "cel"),
    ("diarrhoe", "diarrhe"),
    ("foet", "fet"),
    ("gynaec", "gynec"),
    ("tumour", "tumor"),
    ("fibre", "fiber"),
    ("litre", "liter"),
    ("metre", "meter"),
    ("isation", "ization"),
    ("alise", "alize"),
    ("alising", "alizing"),
    ("sulph", "sulf"),
    ("colour", "color"),
    ("labour", "labor"),
    ("behaviour", "behavior"),
)

# Forms that no suffix rule brings together.
_IRREGULAR = {
    "children": "child",
    "women": "woman",
    "men": "man",
    "feet": "foot",
    "teeth": "tooth",
    "people": "person",
    "persons": "person",
    "took": "take",
    "taken": "take",
    "given": "give",
    "gave": "give",
    "began": "begin",
    "begun": "begin",
    "fell": "fall",
    "fallen": "fall",
    "rose": "rise",
    "risen": "rise",
    "grew": "grow",
    "grown": "grow",
    "growth": "grow",
    "shrank": "shrink",
    "shrunk": "shrink",
    "lost": "lose",
    "loss": "lose",
    "losses": "lose",
    "bound": "bind",
    "bled": "bleed",
    "fed": "feed",
    "ate": "eat",
    "eaten": "eat",
    "drank": "drink",
    "led": "lead",
    "lay": "lie",
    "kept": "keep",
    "felt": "feel",
    "found": "find",
    "shown": "show",
    "seen": "see",
    "known": "know",
    "worn": "wear",
    "used": "use",
    "using": "use",
    "user": "use",
    "users": "use",
    "cured": "cure",
    "cures": "cure",
    "anaemic": "anemia",
    "anemic": "anemia",
    "dosage": "dose",
    "genetic": "gene",
    "muscular": "muscl",
    "shoulder": "shoulder",
    "shoulders": "shoulder",
    "evening": "evening",
    "evenings": "evening",
    "student": "student",
    "students": "student",
    "number": "number",
    "numbers": "number",
    "summer": "summer",
    "turner": "turner",
    "recipient": "recipient",
    "recipients": "recipient",
    "corner": "corner",
    "went": "go",
    "gone": "go",
    "spread": "spread",
    "born": "birth",
    "births": "birth",
    "died": "death",
    "dies": "death",
    "die": "death",
    "dying": "death",
    "deaths": "death",
    "dead": "death",
    "lives": "live",
    "life": "live",
    "diagnosis": "diagnos",
    "diagnoses": "diagnos",
    "diagnosed": "diagnos",
    "diagnostic": "diagnos",
    "metastases": "metastas",
    "metastasis": "metastas",
    "viruses": "virus",
    "viral": "virus",
    "bacterial": "bacteri",
    "bacteria": "bacteri",
    "bacterium": "bacteri",
    "analyses": "analys",
    "analysis": "analys",
    "therapies": "therap",
    "therapy": "therap",
    "causal": "caus",
    "vertebrae": "vertebra",
    "biopsies": "biopsy",
    "ovarian": "ovar",
    "ovary": "ovar",
    "ovaries": "ovar",
    "testicles": "testic",
    "surgical": "surg",
    "surgery": "surg",
    "surgeries": "surg",
    "absorption": "absorb",
    "reduction": "reduc",
    "pregnancy": "pregnan",
    "pregnancies": "pregnan",
    "pregnant": "pregnan",
    "fertility": "fertil",
    "renal": "kidney",
    "hepatic": "liver",
    "cardiac": "heart",
    "pulmonary": "lung",
}

_SUFFIXES = (
    "izational", "ization", "ational", "fulness", "ousness", "iveness", "ication", "ation",
    "atory", "ically", "ement", "ility", "ance", "ence", "ancy", "ency", "iness", "ness", "ment",
    "ious", "ical", "ized", "izing", "ially", "ity", "ive", "ion", "ial", "ous", "able", "ible",
    "ing", "edly", "ied", "ers", "ful", "est", "ant", "ent", "ary", "ate", "ed", "er", "or", "al",
    "ic", "ly", "en", "ar", "at", "y", "e", "i",
)  # fmt: skip
_SHORTEST = 4


@lru_cache(maxsize=16_384)
def base(word: str) -> str:
    """Return a word in the singular and in one spelling, and else as it is."""
    return _singular(_folded(word))


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """Return what the forms of a word have in common; a word of four letters keeps them all.

    It is light on purpose: two stems are compared, never shown.
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    folded = _folded(word)
    if folded in _IRREGULAR:
        return _IRREGULAR[folded]
    folded = _singular(folded)
    if len(folded) <= _SHORTEST:
        return folded
    for _ in range(3):
        folded = _undoubled(_bare(folded))
    return folded


def inflected(word: str) -> frozenset[str]:
    """Return the stems of a word's regular forms: a short one keeps its endings in some of them."""
    bare = word.removesuffix("e")
    doubled = word + word[-1] if word[-1] not in "aeiouwxy" and word[-2] in "aeiou" else bare
    forms = (f"{base}{end}" for base in (bare, doubled) for end in ("ed", "ing", "er", "est"))
    return frozenset(map(stem, (word, f"{word}s", *forms)))


def _folded(word: str) -> str:
    word = word.removesuffix("'s").replace("'", "")
    for british, american in _SPELLINGS:
        if british in word:
            word = word.replace(british, american)
    return word


def _singular(word: str) -> str:
    if len(word) > _SHORTEST and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) < _SHORTEST or not word.endswith("s") or word[-2] in "sui":
        return word
    return word[:-1]


def _bare(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST:
            return word[: -len(suffix)]
    return word


def _undoubled(word: str) -> str:
    if len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] not in "aeious":
        return word[:-1]
    return word
