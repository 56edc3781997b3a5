"""Findings, verdicts and decisions."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The guard's judgement of a whole answer."""

    PASS = "pass"
    PASS_WITH_EDITS = "pass_with_edits"
    REFUSE = "refuse"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"
    FAILED = "failed"


class Severity(StrEnum):
    """How grave a finding is."""

    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


class Action(StrEnum):
    """What a finding does to its sentence or answer."""

    WARN = "warn"
    DROP = "drop"
    REDRAFT = "redraft"
    REFUSE = "refuse"


class ConclusionCode(StrEnum):
    """Why a question ended without an answer of its own."""

    EMERGENCY = "emergency"
    CRISIS = "crisis"
    HARMFUL = "harmful"
    OUT_OF_SCOPE = "out_of_scope"
    INJECTION = "injection"
    LANGUAGE = "language"
    POLICY = "policy"
    NOTHING_FOUND = "nothing_found"
    TOO_LITTLE_LEFT = "too_little_left"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One objection; `sentence` is empty when it is about the whole."""

    rule_id: str
    severity: Severity
    action: Action
    sentence: str
    start: int
    end: int
    message: str


@dataclass(frozen=True, slots=True)
class Rendering:
    """One presentation of a signed answer."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One decision of the guard as it was recorded, numbered from 1."""

    number: int
    question_id: str
    version: int
    record: bytes
    jws: str = ""


class LeafKind(StrEnum):
    """What a leaf of the audit log is about."""

    DECISION = "decision"
    OPERATION = "operation"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry of the audit log, counted from 0; `content` is what the tree is made over."""

    index: int
    kind: LeafKind
    content: bytes
    jws: str = ""
