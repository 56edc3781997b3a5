"""What is forged, altered, replayed or unsigned is shown nowhere, counted, and logged by id."""

import json
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from caveat import attestation
from caveat.attestation import Signer
from caveat.chassis import metrics
from caveat.model import AnswerPublished, Rendering
from caveat.pipeline import ANSWER_PUBLISHED
from services.gateway.attested import Attestor
from tests.builders import a_document
from tests.unit.gateway.builders import Gateway, Reading, assert_problem, named, signed
from tests.unit.gateway.fakes import (
    ANSWER_ID,
    JWKS,
    NOON,
    OTHER_ID,
    QUESTION_ID,
    SIGNER,
    a_message,
    a_position,
    a_published_answer,
    a_signed_answer,
)

WORDS = "CAR-T"  # in the text of every document here

STRANGER = Signer(OKPKey.generate_key("Ed25519"))
RETIRED = Signer(OKPKey.generate_key("Ed25519"))
ROTATED = {
    "keys": [
        *JWKS["keys"],
        RETIRED.key.as_dict(private=False) | {"retired_at": "2026-11-01T00:00:00Z"},
    ]
}
GENUINE = a_signed_answer()
ANOTHER = a_signed_answer(question_id=OTHER_ID, answer_id="ans_another")
A_DECISION = attestation.canonical(
    {
        "schema": "caveat/decision/1",
        "id": ANSWER_ID,
        "question_id": QUESTION_ID,
        "version": 1,
        "decided_at": "2026-10-01T00:00:00Z",
        "title": WORDS,
    }
)


def by_the_guards_key_id(document: bytes) -> str:
    """Sign with another key under the header of the guard's."""
    header = SIGNER.sign(document).partition(".")[0]
    return f"{header}..{STRANGER.sign(document).rpartition('.')[2]}"


FORGED = (
    pytest.param(a_published_answer(document=GENUINE.document + b" "), id="changed bytes"),
    pytest.param(
        a_published_answer(document=GENUINE.document.replace(b"not approved", b"approved")),
        id="an altered document",
    ),
    pytest.param(a_published_answer(jws=""), id="no signature"),
    pytest.param(a_published_answer(jws=STRANGER.sign(GENUINE.document)), id="an unknown key"),
    pytest.param(
        a_published_answer(jws=by_the_guards_key_id(GENUINE.document)), id="a forged signature"
    ),
    pytest.param(a_published_answer(jws=SIGNER.sign(b"{}")), id="signature of another document"),
    pytest.param(a_published_answer(version=2), id="version 1 replayed as version 2"),
    pytest.param(a_published_answer(question_id=OTHER_ID), id="replayed for another question"),
    pytest.param(
        a_published_answer(document=ANOTHER.document, jws=ANOTHER.jws),
        id="another question's document",
    ),
    pytest.param(a_published_answer(answer_id="ans_other"), id="another answer id"),
    pytest.param(named(version=True), id="a version that only equals 1"),
    pytest.param(named(RETIRED), id="decided after the key was retired"),
    pytest.param(signed(b"not JSON"), id="signed, not JSON"),
    pytest.param(signed(b"[]"), id="signed, not an object"),
    pytest.param(signed(A_DECISION), id="a signed decision record"),
    pytest.param(named(schema="caveat/decision/1"), id="signed, of another schema"),
    pytest.param(signed(json.dumps(a_document()).encode()), id="signed, not canonical"),
)


@pytest.fixture
def reading() -> Reading:
    return Reading(attestor=Attestor(attestation.verifier_of(ROTATED)))


def failures() -> float:
    return float(metrics.attestation_failures.labels("gateway")._value.get())


async def shown(reading: Reading, name: str, accept: str = "application/json") -> Any:
    gateway = Gateway(store=reading.store)
    async with gateway.client:
        return await gateway.read(f"/v1/answers/{name}", Accept=accept)


@pytest.mark.parametrize("event", FORGED)
async def test_shows_counts_and_names_what_does_not_verify(
    reading: Reading, event: AnswerPublished, caplog: pytest.LogCaptureFixture
) -> None:
    before = failures()
    message = a_message(event)

    with caplog.at_level(logging.DEBUG):
        await reading.read(message)

    assert reading.store.answers == {}
    for name in (QUESTION_ID, OTHER_ID, ANSWER_ID, event.answer_id):
        assert_problem(await shown(reading, name), 404, "not-found")
    assert failures() == before + 1
    told = [r for r in caplog.records if r.message == "refused an answer that does not verify"]
    assert [vars(record)["question_id"] for record in told] == [event.question_id]
    assert not any(WORDS in str(vars(record)) for record in caplog.records)
    # The operator finds its bytes in the dead letters, and the stream goes on.
    assert reading.buried() == ["verification_failed"]
    assert reading.producer.sent[0][1] == message.value
    assert reading.store.next == {(ANSWER_PUBLISHED, 3): a_position(8)}


