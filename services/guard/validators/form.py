"""form.*: a draft is of a size that can be judged, and its sentences are of a form that reads well."""

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from services.guard.examination import OVERSIZE, Examination, Hit, Statement

SHOUTING, FIRST_PERSON, LONG, READABILITY = (
    "form.shouting",
    "form.first_person",
    "form.long_sentence",
    "form.readability",
)
RULES = (OVERSIZE, SHOUTING, FIRST_PERSON, LONG, READABILITY)

# What the policy must set for the rules, in code points, pieces, words or years of school.
THRESHOLDS = ("sentences", "citations", "draft_characters", "sentence_characters")
THRESHOLDS_OF_RULE = {
    OVERSIZE: THRESHOLDS,
    LONG: ("words",),
    READABILITY: ("grade", "fewest_words"),
}

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+){0,6}")
_SHOUTED = re.compile(r"(?:\b[A-Z]{2,}(?:'[A-Z]+)?\b[ ,]{1,2}){2,}[A-Z]{2,}\b")
_FIRST_PERSON = re.compile(
    r"\b(?:I|I'm|I've|I'd|I'll|[Mm]yself|[Mm]y|[Ww]e|[Ww]e're|[Ww]e've|[Ww]e'll|[Oo]ur|[Oo]urs|[Mm]e|[Uu]s)\b(?![.-]\w)"
)
# Quoted speech, and numerals: "type I", "stage I", "phase I/II".
_QUOTED = re.compile(r"[\"\u201c][^\"\u201d]{0,400}[\"\u201d]")
_NUMERAL = re.compile(
    r"\b(?:type|stage|phase|class|grade|group|factor|level|bipolar|angiotensin|tier|part|category|mps|complex|collagen|interferon|vitamin) I\b|\bI(?=[/)\u2013-]|,? (?:and|or|to) I)",
    re.IGNORECASE,
)
_VOWELS = re.compile(r"[aeiouy\u00e0-\u00ff]+")
_MANY_SYLLABLES = 3
_LEAST_LETTERS = 3  # of a word that can shout; shorter ones are abbreviations


def check(examination: Examination) -> Iterator[Hit]:
    """Report what was measured; a draft that is too large as a whole has no sentences here."""
    if examination.oversize:
        yield Hit(OVERSIZE, examination.oversize)
    for statement in examination.statements:
        if statement.oversize:
            yield statement.hit(OVERSIZE, "is longer than a sentence may be")
        else:
            yield from _style(statement, examination)
    yield from _readability(examination)


def _style(statement: Statement, examination: Examination) -> Iterator[Hit]:
    text = statement.analysis.text
    if _shouts(text):
        yield statement.hit(SHOUTING, "is written in capitals or with marks of excitement")
    if statement.kind != "question" and _speaks_of_itself(text):
        yield statement.hit(FIRST_PERSON, "speaks of itself")
    words = len(text.split())
    if words > examination.policy.threshold(LONG, "words"):
        yield statement.hit(LONG, f"has {words} words")


def _speaks_of_itself(text: str) -> bool:
    if not _FIRST_PERSON.search(text):
        return False
    return _FIRST_PERSON.search(_NUMERAL.sub("", _QUOTED.sub("", text))) is not None


def _shouts(text: str) -> bool:
    """Tell whether words are shouted; abbreviations, and codes beside each other, do not."""
    if "!!" in text or "?!" in text:
        return True
    run = _SHOUTED.search(text)
    if run is None:
        return False
    words = [word for word in _WORD.findall(run.group()) if len(word) >= _LEAST_LETTERS]
    return sum(_syllables(word.lower()) > 1 or len(word) > 4 for word in words) > 1


def _readability(examination: Examination) -> Iterator[Hit]:
    """Measure the page as a whole: one long sentence among short ones reads well."""
    texts = [s.analysis.text for s in examination.statements if not s.oversize and s.needs_citation]
    policy = examination.policy
    words = [word for text in texts for word in _WORD.findall(text)]
    if len(words) < policy.threshold(READABILITY, "fewest_words"):
        return
    measured = grade(texts)
    if measured > policy.threshold(READABILITY, "grade"):
        yield Hit(READABILITY, f"the page reads at grade {measured:.0f}")


def grade(texts: Sequence[str]) -> float:
    """Return McLaughlin's SMOG grade of sentences: the years of school that reading them takes."""
    if not texts:
        return 0.0
    long_words = sum(
        _syllables(word.lower()) >= _MANY_SYLLABLES
        for text in texts
        for word in _WORD.findall(text)
    )
    return 3.1291 + 1.0430 * math.sqrt(long_words * 30 / len(texts))


@lru_cache(maxsize=1 << 14)
def _syllables(word: str) -> int:
    """Count the syllables of an English word by its groups of vowels, but for silent endings."""
    count = len(_VOWELS.findall(word))
    if (
        word.endswith(("es", "ed"))
        and not word.endswith(("ted", "ded", "ses", "zes", "ces", "ges"))
    ) or (word.endswith("e") and not word.endswith(("le", "ee", "ie", "oe", "ye"))):
        count -= 1
    count += len(re.findall(r"i[ao]|eo|ua(?!l)", word.replace("tio", "o").replace("cia", "a")))
    return max(1, count)
