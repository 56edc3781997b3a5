"""A question in one spelling: lower case, no contractions, frequent slips mended. Pure.

Whoever is afraid or in a hurry does not spell well, so rules and the classifier look at this form.
Every place in it leads back to the words as they were written.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from caveat.plain import windows

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.?!;:,\n\u2026]")
_DECIMAL = re.compile(r"\d+[.,]\d+")

_SPELLINGS = {
    "im": "i am", "ive": "i have", "id": "i would", "iam": "i am", "wanna": "want to", "wana": "want to",
    "gonna": "going to", "gunna": "going to", "gotta": "have to", "lemme": "let me", "dunno": "do not know",
    "cant": "cannot", "can't": "cannot", "won't": "will not", "wont": "will not",
    "dont": "do not", "doesnt": "does not", "didnt": "did not", "isnt": "is not", "wasnt": "was not",
    "arent": "are not", "hasnt": "has not", "havent": "have not", "couldnt": "could not",
    "wouldnt": "would not", "shouldnt": "should not", "aint": "is not", "ain't": "is not",
    "hes": "he is", "shes": "she is", "theyre": "they are", "youre": "you are", "thats": "that is",
    "whats": "what is", "let's": "let us", "its": "it is", "u": "you", "ur": "your", "r": "are", "n": "and",
    "pls": "please", "plz": "please", "bc": "because", "cuz": "because", "coz": "because",
    "rn": "right now", "2nite": "tonight", "tonite": "tonight", "tonit": "tonight", "nite": "night",
    "tmrw": "tomorrow", "4ever": "forever", "nomore": "no more", "anymore": "any more", "alot": "a lot",
    "shud": "should", "wud": "would", "cud": "could", "jus": "just", "evry": "every", "wen": "when",
    "bcuz": "because", "abt": "about", "ppl": "people", "evryone": "everyone", "evry1": "everyone",
    "every1": "everyone", "no1": "nobody", "some1": "someone", "lief": "life", "lif": "life", "hart": "heart",
    "ded": "dead", "pils": "pills", "meds": "medicines", "tabs": "tablets", "mums": "mum", "thinkin": "thinking",
    "takin": "taking", "killin": "killing", "jumpin": "jumping", "goin": "going", "sayin": "saying",
    "endin": "ending", "cuttin": "cutting", "kms": "kill myself", "unalive": "kill", "unaliving": "killing",
    "od": "overdose", "oding": "overdosing", "selfharm": "self harm", "selfharmed": "self harmed",
    "suger": "sugar", "pane": "pain", "feaver": "fever", "stif": "stiff", "brething": "breathing",
    "bleech": "bleach", "sweling": "swelling", "swoling": "swelling", "coff": "cough", "caugh": "cough",
    "coffing": "coughing", "bleading": "bleeding", "strok": "stroke", "unconshus": "unconscious",
    "unconcious": "unconscious", "anafilaxis": "anaphylaxis", "anaphalaxis": "anaphylaxis", "redy": "ready",
    "suiside": "suicide", "sucide": "suicide", "sucidal": "suicidal", "suisidal": "suicidal", "mom": "mum",
    "mommy": "mum", "daddy": "dad", "kiero": "quiero", "aserme": "hacerme", "yr": "year",
}  # fmt: skip

# Words that must be recognised although a letter is missing, doubled, wrong or swapped.
_KEYS = [
    "suicide",
    "suicidal",
    "overdose",
    "overdosed",
    "breathe",
    "breathing",
    "breath",
    "breaths",
    "chest",
    "seizure",
    "seizures",
    "stroke",
    "unconscious",
    "unresponsive",
    "bleeding",
    "vomiting",
    "vomited",
    "swallowed",
    "allergic",
    "allergy",
    "reaction",
    "anaphylaxis",
    "choking",
    "collapsed",
    "fainted",
    "headache",
    "swelling",
    "swollen",
    "pregnant",
    "insulin",
    "prescription",
    "ignore",
    "instructions",
    "previous",
    "disregard",
    "guidelines",
    "system",
    "prompt",
    "bleach",
    "battery",
    "throat",
    "severe",
    "sudden",
    "suddenly",
    "tongue",
    "poison",
    "poisoned",
    "slurred",
    "temperature",
    "attack",
    "accident",
    "symptoms",
    "myself",
    "breathless",
    "convulsions",
    "tylenol",
    "paracetamol",
    "forever",
    "tonight",
    "anything",
    "everything",
    "unrestricted",
]
# Words that are spelled as they should be, and only look like one of those.
_NOT_KEYS = frozenset(
    [
        "strike",
        "strikes",
        "stroked",
        "strokes",
        "stoke",
        "prompts",
        "prompted",
        "vomits",
        "vomit",
        "breathes",
        "breathed",
        "breather",
        "breadth",
        "chests",
        "crest",
        "cheat",
        "chess",
        "attacks",
        "attach",
        "reactions",
        "allergies",
        "poisons",
        "systems",
        "accidents",
        "symptom",
        "batteries",
        "tonights",
        "throats",
        "severed",
        "several",
        "seven",
        "tongues",
    ]
)
_LEET = str.maketrans("013457@$", "oieastas")


def _deletions(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))} | {word}


def _neighbours() -> dict[str, str]:
    near: dict[str, str] = {}
    for key in _KEYS:
        for form in _deletions(key):
            near.setdefault(form, key)
    return near | {key: key for key in _KEYS}


_NEAR = _neighbours()


def _mended(word: str) -> str:
    """Give a word its usual spelling, or back as it is."""
    if found := _SPELLINGS.get(word):
        return found
    if word.endswith("n't"):
        return f"{word[:-3]} not"
    for ending, full in (("'m", " am"), ("'ve", " have"), ("'ll", " will"), ("'d", " would"), ("'re", " are"), ("'s", " is")):  # fmt: skip
        if word.endswith(ending):
            return word[: -len(ending)] + (full if ending != "'s" or _is_pronoun(word) else "")
    if any(c.isdigit() for c in word) and any(c.isalpha() for c in word):
        plain = word.translate(_LEET)
        return plain if plain in _NEAR else word
    return _key_of(word)


def _is_pronoun(word: str) -> bool:
    return word[:-2] in ("he", "she", "it", "that", "what", "there", "who", "here", "where")


def _key_of(word: str) -> str:
    """Find the key that a word is one slip away from."""
    if len(word) < 5 or word in _NOT_KEYS or word in _KEYS:
        return word
    for form in (word, *_deletions(word)):
        key = _NEAR.get(form)
        if key and key[0] == word[0] and abs(len(key) - len(word)) <= 1 and _one_slip(word, key):
            return key
    return word


def _one_slip(word: str, key: str) -> bool:
    """Tell whether one letter is missing, added or wrong, or two neighbours are swapped."""
    start = 0
    while start < min(len(word), len(key)) and word[start] == key[start]:
        start += 1
    a, b = word[start:], key[start:]
    if len(a) != len(b):
        return a[1:] == b if len(a) > len(b) else a == b[1:]
    return a[1:] == b[1:] or (a[2:] == b[2:] and a[:2] == b[1::-1])


@dataclass(frozen=True, slots=True)
class Reading:
    """The mended text; `places` has, for each of its words, where it begins here and there."""

    text: str
    places: tuple[tuple[int, int, int], ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Map a span of the mended text to the text that was read."""
        firsts = [place[0] for place in self.places]
        first = max(0, bisect_right(firsts, start) - 1)
        last = max(first, bisect_right(firsts, max(start, end - 1)) - 1)
        return self.places[first][1], self.places[last][2]

    def search(self, pattern: re.Pattern[str]) -> tuple[int, int] | None:
        """Find a pattern; long texts are searched in overlapping parts, so the cost is linear."""
        for begin, part in windows(self.text, 1024, 512):
            if match := pattern.search(part):
                return begin + match.start(), begin + match.end()
        return None


def read(text: str) -> Reading:
    """Read a text that was normalised."""
    pieces: list[str] = []
    places: list[tuple[int, int, int]] = []
    at = 0
    for start, end, word in _tokens(text):
        places.append((at, start, end))
        pieces.append(word)
        at += len(word) + 1
    return Reading(" ".join(pieces), tuple(places))


def _tokens(text: str) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    end = 0
    for match in _TOKEN.finditer(text):
        if match.start() < end:
            continue
        if number := _DECIMAL.match(text, match.start()):
            match = number
        end = match.end()
        word = match.group().lower()
        found.append((match.start(), end, ";" if word == "\n" else _mended(word)))
    return found