@pytest.mark.parametrize("event", FORGED)
@pytest.mark.parametrize("first", ["genuine", "forged"])
async def test_serves_the_genuine_answer_beside_a_forged_one(
    reading: Reading, event: AnswerPublished, first: str
) -> None:
    records = [a_message(a_published_answer()), a_message(event)]
    for message in records if first == "genuine" else reversed(records):
        await reading.read(message)

    served = await shown(reading, QUESTION_ID)

    assert GENUINE.document in served.content
    assert served.json()["attestation"]["jws"] == GENUINE.jws
    assert served.json()["lifecycle"]["state"] == "current"


async def test_serves_what_a_key_signed_before_it_was_retired(reading: Reading) -> None:
    document = a_document()
    document["guard"] = document["guard"] | {"decided_at": "2026-10-31T23:59:59Z"}

    await reading.read(a_message(named(RETIRED, guard=document["guard"])))

    assert list(reading.store.answers) == [(QUESTION_ID, 1)]


@pytest.mark.parametrize("media_type", ["text/html", "text/plain"])
async def test_never_shows_a_presentation_that_came_with_a_record(
    reading: Reading, media_type: str
) -> None:
    forged = Rendering(media_type, b"Stop taking your medicine.")
    await reading.read(a_message(a_published_answer(renderings=(forged,))))

    page = await shown(reading, ANSWER_ID, media_type)

    assert GENUINE.document in (await shown(reading, ANSWER_ID)).content
    assert b"Stop taking" not in page.content


@pytest.mark.parametrize(
    "changes",
    [
        {"document": GENUINE.document.replace(b"not approved", b"approved")},
        {"document": ANOTHER.document, "jws": ANOTHER.jws},
        {"jws": ""},
        {"sha256": "0" * 64},
        {"key_id": "another"},
    ],
    ids=["an altered document", "another document", "no signature", "another digest", "key"],
)
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
async def test_shows_nothing_that_was_altered_in_the_store(
    reading: Reading, changes: dict[str, Any], accept: str, caplog: pytest.LogCaptureFixture
) -> None:
    await reading.read(a_message(a_published_answer()))
    reading.store.answers[QUESTION_ID, 1] = replace(GENUINE, **changes)
    before = failures()

    refused = await shown(reading, QUESTION_ID, accept)

    assert_problem(refused, 500, "unverified-answer")
    assert WORDS not in refused.text
    assert failures() == before + 1
    [told] = [r for r in caplog.records if r.message == "refused an answer that does not verify"]
    assert vars(told)["question_id"] == QUESTION_ID


async def test_holds_an_answer_that_it_has_shown_to_the_keys_again_when_they_change(
    tmp_path: Path,
) -> None:
    attestation.create_keys(tmp_path)
    reading = Reading(attestor=Attestor(attestation.load_verifier(tmp_path)))
    await reading.read(a_message(named(attestation.load_signer(tmp_path))))
    gateway = Gateway(store=reading.store, attestor=reading.attestor)
    async with gateway.client:
        shown = [(await gateway.read(f"/v1/answers/{ANSWER_ID}")).status_code for _ in range(2)]
        # It came out that the key was not the guard's alone since long before the answer.
        attestation.rotate(
            tmp_path, attestation.KeyOwner.GUARD, now=NOON - timedelta(days=30), grace=timedelta(0)
        )
        refused = await gateway.read(f"/v1/answers/{ANSWER_ID}")

    assert shown == [200, 200]
    assert_problem(refused, 500, "unverified-answer")


async def test_remembers_what_it_proved_by_all_of_its_bytes(reading: Reading) -> None:
    await reading.read(a_message(a_published_answer()))
    gateway = Gateway(store=reading.store, attestor=reading.attestor)
    async with gateway.client:
        first = await gateway.read(f"/v1/answers/{ANSWER_ID}")
        reading.store.answers[QUESTION_ID, 1] = replace(
            GENUINE, document=GENUINE.document.replace(b"not approved", b"approved")
        )
        second = await gateway.read(f"/v1/answers/{ANSWER_ID}")

    assert first.status_code == 200
    assert_problem(second, 500, "unverified-answer")
