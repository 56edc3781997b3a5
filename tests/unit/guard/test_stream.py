import json
from dataclasses import replace
from typing import Any

import pytest

from caveat import wire
from caveat.attestation import sha256_hex
from caveat.chassis.stream import Done, Emit, Message, Outcome, Reject
from caveat.errors import (
    ConflictingDraft,
    MalformedEvent,
    MismatchedKey,
    OversizeEvent,
    UpstreamUnavailable,
)
from caveat.model import AnswerDrafted, AnswerGuarded, ConclusionCode, QuestionConcluded, Verdict
from caveat.pipeline import ANSWER_DRAFTED, ANSWER_GUARDED, QUESTION_CONCLUDED
from services.guard.sealing import unsalted
from services.guard.stream import GuardStream
from tests.builders import a_question_id
from tests.unit.guard.builders import a_draft, a_judge, a_verifier, an_event
from tests.unit.guard.fakes import FakeDecisionStore


def a_message(event: Any, topic: str, **changes: Any) -> Message:
    message = Message(topic, 0, 0, 0, event.question_id, wire.encode(event), {})
    return replace(message, **changes)


def a_draft_message(event: AnswerDrafted | None = None, **changes: Any) -> Message:
    return a_message(event or an_event(), ANSWER_DRAFTED, **changes)


def a_conclusion(code: ConclusionCode = ConclusionCode.EMERGENCY) -> QuestionConcluded:
    return QuestionConcluded(a_question_id(), code, "router", region="US")


def guarded(outcome: Outcome) -> AnswerGuarded:
    assert isinstance(outcome, Emit)
    assert outcome.topic == ANSWER_GUARDED
    return wire.decode(AnswerGuarded, outcome.value)


def code_of(answer: AnswerGuarded) -> str | None:
    outcome: dict[str, str] | None = json.loads(answer.document)["outcome"]
    return None if outcome is None else outcome["code"]


async def test_a_draft_becomes_a_signed_answer() -> None:
    store = FakeDecisionStore()
    judge = a_judge(store=store)
    message = a_draft_message()

    answer = guarded(await GuardStream(judge).drafted(message))

    assert (answer.question_id, answer.version) == (message.key, 1)
    assert json.loads(answer.document)["status"] == "published"
    a_verifier(judge.signer).verify(answer.document, answer.jws)
    assert json.loads(answer.decision)["draft_digest"] == sha256_hex(store.drafts[1])
    assert unsalted(store.drafts[1]) == message.value


@pytest.mark.parametrize("code", ConclusionCode)
async def test_a_conclusion_becomes_its_page(code: ConclusionCode) -> None:
    message = a_message(a_conclusion(code), QUESTION_CONCLUDED)

    answer = guarded(await GuardStream(a_judge()).concluded(message))

    assert code_of(answer) == code


async def test_a_draft_that_came_as_json_can_be_replayed() -> None:
    judge = a_judge()
    event = an_event()
    value = json.dumps(wire.to_json(event)).encode()
    message = a_draft_message(event, value=value, headers={"content-type": b"application/json"})

    guarded(await GuardStream(judge).drafted(message))

    assert (await judge.replay(1))[2].verdict is Verdict.PASS


async def test_a_repeated_message_gives_the_same_bytes() -> None:
    stream = GuardStream(a_judge())
    message = a_draft_message()

    assert await stream.drafted(message) == await stream.drafted(message)


async def test_a_replayed_message_is_decided_under_its_version() -> None:
    stream = GuardStream(a_judge())
    event = an_event()
    first = guarded(await stream.drafted(a_draft_message(event)))

    again = guarded(await stream.drafted(a_draft_message(event, headers={"caveat-version": b"2"})))

    assert (first.version, again.version) == (1, 2)
    assert json.loads(again.document)["version"] == 2


@pytest.mark.parametrize("version", [b"0", b"-1", b"x", b"", b"1.5", b"9999999"])
async def test_a_version_that_is_none_is_malformed(version: bytes) -> None:
    message = a_draft_message(headers={"caveat-version": version})

    with pytest.raises(MalformedEvent):
        await GuardStream(a_judge()).drafted(message)


@pytest.mark.parametrize(
    "changed",
    [
        {"value": None},
        {"value": b""},
        {"value": b"\xff\xff"},
        {"key": ""},
        {"key": "not-an-id"},
    ],
)
async def test_a_message_that_breaks_its_contract_is_malformed(changed: dict[str, Any]) -> None:
    stream = GuardStream(a_judge())

    with pytest.raises(MalformedEvent):
        await stream.drafted(a_draft_message(**changed))
    with pytest.raises(MalformedEvent):
        await stream.concluded(a_message(a_conclusion(), QUESTION_CONCLUDED, **changed))


