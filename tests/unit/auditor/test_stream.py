from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from caveat import wire
from caveat.attestation import Signer, canonical, create_keys, load_signer, load_verifier
from caveat.chassis.stream import Done, Message
from caveat.errors import MalformedEvent, UpstreamUnavailable, VerificationFailed
from caveat.model import AnswerGuarded
from caveat.pipeline import ANSWER_GUARDED
from services.auditor.stream import Recorder
from tests.builders import a_document, a_question_id, a_refusal
from tests.unit.auditor.builders import a_decision, a_guarded
from tests.unit.auditor.fakes import FakeDecisionLog

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    create_keys(tmp_path)
    return load_signer(tmp_path)


@pytest.fixture
def log() -> FakeDecisionLog:
    return FakeDecisionLog()


@pytest.fixture
def recorder(signer: Signer, log: FakeDecisionLog, tmp_path: Path) -> Recorder:
    return Recorder(load_verifier(tmp_path), log, lambda: NOW)


def signed(signer: Signer, event: AnswerGuarded) -> AnswerGuarded:
    return replace(event, jws=signer.sign(event.document))


def a_message(event: AnswerGuarded) -> Message:
    return Message(ANSWER_GUARDED, 0, 0, 0, event.question_id, wire.encode(event), {})


def failures() -> float:
    where = {"where": "auditor"}
    return REGISTRY.get_sample_value("caveat_attestation_failures_total", where) or 0.0


@pytest.mark.parametrize("document", [a_document(), a_refusal()], ids=["answer", "refusal"])
async def test_keeps_the_decision_of_every_attested_answer(
    recorder: Recorder, signer: Signer, log: FakeDecisionLog, document: dict[str, Any]
) -> None:
    event = signed(signer, a_guarded(document))

    assert await recorder.on_guarded(a_message(event)) == Done()

    [entry] = log.entries
    assert (entry.record, entry.jws) == (event.decision, event.jws)
    assert log.appended_at == [NOW]


async def test_a_repeat_changes_nothing(
    recorder: Recorder, signer: Signer, log: FakeDecisionLog
) -> None:
    message = a_message(signed(signer, a_guarded()))

    await recorder.on_guarded(message)
    assert await recorder.on_guarded(message) == Done()

    assert len(log.entries) == 1


def _swapped(event: AnswerGuarded) -> AnswerGuarded:
    document = a_document(title="Another title")
    return replace(event, document=canonical(document), decision=canonical(a_decision(document)))


def _truncated(event: AnswerGuarded) -> AnswerGuarded:
    return replace(event, document=event.document[:-1])


def _unsigned(event: AnswerGuarded) -> AnswerGuarded:
    return replace(event, jws="")


def _of_another_question(event: AnswerGuarded) -> AnswerGuarded:
    return replace(event, question_id=a_question_id())


def _with_another_decision(event: AnswerGuarded) -> AnswerGuarded:
    return replace(event, decision=canonical(a_decision(a_document(), verdict="pass")))


@pytest.mark.parametrize(
    "changed", [_swapped, _truncated, _unsigned, _of_another_question, _with_another_decision]
)
async def test_refuses_and_counts_what_is_not_attested(
    recorder: Recorder, signer: Signer, log: FakeDecisionLog, changed: Any
) -> None:
    before = failures()

    with pytest.raises(VerificationFailed):
        await recorder.on_guarded(a_message(changed(signed(signer, a_guarded()))))

    assert failures() == before + 1
    assert log.entries == []


async def test_refuses_a_signature_by_a_key_that_is_not_the_guards(
    recorder: Recorder, log: FakeDecisionLog, tmp_path: Path
) -> None:
    create_keys(tmp_path / "forger")
    forged = signed(load_signer(tmp_path / "forger"), a_guarded())

    with pytest.raises(VerificationFailed, match="signing key is unknown"):
        await recorder.on_guarded(a_message(forged))

    assert log.entries == []


async def test_refuses_and_counts_a_second_decision_about_one_answer(
    recorder: Recorder, signer: Signer, log: FakeDecisionLog
) -> None:
    first = signed(signer, a_guarded())
    await recorder.on_guarded(a_message(first))
    decision = canonical(a_decision(a_document(), decision_number=2))
    before = failures()

    with pytest.raises(VerificationFailed, match="differs from decision 1"):
        await recorder.on_guarded(a_message(replace(first, decision=decision)))

    assert failures() == before + 1
    assert [entry.record for entry in log.entries] == [first.decision]


async def test_waits_while_the_store_is_away(
    recorder: Recorder, signer: Signer, log: FakeDecisionLog
) -> None:
    message = a_message(signed(signer, a_guarded()))
    log.away = True
    before = failures()

    with pytest.raises(UpstreamUnavailable) as caught:
        await recorder.on_guarded(message)

    assert caught.value.peer == "auditor store"
    assert failures() == before
    log.away = False
    assert await recorder.on_guarded(message) == Done()


async def test_refuses_bytes_that_are_no_event(recorder: Recorder) -> None:
    message = Message(ANSWER_GUARDED, 0, 0, 0, a_question_id(), b"\xff", {})

    with pytest.raises(MalformedEvent):
        await recorder.on_guarded(message)
