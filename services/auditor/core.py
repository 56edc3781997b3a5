"""Decide what may enter the audit log, and what a leaf's content says. Pure.

A decision is checked from three sides before it is kept: (1) against the record that carried it,
(2) against the signed document that it is about, (3) against what the log already holds.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from caveat.errors import MalformedEvent, PermanentError, VerificationFailed
from caveat.model import AnswerGuarded, DecisionRecord, Leaf, Verdict

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 1000
OPERATION = "caveat/operation/1"

_LARGEST_NUMBER = 2**53 - 1
_LARGEST_VERSION = 1_000_000
_VERDICTS = frozenset(map(str, Verdict))
_KIND = re.compile(r"[a-z][a-z_]{0,30}(\.[a-z][a-z_]{0,30}){0,2}")
_DETAIL = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MOST_DETAILS, _LONGEST_DETAIL, _LONGEST_OPERATOR = 32, 256, 120


@dataclass(frozen=True, slots=True)
class Entry:
    """A decision for the log: what it is found by, and the guard's bytes exactly as they came."""

    number: int
    question_id: str
    version: int
    verdict: str
    decided_at: str
    record: bytes
    jws: str

    @property
    def decision(self) -> DecisionRecord:
        """What a reader of the log is given."""
        return DecisionRecord(self.number, self.question_id, self.version, self.record, self.jws)


@dataclass(frozen=True, slots=True)
class Search:
    """Which decisions are wanted; an empty verdict means all."""

    verdict: str
    after: int
    limit: int


def entry_of(event: AnswerGuarded) -> Entry:
    """Make the entry of an answer whose signatures hold.

    Raises MalformedEvent for a decision that cannot be read, VerificationFailed for one that is
    about something else than the signed document.
    """
    fields = _object(event.decision, "decision record")
    entry = entry_of_fields(fields, event.decision, event.decision_jws)
    if (entry.question_id, entry.version) != (event.question_id, event.version):
        raise VerificationFailed("the decision is about another question or version")
    if _text(fields, "document_sha256") != hashlib.sha256(event.document).hexdigest():
        raise VerificationFailed("the decision is about another document")
    if fields.get("signature", event.jws) != event.jws:
        raise VerificationFailed("the decision names another signature than the document's")
    _hold_to_document(entry, _text(fields, "decision_id"), _object(event.document, "document"))
    return entry


def entry_of_record(decision: DecisionRecord) -> Entry:
    """Make the entry of a decision from the guard's own store, whose signature holds.

    Raises MalformedEvent for one that cannot be read, VerificationFailed for one that says
    something else than its record.
    """
    fields = _object(decision.record, "decision record")
    entry = entry_of_fields(fields, decision.record, decision.jws)
    told = (decision.number, decision.question_id, decision.version)
    if told != (entry.number, entry.question_id, entry.version):
        raise VerificationFailed(
            f"the record under number {decision.number} is of another decision"
        )
    return entry


def entry_of_fields(fields: Mapping[str, Any], record: bytes, jws: str) -> Entry:
    """Read what a decision record says, once it has been parsed. Raises MalformedEvent."""
    entry = Entry(
        number=_number(fields, "decision_number", _LARGEST_NUMBER),
        question_id=_text(fields, "question_id"),
        version=_number(fields, "version", _LARGEST_VERSION),
        verdict=_text(fields, "verdict"),
        decided_at=_text(fields, "decided_at"),
        record=record,
        jws=jws,
    )
    if entry.verdict not in _VERDICTS or moment_of(entry.decided_at) is None:
        raise MalformedEvent("the decision record's verdict or time cannot be read")
    return entry


def _hold_to_document(entry: Entry, decision_id: str, document: Mapping[str, Any]) -> None:
    guard = document.get("guard")
    told = guard if isinstance(guard, dict) else {}
    signed = (document.get("question_id"), document.get("version"))
    if signed != (entry.question_id, entry.version):
        raise VerificationFailed("the signed document answers another question or version")
    if (told.get("decision_id"), told.get("verdict")) != (decision_id, entry.verdict):
        raise VerificationFailed("the signed document names another decision or verdict")


def refuse_conflict(entry: Entry, kept: DecisionRecord) -> None:
    """Pass a repeat of the same bytes; raise VerificationFailed for a second decision.

    `kept` is what the log holds under the entry's number, or under its question and version.
    """
    if kept.record != entry.record:
        raise VerificationFailed(
            f"decision {entry.number} differs from decision {kept.number}, "
            "which is kept for the same number or question and version"
        )


def search_of(verdict: str, after: int, limit: int) -> Search:
    """Hold a search to its bounds; a limit of 0 means the default. Raises PermanentError."""
    if verdict and verdict not in _VERDICTS:
        raise PermanentError(f"unknown verdict {verdict[:60]!r}; known: {', '.join(Verdict)}")
    return Search(verdict, after, limit_of(after, limit, "after"))


def limit_of(start: int, limit: int, name: str) -> int:
    """Hold a page to its bounds; a limit of 0 means the default. Raises PermanentError."""
    if start < 0 or not 0 <= limit <= LARGEST_LIMIT:
        raise PermanentError(f"{name} is 0 or more, and limit 1 to {LARGEST_LIMIT}")
    return limit or DEFAULT_LIMIT


def page_within(decisions: Iterable[DecisionRecord], room: int) -> tuple[DecisionRecord, ...]:
    """Keep the first decisions that fit into `room` bytes, and always one."""
    page: list[DecisionRecord] = []
    for decision in decisions:
        room -= len(decision.record) + len(decision.jws)
        if page and room < 0:
            break
        page.append(decision)
    return tuple(page)


def leaves_within(leaves: Iterable[Leaf], room: int) -> tuple[Leaf, ...]:
    """Keep the first leaves that fit into `room` bytes, and always one."""
    page: list[Leaf] = []
    for leaf in leaves:
        room -= len(leaf.content) + len(leaf.jws)
        if page and room < 0:
            break
        page.append(leaf)
    return tuple(page)


def operation_of(
    kind: str, operator: str, details: Mapping[str, str], at: datetime
) -> dict[str, Any]:
    """Make the content of an operation's leaf: small facts. Raises PermanentError out of bounds."""
    if not _KIND.fullmatch(kind):
        raise PermanentError("an operation's kind is words like dead_letters.replayed")
    if not 0 < len(operator) <= _LONGEST_OPERATOR or not operator.isprintable():
        raise PermanentError(f"an operator is named in 1 to {_LONGEST_OPERATOR} printable signs")
    if len(details) > _MOST_DETAILS:
        raise PermanentError(f"an operation has at most {_MOST_DETAILS} details")
    for name, value in details.items():
        if not _DETAIL.fullmatch(name):
            raise PermanentError("a detail is named by up to 40 small letters, digits and _")
        if len(value) > _LONGEST_DETAIL or not value.isprintable():
            raise PermanentError(f"the detail {name} is not {_LONGEST_DETAIL} printable signs")
    return {
        "schema": OPERATION,
        "kind": kind,
        "operator": operator,
        "at": moment_text(at),
        "details": dict(details),
    }


def moment_text(moment: datetime) -> str:
    """Write a moment as the log keeps it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def moment_of(text: str) -> datetime | None:
    """Read a moment with a time zone; nothing of what is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


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
