"""The corpus: sources, passages, and the evidence for one question."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SourceType(StrEnum):
    """What kind of text a source is."""

    GUIDELINE = "guideline"
    LABEL = "label"
    DEMONSTRATION_NOTE = "demonstration_note"
    SYSTEMATIC_REVIEW = "systematic_review"
    TRIAL_REPORT = "trial_report"
    TRIAL_REGISTRY = "trial_registry"
    PATIENT_SUMMARY = "patient_summary"
    REVIEW = "review"
    REGULATOR_PAGE = "regulator_page"
    PATIENT_RECORD = "patient_record"
    NEWS_REPORT = "news_report"


@dataclass(frozen=True, slots=True)
class RestsOn:
    """The public source behind a demonstration note, with the date as it was seen."""

    title: str
    publisher: str
    type: SourceType
    dated: str


@dataclass(frozen=True, slots=True)
class Source:
    """A stored text with its provenance; `tier` is 1 (strongest) to 4."""

    source_id: str
    type: SourceType
    title: str
    publisher: str
    url: str
    updated_on: str | None
    retrieved_at: datetime
    licence: str
    text_sha256: str
    tier: int
    retracted: bool = False
    rests_on: RestsOn | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of a source's stored text, beginning at code point `start` of it."""

    passage_id: str
    source_id: str
    heading: str
    facet: str
    text: str
    start: int
    subject: str


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage found by a search; the best hit of the search has 1000."""

    passage: Passage
    score_permille: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Every passage that a draft may rest on, best first, with its sources.

    `definitions` say what words in the passages mean.
    """

    corpus_version: str
    kinds_searched: tuple[SourceType, ...]
    passages: tuple[RankedPassage, ...]
    sources: tuple[Source, ...]
    as_of: str
    definitions: tuple[Passage, ...] = ()

    @property
    def citable(self) -> tuple[Passage, ...]:
        """Every passage that a sentence may rest on: those found, and the definitions."""
        return (*(ranked.passage for ranked in self.passages), *self.definitions)
