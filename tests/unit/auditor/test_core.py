from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from caveat.attestation import canonical, sha256_hex
from caveat.errors import MalformedEvent, PermanentError, VerificationFailed
from caveat.model import DecisionRecord, Verdict
from services.auditor.core import (
    Search,
    entry_of,
    entry_of_record,
    operation_of,
    page_within,
    refuse_conflict,
    search_of,
)
from tests.builders import a_document, a_question_id
from tests.unit.auditor.builders import a_decision, a_guarded, an_entry


def test_keeps_the_decision_exactly_as_it_came() -> None:
    event = a_guarded(decision_jws="a..b")

    entry = entry_of(event)

    assert (entry.record, entry.jws) == (event.decision, "a..b")
    assert (entry.number, entry.verdict) == (1, "pass_with_edits")
    assert entry.decided_at == "2026-11-22T10:00:00Z"
    assert entry.decision == DecisionRecord(1, event.question_id, 1, event.decision, "a..b")


def test_refuses_a_decision_that_names_another_signature() -> None:
    decision = a_decision(a_document(), signature="another..signature")

    with pytest.raises(VerificationFailed, match="another signature"):
        entry_of(a_guarded(decision=canonical(decision)))


@pytest.mark.parametrize("told", [(2, "q", 1), (1, "r", 1), (1, "q", 2)])
def test_refuses_a_stored_decision_that_is_not_its_record(told: tuple[int, str, int]) -> None:
    record = canonical(a_decision(a_document(question_id="q")))
    assert entry_of_record(DecisionRecord(1, "q", 1, record)).record == record

    with pytest.raises(VerificationFailed, match="is of another decision"):
        entry_of_record(DecisionRecord(*told, record))


@pytest.mark.parametrize(
    "changes",
    [
        {"question_id": a_question_id()},
        {"version": 2},
        {"document_sha256": "0" * 64},
        {"verdict": "pass"},
        {"decision_id": "dec_2"},
    ],
)
def test_refuses_a_decision_about_something_else(changes: dict[str, Any]) -> None:
    decision = a_decision(a_document(), **changes)

    with pytest.raises(VerificationFailed):
        entry_of(a_guarded(decision=canonical(decision)))


@pytest.mark.parametrize("changes", [{"question_id": a_question_id()}, {"version": 2}])
def test_refuses_a_document_that_answers_something_else(changes: dict[str, Any]) -> None:
    record = a_guarded()
    document = a_document(**changes)
    decision = a_decision(document, question_id=record.question_id, version=record.version)

    with pytest.raises(VerificationFailed, match="document answers another"):
        entry_of(a_guarded(document=canonical(document), decision=canonical(decision)))


@pytest.mark.parametrize(
    "changes",
    [
        {"decision_number": 0},
        {"decision_number": True},
        {"decision_number": "1"},
        {"decision_number": 2**63},
        {"decision_number": None},
        {"version": 0},
        {"verdict": "maybe"},
        {"verdict": None},
        {"decided_at": "yesterday"},
        {"decided_at": "2026-11-22T10:00:00"},
        {"question_id": ""},
        {"document_sha256": 7},
        {"decision_id": None},
    ],
)
def test_refuses_a_decision_that_breaks_its_contract(changes: dict[str, Any]) -> None:
    fields = {**a_decision(a_document()), **changes}
    # json, not canonical: RFC 8785 has no number as large as one of these.
    content = repr(fields).replace("'", '"').replace("True", "true").replace("None", "null")

    with pytest.raises(MalformedEvent):
        entry_of(a_guarded(decision=content.encode()))


@pytest.mark.parametrize("content", [b"", b"[]", b"not json", b"\xff", b"[" * 100_000])
def test_refuses_decisions_and_documents_that_are_no_json_object(content: bytes) -> None:
    decision = canonical(a_decision(a_document(), document_sha256=sha256_hex(content)))

    with pytest.raises(MalformedEvent):
        entry_of(a_guarded(decision=content))
    with pytest.raises(MalformedEvent):
        entry_of(a_guarded(document=content, decision=decision))


def test_passes_a_repeat_and_refuses_other_bytes() -> None:
    entry = an_entry(7)

    refuse_conflict(entry, entry.decision)
    with pytest.raises(VerificationFailed, match="decision 7 differs from decision 7"):
        refuse_conflict(entry, an_entry(7, record=b"other").decision)


def test_writes_an_operation_as_small_facts() -> None:
    at = datetime(2026, 11, 22, 11, tzinfo=timezone(timedelta(hours=1)))

    assert operation_of("dead_letters.replayed", "ops@host", {"count": "3"}, at) == {
        "schema": "caveat/operation/1",
        "kind": "dead_letters.replayed",
        "operator": "ops@host",
        "at": "2026-11-22T10:00:00Z",
        "details": {"count": "3"},
    }


@pytest.mark.parametrize(
    ("kind", "operator", "details"),
    [
        ("", "ops", {}),
        ("Replayed", "ops", {}),
        ("a.b.c.d", "ops", {}),
        ("a" * 40, "ops", {}),
        ("a", "", {}),
        ("a", "o" * 121, {}),
        ("a", "line\nbreak", {}),
        ("a", "ops", {"Key": "v"}),
        ("a", "ops", {"k": "v" * 257}),
        ("a", "ops", {"k": "bell\x07"}),
        ("a", "ops", {f"k{n}": "v" for n in range(33)}),
    ],
)
def test_refuses_operations_out_of_bounds(
    kind: str, operator: str, details: dict[str, str]
) -> None:
    with pytest.raises(PermanentError):
        operation_of(kind, operator, details, datetime.now(UTC))


def test_searches_a_hundred_decisions_unless_told() -> None:
    assert search_of("", 0, 0) == Search("", 0, 100)
    assert search_of("refuse", 5, 1000) == Search("refuse", 5, 1000)


@pytest.mark.parametrize(("verdict", "after", "limit"), [("maybe", 0, 0), ("", -1, 0), ("", 0, -1)])
def test_refuses_a_search_out_of_bounds(verdict: str, after: int, limit: int) -> None:
    with pytest.raises(PermanentError):
        search_of(verdict, after, limit)


def test_names_the_verdicts_it_knows() -> None:
    with pytest.raises(PermanentError, match=", ".join(Verdict)):
        search_of("maybe", 0, 0)


@pytest.mark.parametrize(("room", "kept"), [(0, 1), (9, 1), (10, 2), (14, 2), (15, 3), (99, 3)])
def test_a_page_ends_where_its_room_does_and_is_never_empty(room: int, kept: int) -> None:
    decisions = [DecisionRecord(number, "q", 1, b"12345") for number in (1, 2, 3)]

    assert len(page_within(decisions, room)) == kept
