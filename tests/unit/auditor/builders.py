"""Builders of decisions and of the records that carry them."""

from typing import Any

from caveat.attestation import canonical, sha256_hex
from caveat.model import AnswerGuarded
from services.auditor.core import Entry
from tests.builders import a_document, a_question_id


def an_entry(number: int = 1, **changes: Any) -> Entry:
    fields: dict[str, Any] = {
        "number": number,
        "question_id": a_question_id(),
        "version": 1,
        "verdict": "pass",
        "decided_at": "2026-11-22T10:00:00Z",
        "record": f"record {number}".encode(),
        "jws": "header..signature",
        "document_sha256": "0" * 64,
    }
    return Entry(**(fields | changes))


def a_decision(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Make the decision record of a document, with a field that the auditor does not know."""
    fields: dict[str, Any] = {
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
    """Make a guarded answer; the signature is the caller's."""
    answer = answer or a_document()
    fields: dict[str, Any] = {
        "question_id": answer["question_id"],
        "version": answer["version"],
        "document": canonical(answer),
        "jws": "header..signature",
        "decision": canonical(a_decision(answer)),
    }
    return AnswerGuarded(**(fields | changes))
