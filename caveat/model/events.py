"""What has happened: one class for each topic of caveat.pipeline."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from caveat.model.draft import Draft
from caveat.model.passage import Evidence, SourceType
from caveat.model.question import RoutedQuestion
from caveat.model.verdict import ConclusionCode, Rendering


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """What a person asked, as typed. Only the router reads it."""

    question_id: str
    text: str
    lang: str = ""
    region: str = ""
    audience: str = "patient"
    client: str = ""
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class QuestionRouted:
    """The router has redacted a question and sent it on."""

    question: RoutedQuestion

    @property
    def question_id(self) -> str:
        """The key of the record."""
        return self.question.question_id


@dataclass(frozen=True, slots=True)
class EvidenceRetrieved:
    """The retriever has found what a draft may rest on."""

    question: RoutedQuestion
    evidence: Evidence

    @property
    def question_id(self) -> str:
        """The key of the record."""
        return self.question.question_id


@dataclass(frozen=True, slots=True)
class AnswerDrafted:
    """The generator has composed a draft; it carries the evidence record unchanged."""

    question: RoutedQuestion
    evidence: Evidence
    draft: Draft

    @property
    def question_id(self) -> str:
        """The key of the record."""
        return self.question.question_id


@dataclass(frozen=True, slots=True)
class QuestionConcluded:
    """An early end of a question. It holds no free text."""

    question_id: str
    code: ConclusionCode
    stage: str
    lang: str = ""
    region: str = ""
    audience: str = "patient"
    asked_on: str = ""
    corpus_version: str = ""
    kinds_searched: tuple[SourceType, ...] = ()
    nearest_passage_ids: tuple[str, ...] = ()
    digest: str = ""

    @classmethod
    def of(
        cls,
        question: RoutedQuestion,
        code: ConclusionCode,
        stage: str,
        *,
        evidence: Evidence | None = None,
        nearest_passage_ids: tuple[str, ...] = (),
    ) -> "QuestionConcluded":
        """Conclude a routed question; `evidence` is what was searched, where there was a search."""
        return cls(
            question_id=question.question_id,
            code=code,
            stage=stage,
            lang=question.lang,
            region=question.region,
            audience=question.audience,
            asked_on=question.asked_on,
            corpus_version=evidence.corpus_version if evidence else "",
            kinds_searched=evidence.kinds_searched if evidence else (),
            nearest_passage_ids=nearest_passage_ids,
            digest=question.digest,
        )


@dataclass(frozen=True, slots=True)
class AnswerGuarded:
    """A decided and signed answer. Its bytes are opaque: nothing re-encodes them."""

    question_id: str
    version: int
    document: bytes
    jws: str
    decision: bytes
    decision_jws: str = ""


@dataclass(frozen=True, slots=True)
class AnswerPublished:
    """A verified answer with its presentations."""

    question_id: str
    version: int
    answer_id: str
    document: bytes
    jws: str
    renderings: tuple[Rendering, ...]


@dataclass(frozen=True, slots=True)
class ProgressMade:
    """A stage has completed its part of a question; `seq` is the fixed rank of the stage."""

    question_id: str
    stage: str
    seq: int
    at: datetime
    counts: Mapping[str, int] = field(default_factory=dict)
