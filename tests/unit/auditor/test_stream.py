from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from caveat import wire
from caveat.attestation import Signer, Verifier, canonical, create_keys, load_signer
from caveat.chassis.stream import Done, Message
from caveat.errors import MalformedEvent, UpstreamUnavailable, VerificationFailed
from caveat.model import AnswerGuarded
from caveat.pipeline import ANSWER_GUARDED
from services.auditor.core import Entry
from services.auditor.stream import Examiner, Recorder
from tests.builders import a_document, a_question_id, a_refusal
from tests.unit.auditor.builders import a_decision, a_guarded, a_guarded_decision, a_record


class FakeSequencer:
    """Takes entries; `error` is what comes of it."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.error: Exception | None = None

    async def append(self, entry: Entry) -> None:
        if self.error is not None:
            raise self.error
        self.entries.append(entry)


@pytest.fixture
def sequencer() -> FakeSequencer:
    return FakeSequencer()


@pytest.fixture
def recorder(verifier: Verifier, sequencer: FakeSequencer) -> Recorder:
    return Recorder(verifier, sequencer)  # type: ignore[arg-type]


def signed(signer: Signer, event: AnswerGuarded) -> AnswerGuarded:
    return replace(event, jws=signer.sign(event.document), decision_jws=signer.sign(event.decision))


def a_message(event: AnswerGuarded) -> Message:
    return Message(ANSWER_GUARDED, 0, 0, 0, event.question_id, wire.encode(event), {})


def failures() -> float:
    where = {"where": "auditor"}
    return REGISTRY.get_sample_value("caveat_attestation_failures_total", where) or 0.0


def contradictions() -> float:
    return REGISTRY.get_sample_value("caveat_audit_contradictions_total") or 0.0


@pytest.mark.parametrize("document", [a_document(), a_refusal()], ids=["answer", "refusal"])
async def test_keeps_the_decision_of_every_attested_answer(
    recorder: Recorder, signer: Signer, sequencer: FakeSequencer, document: dict[str, Any]
) -> None:
    event = signed(signer, a_guarded(document))

    assert await recorder.on_guarded(a_message(event)) == Done()

    [entry] = sequencer.entries
    assert (entry.record, entry.jws) == (event.decision, event.decision_jws)


def _swapped(event: AnswerGuarded) -> AnswerGuarded:
    document = a_document(title="Another title")
    return replace(event, document=canonical(document), decision=canonical(a_decision(document)))


def _truncated(event: AnswerGuarded) -> AnswerGuarded:
    return replace(event, document=event.document[:-1])


def _unsigned(event: AnswerGuarded) -> AnswerGuarded:
    return replace(event, jws="")


def _unsigned_decision(event: AnswerGuarded) -> AnswerGuarded:
    return replace(event, decision_jws="")


def _signature_of_the_document(event: AnswerGuarded) -> AnswerGuarded:
    return replace(event, decision_jws=event.jws)


def _of_another_question(event: AnswerGuarded) -> AnswerGuarded:
    return replace(event, question_id=a_question_id())


def _with_another_decision(event: AnswerGuarded) -> AnswerGuarded:
    return replace(event, decision=canonical(a_decision(a_document(), verdict="pass")))


def _answer_as_its_own_decision(event: AnswerGuarded) -> AnswerGuarded:
    return replace(event, decision=event.document, decision_jws=event.jws)


@pytest.mark.parametrize(
    "changed",
    [
        _swapped, _truncated, _unsigned, _unsigned_decision, _signature_of_the_document,
        _of_another_question, _with_another_decision, _answer_as_its_own_decision,
    ],
)  # fmt: skip
async def test_refuses_and_counts_what_is_not_attested(
    recorder: Recorder, signer: Signer, sequencer: FakeSequencer, changed: Any
) -> None:
    before = failures()

    with pytest.raises(VerificationFailed):
        await recorder.on_guarded(a_message(changed(signed(signer, a_guarded()))))

    assert failures() == before + 1
    assert sequencer.entries == []


async def test_refuses_a_signed_decision_about_another_document(
    recorder: Recorder, signer: Signer
) -> None:
    other = a_guarded_decision(signer, 5)
    event = signed(signer, a_guarded())

    with pytest.raises(VerificationFailed, match="another question or version"):
        await recorder.on_guarded(
            a_message(replace(event, decision=other.decision, decision_jws=other.decision_jws))
        )


async def test_refuses_a_signature_by_a_key_that_is_not_the_guards(
    recorder: Recorder, sequencer: FakeSequencer, tmp_path: Path
) -> None:
    create_keys(tmp_path / "forger")
    forged = signed(load_signer(tmp_path / "forger"), a_guarded())

    with pytest.raises(VerificationFailed, match="signing key is unknown"):
        await recorder.on_guarded(a_message(forged))

    assert sequencer.entries == []


@pytest.mark.parametrize(
    ("error", "counted"),
    [(VerificationFailed("a second decision"), 1), (UpstreamUnavailable("guard"), 0)],
)
async def test_counts_contradictions_and_not_what_it_waits_for(
    recorder: Recorder, signer: Signer, sequencer: FakeSequencer, error: Exception, counted: int
) -> None:
    sequencer.error, before, attested = error, contradictions(), failures()

    with pytest.raises(type(error)):
        await recorder.on_guarded(a_message(signed(signer, a_guarded())))

    assert contradictions() == before + counted
    assert failures() == attested


async def test_refuses_bytes_that_are_no_event(recorder: Recorder) -> None:
    message = Message(ANSWER_GUARDED, 0, 0, 0, a_question_id(), b"\xff", {})

    with pytest.raises(MalformedEvent):
        await recorder.on_guarded(message)


def test_verifies_decisions_of_the_guards_store(verifier: Verifier, signer: Signer) -> None:
    record = a_record(signer, 3)

    assert Examiner(verifier).entry_of(record).number == 3
    with pytest.raises(VerificationFailed):
        Examiner(verifier).entry_of(replace(record, jws=signer.sign(b"other")))
