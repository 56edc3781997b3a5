"""The topics that questions are tagged with, their public codes, and abbreviations. Pure.

Diseases come before treatments: a question about both is filed under the disease.
"""

import re
from dataclasses import dataclass

from caveat.model import Code, Topic


@dataclass(frozen=True, slots=True)
class Entry:
    """A topic, the words that show it, and the words that a search should look for too."""

    topic: Topic
    pattern: re.Pattern[str]
    expansion: str = ""


def _entry(label: str, words: str, expansion: str = "", **codes: str) -> Entry:
    named = tuple(Code(system, code) for system, code in codes.items())
    return Entry(Topic(label, named), re.compile(rf"\b(?:{words})\b", re.IGNORECASE), expansion)


# A transplant of one of these is another treatment.
_NO_ORGAN = "".join(
    rf"(?<!\b{organ} )"
    for organ in ("kidney", "liver", "heart", "lung", "organ", "hair", "cornea", "corneal", "islet")
)

TOPICS: tuple[Entry, ...] = (
    _entry("Myelodysplastic syndromes (MDS)", r"mds|myelodysplas\w+", "myelodysplastic syndromes", NCIt="C3247", MeSH="D009190"),
    _entry("Acute myeloid leukemia (AML)", r"aml|acute myelo(?:id|genous) leuk(?:a)?emia", "acute myeloid leukemia", NCIt="C3171", MeSH="D015470"),
    _entry("Graft-versus-host disease (GVHD)", r"gvhd|graft[- ]versus[- ]host(?: disease)?", "graft-versus-host disease", MeSH="D006086"),
    _entry("Iron-deficiency anemia", r"(?-i:IDA)|iron[- ]deficien\w+", "iron deficiency anemia", MeSH="D018798"),
    _entry("Type 2 diabetes", r"t2d(?:m)?|type (?:2|ii|two) diabetes", "type 2 diabetes", MeSH="D003924"),
    _entry("CAR T-cell therapy", r"car[- ]?t(?:[- ]cells?)?|chimeric antigen receptor\w*", "CAR T-cell therapy"),
    _entry("Stem cell transplantation", rf"hsct|allo[- ]?(?:hct|sct)|sct|bmt|(?:stem cell|bone marrow) transplant\w*|{_NO_ORGAN}transplant\w*", "stem cell transplant", MeSH="D018380"),
    _entry("Hypomethylating agents", r"hmas?|hypomethylating agents?", "hypomethylating agents azacitidine decitabine"),
    _entry("Azacitidine", r"azacitidine|vidaza|onureg", "azacitidine"),
    _entry("Decitabine", r"decitabine|dacogen", "decitabine"),
    _entry("Luspatercept", r"luspatercept|reblozyl", "luspatercept"),
    _entry("Imetelstat", r"imetelstat|rytelo", "imetelstat"),
    _entry("Lenalidomide", r"lenalidomide|revlimid", "lenalidomide"),
    _entry("Ivosidenib", r"ivosidenib|tibsovo", "ivosidenib"),
    _entry("Erythropoiesis-stimulating agents (ESAs)", r"esas?|epoetin|darbepoetin|erythropoiesis[- ]stimulating agents?", "erythropoiesis-stimulating agents"),
    _entry("Cytokine release syndrome", r"crs|cytokine release(?: syndrome)?", "cytokine release syndrome"),
    _entry("Nervous system effects of CAR T-cell therapy", r"icans", "ICANS"),
    _entry("Clinical trials", r"clinical trials?|trials?", "clinical trials", MeSH="D002986"),
    _entry("Palliative care", r"palliative(?: care)?", "palliative care"),
)  # fmt: skip


def tag(text: str) -> Topic | None:
    """Return the first topic that a text shows."""
    return next((entry.topic for entry in TOPICS if entry.pattern.search(text)), None)


# Names that sources do not use. A search would look for these words in vain, so they give way.
_SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), plain)
    for pattern, plain in (
        (r"\brytelo\b", "imetelstat"),
        (r"\breblozyl\b", "luspatercept"),
        (r"\brevlimid\b", "lenalidomide"),
        (r"\btibsovo\b", "ivosidenib"),
        (r"\b(?:vidaza|onureg)\b", "azacitidine"),
        (r"\bdacogen\b", "decitabine"),
        (r"\bdel ?\(?5q\)?|\b5q-(?!\w)", "deletion 5q"),
    )
)


def expand(text: str) -> str:
    """Write a text for the search: names as sources use them, abbreviations with full names."""
    plain = text
    for pattern, name in _SPELLINGS:
        plain = pattern.sub(name, plain)
    added = [
        entry.expansion
        for entry in TOPICS
        if entry.expansion
        and entry.pattern.search(text)
        and entry.expansion.casefold() not in plain.casefold()
    ]
    return " ".join([plain, *added])
