"""The question and its route."""

from dataclasses import dataclass
from enum import StrEnum


class Disposition(StrEnum):
    """What becomes of a question after screening."""

    ANSWER = "answer"
    REFRAME = "reframe"
    EMERGENCY = "emergency"
    CRISIS = "crisis"
    HARMFUL = "harmful"
    OUT_OF_SCOPE = "out_of_scope"
    INJECTION = "injection"
    LANGUAGE = "language"


class Intent(StrEnum):
    """What a question wants to know."""

    AVAILABILITY = "availability"
    DEFINITION = "definition"
    SYMPTOMS = "symptoms"
    CAUSES = "causes"
    DIAGNOSIS = "diagnosis"
    OUTLOOK = "outlook"
    TREATMENT = "treatment"
    RISKS = "risks"
    TRIALS = "trials"
    SUPPORT = "support"
    PREVENTION = "prevention"
    GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Code:
    """A concept in a public terminology, such as NCIt or MeSH."""

    system: str
    code: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question is about."""

    label: str
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class RoutedQuestion:
    """A question with identifiers removed and a route chosen; `digest` is of the redacted text."""

    question_id: str
    text: str
    redacted: bool
    lang: str
    region: str
    audience: str
    asked_on: str
    topic: Topic | None
    intent: Intent
    disposition: Disposition
    search_text: str
    digest: str
