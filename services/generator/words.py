"""Reduce texts to the words that carry them; two spellings of a thing count as one. Pure."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")

# Several spellings of one thing become one word, which counts once.
_SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), f" {name} ")
    for pattern, name in (
        (
            r"\b(?:car[\s-]?t\b|chimeric antigen receptors?(?: t\b)?)(?:[\s-]cells?\b)?"
            r"(?: therap(?:y|ies)\b)?",
            "cart",
        ),
        (r"\bmyelodysplastic (?:syndrome|neoplasm)s?\b", "mds"),
        (r"\bacute myelo(?:id|genous) leuka?emia\b", "aml"),
        (r"\bgraft[\s-]versus[\s-]host(?: disease)?\b", "gvhd"),
        (r"\berythropoiesis[\s-]stimulating agents?\b", "esa"),
        (
            r"\b(?:allogeneic |donor )?(?:stem cell|bone marrow) transplant(?:s|ation)?\b",
            "transplant",
        ),
        (r"\b(high|low)(?:er)?[\s-]risk\b(?! (?:of|for)\b)", r"\1risk"),
        (r"\bside[\s-]effects?\b", "sideeffect"),
        (r"\blife expectancy\b", "lifeexpectancy"),
        (r"\btype (?:2|ii|two) diabetes\b", "type2 diabetes"),
        (r"\b\d{1,3}[\s-]years?[\s-]old\b", ""),
        (r"\b(?:old(?:er)?|aged|elderly)\b", "age"),
        (r"\b(?:search(?:es)?|lists?)\b", "find"),
        (r"\bused\b", "use"),
        (r"\bcur(?:ed|es|able)\b", "cure"),
        (r"\b(?:pays?|paid|costs?|cover(?:s|ed|age)?|insurance)\b", "cost"),
        (r"\b(?:available|availability|approv(?:es?|als?)|licen[cs]ed)\b", "approved"),
    )
)

_STOP = frozenset(
    ["a", "about", "after", "all", "also", "am", "an", "and", "any", "anyone", "are", "as", "at",
     "be", "because", "been", "being", "best", "better", "but", "by", "can", "could", "dad",
     "daughter", "did", "do", "doctor", "does", "father", "for", "from", "get", "good", "had",
     "has", "have", "he", "hello", "help", "her", "hi", "his", "how", "husband", "i", "if", "in",
     "into", "is", "it", "its", "just", "know", "like", "may", "me", "mom", "more", "most",
     "mother", "mum", "my", "need", "no", "not", "of", "on", "or", "our", "out", "people", "person",
     "please", "she", "should", "so", "some", "someone", "son", "such", "tell", "than", "thank",
     "thanks", "that", "the", "their", "them", "there", "these", "they", "this", "those", "to",
     "told", "up", "want", "was", "we", "were", "what", "when", "where", "which", "who", "wife",
     "will", "with", "work", "works", "would", "year", "you", "your"]
)  # fmt: skip

# Words that many sources share: alone they do not show what a text is about.
_COMMON = frozenset(
    ["adult", "common", "condition", "disease", "disorder", "illness", "new", "patient", "syndrome"]
)

# Words that carry a question along without naming anything: nobody looks for them in a source.
FAINT = frozenset(
    ["actually", "available", "big", "bring", "come", "compare", "consider", "describe",
     "difference", "different", "do", "done", "early", "eligible", "ever", "everything", "explain",
     "feel", "find", "first", "follow", "get", "give", "given", "go", "happen", "high", "important",
     "information", "kind", "large", "learn", "let", "life", "live", "long", "look", "low", "main",
     "make", "many", "mean", "much", "name", "new", "normally", "now", "offer", "often", "option",
     "part", "place", "possible", "put", "question", "really", "right", "say", "see", "show",
     "small", "sort", "start", "still", "stop", "take", "thing", "think", "time", "today", "try",
     "turn", "type", "understand", "usual", "usually", "way", "well", "wonder", "wrong"]
)  # fmt: skip


def terms(text: str) -> list[str]:
    """Reduce a text to the words that carry it, in a simple common form."""
    plain = text.casefold()
    for pattern, name in _SPELLINGS:
        plain = pattern.sub(name, plain)
    return [_stem(word) for word in _WORD.findall(plain) if word not in _STOP]


def things(words: Iterable[str], aspects: frozenset[str]) -> frozenset[str]:
    """Choose the words that name what a question is about, not the side of it that it asks for."""
    return frozenset(words) - aspects - _COMMON


def _stem(word: str) -> str:
    if word.endswith(("ss", "is", "us")):
        return word
    for ending, put in (("ies", "y"), ("sses", "ss"), ("s", "")):
        stem = word.removesuffix(ending) + put
        if word.endswith(ending) and len(stem) >= 3:
            return stem
    return word