async def test_waits_while_the_store_is_away() -> None:
    store = FakeDecisionStore()
    store.away = True
    stream = GuardStream(a_judge(store=store))

    with pytest.raises(UpstreamUnavailable):
        await stream.drafted(a_draft_message())
    with pytest.raises(UpstreamUnavailable):
        await stream.concluded(a_message(a_conclusion(), QUESTION_CONCLUDED))


REJECT = Reject("malformed_event", "MalformedEvent")


async def test_a_rejected_message_ends_in_a_failed_page_once() -> None:
    store = FakeDecisionStore()
    stream = GuardStream(a_judge(store=store))
    message = a_draft_message(value=b"\xff")

    first = await stream.rejected(message, REJECT)

    assert code_of(guarded(first)) == "failed"
    assert await stream.rejected(message, REJECT) == first
    assert len(store.decisions) == 1


async def test_a_decision_that_fits_into_no_record_is_not_stored_and_ends_in_a_failed_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    message = a_draft_message()
    store = FakeDecisionStore()
    stream = GuardStream(a_judge(store=store))
    whole = guarded(await GuardStream(a_judge()).drafted(message))
    monkeypatch.setattr("services.guard.judge.RECORD_LIMIT", len(wire.encode(whole)) - 1)

    with pytest.raises(OversizeEvent) as fault:
        await stream.drafted(message)
    assert store.decisions == {}
    answer = guarded(
        await stream.rejected(message, Reject(fault.value.reason, type(fault.value).__name__))
    )

    assert code_of(answer) == "failed"
    assert len(store.decisions) == 1


async def test_a_rejected_message_does_not_touch_what_was_decided() -> None:
    stream = GuardStream(a_judge())
    message = a_draft_message()
    decided = await stream.drafted(message)

    assert await stream.rejected(replace(message, value=b"\xff"), REJECT) == decided


@pytest.mark.parametrize(("header", "version"), [(b"3", 3), (b"broken", 1)])
async def test_a_rejected_message_fails_under_its_version(header: bytes, version: int) -> None:
    message = a_draft_message(value=b"\xff", headers={"caveat-version": header})

    answer = guarded(await GuardStream(a_judge()).rejected(message, REJECT))

    assert answer.version == version


@pytest.mark.parametrize("key", ["", "no-id", "0197-"])
async def test_a_message_without_a_question_is_left_to_the_dead_letters(key: str) -> None:
    store = FakeDecisionStore()

    outcome = await GuardStream(a_judge(store=store)).rejected(a_draft_message(key=key), REJECT)

    assert outcome == Done()
    assert store.decisions == {}


async def test_a_conflict_leaves_the_decision_alone() -> None:
    store = FakeDecisionStore()
    stream = GuardStream(a_judge(store=store))
    event = an_event()
    await stream.drafted(a_draft_message(event))
    other = a_draft_message(replace(event, question=replace(event.question, digest="f" * 64)))

    with pytest.raises(ConflictingDraft) as conflict:
        await stream.drafted(other)
    outcome = await stream.rejected(other, Reject(conflict.value.reason, "ConflictingDraft"))

    assert outcome == Done()
    assert len(store.decisions) == 1


async def test_a_record_under_another_questions_key_speaks_for_neither() -> None:
    store = FakeDecisionStore()
    stream = GuardStream(a_judge(store=store))
    message = a_draft_message(key=a_question_id())

    with pytest.raises(MismatchedKey) as fault:
        await stream.drafted(message)
    outcome = await stream.rejected(message, Reject(fault.value.reason, "MismatchedKey"))

    assert outcome == Done()
    assert store.decisions == {}


async def test_a_draft_that_does_not_hold_together_fails_and_says_nothing_of_it() -> None:
    stream = GuardStream(a_judge())
    message = a_draft_message(an_event(a_draft(summary=("s99",))))

    with pytest.raises(MalformedEvent) as fault:
        await stream.drafted(message)
    answer = guarded(await stream.rejected(message, Reject(fault.value.reason, "MalformedEvent")))

    assert code_of(answer) == "failed"
    assert b"Azacitidine" not in answer.document


async def test_counts_what_was_checked_for_the_readers_progress() -> None:
    drafted = await GuardStream(a_judge()).drafted(a_draft_message())
    concluded = await GuardStream(a_judge()).concluded(
        a_message(a_conclusion(), QUESTION_CONCLUDED)
    )

    assert isinstance(drafted, Emit)
    assert isinstance(concluded, Emit)
    assert drafted.counts == {"checked": 3, "removed": 0}
    assert concluded.counts == {}  # there was no draft
