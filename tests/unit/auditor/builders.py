"""Builders of decisions and of the records that carry them."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from caveat.attestation import Signer, canonical, sha256_hex
from caveat.model import AnswerGuarded, DecisionRecord
from services.auditor.core import Entry
from tests.builders import a_document

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def an_entry(number: int = 1, **changes: Any) -> Entry:
    """Make an entry whose signature nobody has made."""
    fields: dict[str, Any] = {
        "number": number,
        "question_id": a_question_of(number),
        "version": 1,
        "verdict": "pass",
        "decided_at": "2026-11-22T10:00:00Z",
        "record": f"record {number}".encode(),
        "jws": "header..signature",
    }
    return Entry(**(fields | changes))


def a_question_of(number: int) -> str:
    return str(uuid.UUID(int=0x01980000_0000_7000_8000_000000000000 + number))


def a_record(signer: Signer, number: int = 1, **changes: Any) -> DecisionRecord:
    """Make a signed decision, as the guard's store lists it."""
    fields: dict[str, Any] = {
        "schema": "caveat/decision/1",
        "decision_number": number,
        "decision_id": f"dec_{number}",
        "question_id": a_question_of(number),
        "version": 1,
        "verdict": ("pass", "refuse", "pass_with_edits", "failed")[number % 4],
        "decided_at": (NOW + timedelta(seconds=number)).isoformat().replace("+00:00", "Z"),
        "document_sha256": sha256_hex(str(number).encode()),
        "findings": [],
    } | changes
    record = canonical(fields)
    return DecisionRecord(
        fields["decision_number"], fields["question_id"], fields["version"], record,
        signer.sign(record),
    )  # fmt: skip


def a_signed_entry(signer: Signer, number: int = 1, **changes: Any) -> Entry:
    """Make the entry of a signed decision."""
    from services.auditor.core import entry_of_record

    return entry_of_record(a_record(signer, number, **changes))


def a_decision(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Make the decision record of a document, with a field that the auditor does not know."""
    fields: dict[str, Any] = {
        "schema": "caveat/decision/1",
        "decision_number": 1,
        "decision_id": document["guard"]["decision_id"],
        "question_id": document["question_id"],
        "version": document["version"],
        "verdict": document["guard"]["verdict"],
        "decided_at": document["guard"]["decided_at"],
        "document_sha256": sha256_hex(canonical(document)),
        "findings": [],
    }
    return fields | changes


def a_guarded(answer: dict[str, Any] | None = None, **changes: Any) -> AnswerGuarded:
    """Make a guarded answer; the signatures are the caller's."""
    answer = answer or a_document()
    fields: dict[str, Any] = {
        "question_id": answer["question_id"],
        "version": answer["version"],
        "document": canonical(answer),
        "jws": "header..signature",
        "decision": canonical(a_decision(answer)),
        "decision_jws": "header..signature",
    }
    return AnswerGuarded(**(fields | changes))


def a_guarded_decision(signer: Signer, number: int, **changes: Any) -> AnswerGuarded:
    """Make a guarded answer with this decision number, signed."""
    document = a_document(question_id=a_question_of(number))
    document["guard"] = document["guard"] | {"decision_id": f"dec_{number}"}
    decision = canonical(a_decision(document, decision_number=number, **changes))
    content = canonical(document)
    return AnswerGuarded(
        document["question_id"], 1, content, signer.sign(content), decision, signer.sign(decision)
    )


def an_operation(number: int = 1) -> bytes:
    """Make the content of an operation's leaf."""
    return canonical(
        {
            "schema": "caveat/operation/1",
            "kind": "dead_letters.replayed",
            "operator": "operator",
            "at": "2026-11-22T10:00:00Z",
            "details": {"letters": str(number)},
        }
    )
