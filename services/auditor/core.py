"""Decide whether a guarded answer may enter the decision log. Pure.

A decision is checked from three sides before it is kept: (1) against the record that carried it,
(2) against the signed document that it is about, (3) against what the log already holds.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caveat.errors import MalformedEvent, PermanentError, VerificationFailed
from caveat.model import AnswerGuarded, DecisionRecord, Verdict

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 1000

_LARGEST_NUMBER = 2**63 - 1
_LARGEST_VERSION = 1_000_000
_VERDICTS = frozenset(map(str, Verdict))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log: what it is found by, and the guard's bytes exactly as they came."""

    number: int
    question_id: str
    version: int
    verdict: str
    decided_at: str
    record: bytes
    jws: str
    document_sha256: str

    @property
    def decision(self) -> DecisionRecord:
        """What a reader of the log is given."""
        return DecisionRecord(self.number, self.question_id, self.version, self.record)


@dataclass(frozen=True, slots=True)
class Search:
    """Which decisions are wanted; an empty verdict means all."""

    verdict: str
    after: int
    limit: int


def entry_of(event: AnswerGuarded) -> Entry:
    """Make the entry of an answer whose signature holds.

    Raises MalformedEvent for a decision that cannot be read, VerificationFailed for one that is
    about something else than the signed document.
    """
    fields = _object(event.decision, "decision record")
    entry = Entry(
        number=_number(fields, "decision_number", _LARGEST_NUMBER),
        question_id=_text(fields, "question_id"),
        version=_number(fields, "version", _LARGEST_VERSION),
        verdict=_text(fields, "verdict"),
        decided_at=_text(fields, "decided_at"),
        record=event.decision,
        jws=event.jws,
        document_sha256=_text(fields, "document_sha256"),
    )
    if entry.verdict not in _VERDICTS or not _is_moment(entry.decided_at):
        raise MalformedEvent("the decision record's verdict or time cannot be read")
    _hold_to_record(entry, event)
    _hold_to_document(entry, _text(fields, "decision_id"), _object(event.document, "document"))
    return entry


def _hold_to_record(entry: Entry, event: AnswerGuarded) -> None:
    if (entry.question_id, entry.version) != (event.question_id, event.version):
        raise VerificationFailed("the decision is about another question or version")
    if entry.document_sha256 != hashlib.sha256(event.document).hexdigest():
        raise VerificationFailed("the decision is about another document")


def _hold_to_document(entry: Entry, decision_id: str, document: Mapping[str, Any]) -> None:
    # The signature covers the document only: it is what makes these fields of the record true.
    guard = document.get("guard")
    told = guard if isinstance(guard, dict) else {}
    signed = (document.get("question_id"), document.get("version"))
    if signed != (entry.question_id, entry.version):
        raise VerificationFailed("the signed document answers another question or version")
    if (told.get("decision_id"), told.get("verdict")) != (decision_id, entry.verdict):
        raise VerificationFailed("the signed document names another decision or verdict")


def refuse_conflict(entry: Entry, kept: Iterable[Entry]) -> None:
    """Pass a repeat of the same bytes; raise VerificationFailed for a second decision.

    `kept` is what the log holds under the entry's number, or under its question and version.
    """
    for other in kept:
        if other.record != entry.record:
            raise VerificationFailed(
                f"decision {entry.number} differs from decision {other.number}, "
                "which is kept for the same number or question and version"
            )


def search_of(verdict: str, after: int, limit: int) -> Search:
    """Hold a search to its bounds; a limit of 0 means the default. Raises PermanentError."""
    if verdict and verdict not in _VERDICTS:
        raise PermanentError(f"unknown verdict {verdict[:60]!r}; known: {', '.join(Verdict)}")
    if after < 0 or not 0 <= limit <= LARGEST_LIMIT:
        raise PermanentError(f"after is 0 or more, and limit 1 to {LARGEST_LIMIT}")
    return Search(verdict, after, limit or DEFAULT_LIMIT)


def page_within(decisions: Iterable[DecisionRecord], room: int) -> tuple[DecisionRecord, ...]:
    """Keep the first decisions whose records fit into `room` bytes, and always one."""
    page: list[DecisionRecord] = []
    for decision in decisions:
        room -= len(decision.record)
        if page and room < 0:
            break
        page.append(decision)
    return tuple(page)


# --- reading JSON --------------------------------------------------------------------------------


def _object(content: bytes, name: str) -> Mapping[str, Any]:
    try:
        parsed = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise MalformedEvent(f"the {name} is not JSON") from error
    if not isinstance(parsed, dict):
        raise MalformedEvent(f"the {name} is not a JSON object")
    return parsed


def _text(fields: Mapping[str, Any], name: str) -> str:
    found = fields.get(name)
    if not isinstance(found, str) or not found:
        raise MalformedEvent(f"the decision record's {name} is not text")
    return found


def _number(fields: Mapping[str, Any], name: str, largest: int) -> int:
    found = fields.get(name)
    # True is an int to Python.
    if not isinstance(found, int) or isinstance(found, bool) or not 1 <= found <= largest:
        raise MalformedEvent(f"the decision record's {name} is not a number from 1")
    return found


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
