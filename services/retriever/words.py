"""The words of a text as the index counts them: one spelling for what people spell in many ways."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from caveat.model import Passage

MOST_CONCEPTS = 64

Analyze = Callable[[str], Sequence[str]]
"""Splits a text into stems."""

_APOSTROPHE = re.compile(r"(?<=\w)['\u2019](?=\w)")
_NOT_A_WORD = re.compile(r"[\W_]+")
_CAR_T = re.compile(r"\bcar t(?=s?\b)")
_BRITISH = tuple(
    (re.compile(pattern), american)
    for pattern, american in (
        (r"aemi", "emi"),
        (r"haem", "hem"),
        (r"oedema", "edema"),
        (r"oesoph", "esoph"),
        (r"paed", "ped"),
        (r"rrhoea", "rrhea"),
        (r"tumour", "tumor"),
    )
)

# Words of questions, not of what they are about. Single letters left over from "T-cell" are noise.
_STOP_WORDS = """
a about after again all also am an and any anyone are as at be because been before being between
both but by can cannot could did do does doesnt doing dont during each else ever every explain few
find for from further get give had has have having he help helps her here hers him his how i if im
in information into is isnt it its ive just kind know least like long lot made make many may me
mean means might more most much must my need no nor not now of off often on once one only or other
our out over own people please s same shall she should so some someone something such t tell than
that the their them then there these they thing things this those through to too under until up use
used using usually very want was way we were what whats when where which while who whom whose
will with would you your
"""

# Spellings of one thing, the short name first. A query with one of them finds the others, and no
# longer finds their single words: list only what texts spell out or abbreviate whole.
_SPELLINGS = (
    ("cart", "chimeric antigen receptor"),
    ("mds", "myelodysplastic syndrome", "myelodysplastic neoplasm"),
    ("gvhd", "graft versus host disease", "graft vs host disease"),
    ("aml", "acute myeloid leukemia", "acute myelogenous leukemia"),
    ("cll", "chronic lymphocytic leukemia"),
    ("cml", "chronic myeloid leukemia", "chronic myelogenous leukemia"),
    ("copd", "chronic obstructive pulmonary disease"),
    ("uti", "urinary tract infection"),
    ("ibs", "irritable bowel syndrome"),
    ("als", "amyotrophic lateral sclerosis"),
    ("hiv", "human immunodeficiency virus"),
)

# Words for a side of a thing that is asked about, again with their spellings. A passage about
# another thing answers nothing, however much it says about the same side.
_ASPECTS = (
    ("available", "availability", "approved", "approval"),
    ("cause", "reason", "why"),
    ("cost", "price"),
    ("definition",),
    ("diagnosis", "diagnose"),
    ("medicine", "medication", "drug"),
    ("outlook", "prognosis", "survival", "survive", "life expectancy", "live longer"),
    ("prevention", "prevent"),
    ("risk", "danger"),
    ("side effect", "adverse effect", "adverse reaction", "adverse event"),
    ("symptom", "sign"),
    ("treatment", "treat"),
)

# Words under which a facet may be asked for, besides its own name.
_FACET_WORDS = {"what_it_is": "definition", "status": "status available"}


@dataclass(frozen=True, slots=True)
class QueryConcept:
    """Something a query asks about: its name, and its spellings as sequences of stems."""

    name: str
    spellings: tuple[tuple[str, ...], ...]
    is_aspect: bool = False

    def is_held_by(self, stems: str) -> bool:
        """Tell whether one of the spellings occurs among stems set apart by blanks."""
        return any(f" {' '.join(spelling)} " in stems for spelling in self.spellings)


def plain(text: str) -> str:
    """Lower the case, split at hyphens, and spell CAR-T, accents and British words one way."""
    lowered = unicodedata.normalize("NFKD", text).casefold()
    unaccented = "".join(c for c in lowered if not unicodedata.combining(c))
    spaced = _NOT_A_WORD.sub(" ", _APOSTROPHE.sub("", unaccented)).strip()
    for pattern, american in _BRITISH:
        spaced = pattern.sub(american, spaced)
    return _CAR_T.sub("cart", spaced)


def searchable(passage: Passage) -> tuple[str, str, str]:
    """Return what is indexed of a passage: heading, subject and text, in plain words."""
    facet = _FACET_WORDS.get(passage.facet, passage.facet)
    return plain(f"{facet} {passage.heading}"), plain(passage.subject), plain(passage.text)


class Vocabulary:
    """Reads texts as stems, and queries and subjects as concepts."""

    def __init__(self, analyze: Analyze) -> None:
        self._analyze = analyze
        self._stop = frozenset(analyze(" ".join(_STOP_WORDS.split())))
        self._known = (
            *(self._group(spellings, is_aspect=False) for spellings in _SPELLINGS),
            *(self._group(spellings, is_aspect=True) for spellings in _ASPECTS),
        )
        # Most hits of a query share a few subjects.
        self._subject_names = lru_cache(maxsize=512)(
            lambda subject: frozenset(concept.name for concept in self.concepts(subject))
        )

    def _group(self, spellings: Iterable[str], *, is_aspect: bool) -> QueryConcept:
        stems = tuple(tuple(self._analyze(spelling)) for spelling in spellings)
        return QueryConcept(" ".join(stems[0]), stems, is_aspect)

    def stems(self, *fields: str) -> str:
        """Write plain texts as stems set apart by blanks; no phrase reaches over two fields."""
        return " " + " | ".join(" ".join(self._analyze(field)) for field in fields) + " "

    def concepts(self, text: str) -> tuple[QueryConcept, ...]:
        """Read what a text asks about, each thing once: known spellings first, then the words."""
        # Two blanks, so that a spelling that has just been taken out leaves the next one its own.
        stems = self.stems(plain(text)).replace(" ", "  ")
        found: dict[str, QueryConcept] = {}
        for concept in self._known:
            for spelling in concept.spellings:
                needle = f" {'  '.join(spelling)} "
                if needle in stems:
                    found[concept.name] = concept
                    stems = stems.replace(needle, " | ")
        for stem in stems.replace("|", " ").split():
            if stem not in self._stop:
                found.setdefault(stem, QueryConcept(stem, ((stem,),)))
        return tuple(found.values())[:MOST_CONCEPTS]

    def names_subject(self, asked: Collection[str], subject: str) -> bool:
        """Tell whether the concepts asked about include all that a subject consists of."""
        named = self._subject_names(subject)
        return bool(named) and named <= frozenset(asked)
