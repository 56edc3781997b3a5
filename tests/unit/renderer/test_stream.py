import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from caveat import wire
from caveat.attestation import (
    KeyOwner,
    Signer,
    canonical,
    create_keys,
    load_signer,
    rotate,
    sha256_hex,
)
from caveat.chassis.readiness import Readiness
from caveat.chassis.stream import RECORD_LIMIT, Delivery, Emit, Message, nothing_follows
from caveat.errors import MismatchedKey, VerificationFailed
from caveat.model import AnswerGuarded, AnswerPublished
from caveat.pipeline import ANSWER_GUARDED, ANSWER_PUBLISHED, STAGE, dead_letter_topic
from services.renderer.attested import AttestedRenderer
from services.renderer.stream import Publisher
from tests.builders import a_document, a_question_id, a_refusal

AMessage = Callable[..., Message]


def failures() -> float:
    where = {"where": "renderer"}
    return REGISTRY.get_sample_value("caveat_attestation_failures_total", where) or 0.0


async def published_from(renderer: AttestedRenderer, message: Message) -> AnswerPublished:
    outcome = await Publisher(renderer).on_guarded(message)
    assert isinstance(outcome, Emit)
    assert outcome.topic == ANSWER_PUBLISHED
    return wire.decode(AnswerPublished, outcome.value)


async def test_publishes_the_signed_bytes_unchanged_with_three_renderings(
    renderer: AttestedRenderer, signer: Signer, a_message: AMessage
) -> None:
    content = canonical(a_document())

    published = await published_from(renderer, a_message())

    assert published.question_id == a_document()["question_id"]
    assert published.version == 1
    assert published.answer_id == "ans_0123456789abcdefghijklmnop"
    assert published.document == content
    assert published.jws == signer.sign(content)
    media_types = [rendering.media_type for rendering in published.renderings]
    assert media_types == ["text/plain", "text/markdown", "text/html"]
    for rendering in published.renderings:
        assert sha256_hex(content) in rendering.content.decode()


async def test_publishes_a_refusal_too(renderer: AttestedRenderer, a_message: AMessage) -> None:
    published = await published_from(renderer, a_message(a_refusal()))

    assert b"Call emergency services now." in published.renderings[0].content


async def test_renders_the_same_bytes_every_time(
    renderer: AttestedRenderer, a_message: AMessage
) -> None:
    first = await Publisher(renderer).on_guarded(a_message())
    again = await Publisher(renderer).on_guarded(a_message())

    assert first == again


def _truncated(content: bytes) -> dict[str, Any]:
    return {"document": content[:-1]}


def _swapped(content: bytes) -> dict[str, Any]:
    return {"document": canonical(a_document(title="Another title"))}


def _unsigned(content: bytes) -> dict[str, Any]:
    return {"jws": ""}


def _with_spaces(content: bytes) -> dict[str, Any]:
    return {"document": content + b" "}


def _of_another_question(content: bytes) -> dict[str, Any]:
    return {"question_id": a_question_id()}


def _of_another_version(content: bytes) -> dict[str, Any]:
    return {"version": 2}


@pytest.mark.parametrize(
    "changed",
    [_truncated, _swapped, _unsigned, _with_spaces, _of_another_question, _of_another_version],
)
async def test_refuses_and_counts_what_the_signature_does_not_cover(
    renderer: AttestedRenderer,
    a_message: AMessage,
    changed: Callable[[bytes], dict[str, Any]],
) -> None:
    before = failures()

    with pytest.raises(VerificationFailed):
        await Publisher(renderer).on_guarded(a_message(**changed(canonical(a_document()))))

    assert failures() == before + 1


async def test_refuses_a_signature_by_a_key_that_is_not_the_guards(
    renderer: AttestedRenderer, a_message: AMessage, tmp_path: Path
) -> None:
    create_keys(tmp_path / "forger")
    forged = load_signer(tmp_path / "forger").sign(canonical(a_document()))

    with pytest.raises(VerificationFailed, match="signing key is unknown"):
        await Publisher(renderer).on_guarded(a_message(jws=forged))


async def test_refuses_a_signature_that_claims_the_guards_key(
    renderer: AttestedRenderer, signer: Signer, a_message: AMessage, tmp_path: Path
) -> None:
    create_keys(tmp_path / "forger")
    content = canonical(a_document())
    forged = load_signer(tmp_path / "forger").sign(content).rpartition(".")[2]
    header = signer.sign(content).partition(".")[0]

    with pytest.raises(VerificationFailed, match="does not match"):
        await Publisher(renderer).on_guarded(a_message(jws=f"{header}..{forged}"))


@pytest.mark.parametrize(
    "content",
    [b"[]", b"not json", b'{"schema":"caveat/answer/2"}', b'{"schema":"caveat/decision/1"}'],
)
async def test_refuses_signed_bytes_that_are_no_answer_document(
    renderer: AttestedRenderer, signer: Signer, a_message: AMessage, content: bytes
) -> None:
    event = AnswerGuarded(a_document()["question_id"], 1, content, signer.sign(content), b"{}")
    message = Message(ANSWER_GUARDED, 0, 0, 0, event.question_id, wire.encode(event), {})

    with pytest.raises(VerificationFailed, match="the signed document"):
        await Publisher(renderer).on_guarded(message)


async def test_refuses_what_was_decided_after_its_key_was_retired(
    signer: Signer, renderer: AttestedRenderer, a_message: AMessage, tmp_path: Path
) -> None:
    late, early = a_message(), a_message(a_document(guard=a_document()["guard"] | {
        "decided_at": "2026-11-21T23:59:59Z",
    }))  # fmt: skip
    rotate(tmp_path, KeyOwner.GUARD, now=datetime(2026, 11, 22, tzinfo=UTC), grace=timedelta(0))
    before = failures()

    with pytest.raises(VerificationFailed, match="retired"):
        await Publisher(renderer).on_guarded(late)

    assert failures() == before + 1
    assert (await published_from(renderer, early)).version == 1


class FakeProducer:
    """Takes what a delivery makes durable."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes | None, bytes | None, Mapping[str, bytes]]] = []

    async def put(
        self, topic: str, value: bytes | None, *, key: bytes | None, headers: Mapping[str, bytes]
    ) -> None:
        self.sent.append((topic, value, key, headers))

    async def put_soon(
        self, topic: str, value: bytes, *, key: bytes, headers: Mapping[str, bytes]
    ) -> None:
        raise AssertionError("progress was told of what was refused")


@pytest.mark.parametrize(
    "changed",
    [_truncated, _swapped, _unsigned, _with_spaces, _of_another_question, _of_another_version],
)
async def test_publishes_nothing_of_a_forged_record_and_logs_its_id(
    renderer: AttestedRenderer,
    a_message: AMessage,
    changed: Callable[[bytes], dict[str, Any]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    producer, message = FakeProducer(), a_message(**changed(canonical(a_document())))
    delivery = Delivery(
        STAGE["renderer"],
        {ANSWER_GUARDED: Publisher(renderer).on_guarded},
        producer,  # type: ignore[arg-type]
        Readiness("renderer"),
        nothing_follows,
    )

    with caplog.at_level(logging.DEBUG):
        await delivery.deliver(message)

    [(topic, value, key, headers)] = producer.sent
    assert (topic, value) == (dead_letter_topic("renderer"), message.value)
    assert key == message.key.encode()
    assert headers["caveat-error-reason"] == b"verification_failed"
    assert message.key in {vars(record).get("question_id") for record in caplog.records}
    assert not any("CAR-T" in str(vars(record)) for record in caplog.records)


async def test_leaves_the_largest_renderings_out_of_a_record_that_would_be_too_large(
    renderer: AttestedRenderer, a_message: AMessage
) -> None:
    document = a_document()
    document["sentences"]["s3"]["text"] = "x" * 40_000
    document["sections"][0]["blocks"] = [{"type": "paragraph", "sentences": ["s3"] * 4}]

    outcome = await Publisher(renderer).on_guarded(a_message(document))

    assert isinstance(outcome, Emit)
    assert len(outcome.value) <= RECORD_LIMIT
    published = wire.decode(AnswerPublished, outcome.value)
    assert published.document == canonical(document)
    assert [r.media_type for r in published.renderings] == ["text/plain", "text/markdown"]


async def test_refuses_a_record_whose_key_is_another_question(
    renderer: AttestedRenderer, a_message: AMessage
) -> None:
    message = a_message()
    stray = Message(message.topic, 0, 0, 0, a_question_id(), message.value, {})

    with pytest.raises(MismatchedKey):
        await Publisher(renderer).on_guarded(stray)
