import asyncio
import logging
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from caveat import attestation, wire
from caveat.chassis import metrics
from caveat.chassis.readiness import Readiness
from caveat.chassis.stream import Delivery, Message
from caveat.model import ProgressMade
from caveat.pipeline import ANSWER_PUBLISHED, STAGE, dead_letter_topic
from services.gateway.arrivals import Arrivals
from services.gateway.stream import AnswerReader, ProgressReader
from tests.builders import a_document
from tests.unit.gateway.fakes import (
    ANSWER_ID,
    NOON,
    OTHER_ID,
    QUESTION_ID,
    SIGNER,
    VERIFIER,
    Clock,
    FakeProducer,
    FakeStore,
    a_message,
    a_published_answer,
    a_reservation,
    a_signed_answer,
)


class Reading:
    """The gateway's stream edge over fakes, with the chassis's own delivery."""

    def __init__(self) -> None:
        self.store = FakeStore()
        self.producer = FakeProducer()
        self.arrivals = Arrivals()
        self.readiness = Readiness("gateway")
        reader = AnswerReader(self.store, VERIFIER, self.arrivals, Clock())
        self._delivery = Delivery(
            STAGE["gateway"],
            {ANSWER_PUBLISHED: reader.handle},
            self.producer,  # type: ignore[arg-type]
            self.readiness,
            reader.skip,
        )
        self.progress = ProgressReader(self.store, Clock())

    async def read(self, message: Message) -> None:
        await self._delivery.deliver(message)

    def buried(self) -> list[str]:
        """List the reasons of the dead letters, after checking their form."""
        for topic, _, _, headers in self.producer.sent:
            assert topic == dead_letter_topic("gateway")
            assert headers["caveat-origin-offset"] == b"7"
        return [headers["caveat-error-reason"].decode() for *_, headers in self.producer.sent]


@pytest.fixture
def reading() -> Reading:
    return Reading()


def signed(document: bytes, **changes: Any) -> Any:
    return a_published_answer(document=document, jws=SIGNER.sign(document), **changes)


async def test_keeps_an_answer_that_verifies_and_moves_on(reading: Reading) -> None:
    await reading.store.reserve(a_reservation(asked_at=NOON))
    counter = metrics.outcomes.labels("published", "patient")._value
    before = counter.get()

    with reading.arrivals.expecting(QUESTION_ID) as expectation:
        await reading.read(a_message(a_published_answer()))
        await asyncio.wait_for(expectation.arrive(5), 1)

    found = await reading.store.answer(QUESTION_ID)
    assert found
    assert found.signed == a_signed_answer()
    assert found.media_types == ("text/html",)
    assert reading.store.next == {(ANSWER_PUBLISHED, 3): 8}
    assert reading.buried() == []
    assert counter.get() == before + 1


async def test_counts_a_repeated_answer_once(reading: Reading) -> None:
    counter = metrics.outcomes.labels("published", "patient")._value
    before = counter.get()

    for offset in (7, 8, 9):
        await reading.read(a_message(a_published_answer(), offset=offset))

    assert counter.get() == before + 1
    assert reading.store.next == {(ANSWER_PUBLISHED, 3): 10}
    assert reading.buried() == []


def names_another(**changes: Any) -> Any:
    return signed(attestation.canonical(a_document(**changes)))


STRANGER = attestation.Signer(OKPKey.generate_key("Ed25519"))
GENUINE = a_signed_answer()

FORGED = (
    pytest.param(a_published_answer(document=GENUINE.document + b" "), id="changed bytes"),
    pytest.param(a_published_answer(jws=""), id="no signature"),
    pytest.param(a_published_answer(jws=STRANGER.sign(GENUINE.document)), id="an unknown key"),
    pytest.param(a_published_answer(jws=SIGNER.sign(b"{}")), id="signature of another document"),
    pytest.param(a_published_answer(version=2), id="another version"),
    pytest.param(a_published_answer(question_id=OTHER_ID), id="another question"),
    pytest.param(a_published_answer(answer_id="ans_other"), id="another answer id"),
    pytest.param(names_another(version=True), id="a version that only equals 1"),
)


@pytest.mark.parametrize("event", FORGED)
async def test_shows_nothing_that_does_not_verify(
    reading: Reading, event: Any, caplog: pytest.LogCaptureFixture
) -> None:
    counter = metrics.attestation_failures.labels("gateway")._value
    before = counter.get()
    message = a_message(event)

    with caplog.at_level(logging.ERROR):
        await reading.read(message)

    assert reading.store.answers == {}
    assert reading.buried() == ["verification_failed"]
    assert reading.producer.sent[0][1] == message.value
    assert reading.store.next == {(ANSWER_PUBLISHED, 3): 8}
    assert counter.get() == before + 1
    assert event.question_id in {vars(r).get("question_id") for r in caplog.records}


BROKEN = (
    pytest.param(a_message(None), "malformed_event", id="nothing"),
    pytest.param(a_message(None, value=b"\xff\xff"), "malformed_event", id="not protobuf"),
    pytest.param(
        a_message(a_published_answer(), key="not-an-id"), "malformed_event", id="no question id"
    ),
    pytest.param(a_message(a_published_answer(), key=OTHER_ID), "mismatched_key", id="another key"),
    pytest.param(a_message(signed(b"not JSON")), "malformed_event", id="signed, not JSON"),
    pytest.param(a_message(signed(b"[]")), "malformed_event", id="signed, not an object"),
    pytest.param(
        a_message(names_another(status="pending")), "malformed_event", id="an unknown status"
    ),
    pytest.param(a_message(names_another(status=[])), "malformed_event", id="a list for a status"),
)


@pytest.mark.parametrize(("message", "reason"), BROKEN)
async def test_buries_what_breaks_its_contract_and_goes_on(
    reading: Reading, message: Message, reason: str
) -> None:
    await reading.read(message)
    await reading.read(a_message(a_published_answer(), offset=8))

    assert reading.buried() == [reason]
    assert list(reading.store.answers) == [(QUESTION_ID, 1)]
    assert reading.store.next == {(ANSWER_PUBLISHED, 3): 9}


async def test_never_replaces_an_answer_by_another(reading: Reading) -> None:
    await reading.read(a_message(a_published_answer()))
    await reading.read(a_message(names_another(title="Another"), offset=7))

    assert reading.store.answers == {(QUESTION_ID, 1): a_signed_answer()}
    assert reading.buried() == ["conflicting_answer"]


async def test_waits_for_the_store_and_skips_nothing(reading: Reading) -> None:
    reading.store.world.away = True
    work = asyncio.create_task(reading.read(a_message(a_published_answer())))
    await asyncio.sleep(0.2)
    obstacles = reading.readiness.obstacles()
    reading.store.world.away = False
    await asyncio.wait_for(work, 5)

    assert obstacles == ("waiting:store",)
    assert list(reading.store.answers) == [(QUESTION_ID, 1)]
    assert reading.buried() == []


async def test_waits_for_the_store_before_it_leaves_a_dead_letter_behind(
    reading: Reading,
) -> None:
    reading.store.world.away = True
    work = asyncio.create_task(reading.read(a_message(None)))
    await asyncio.sleep(0.2)
    assert not work.done()
    reading.store.world.away = False
    await asyncio.wait_for(work, 5)

    assert reading.buried() == ["malformed_event"]
    assert reading.store.next == {(ANSWER_PUBLISHED, 3): 8}


# --- progress ---


def progress(stage: str, **changes: Any) -> ProgressMade:
    return replace(ProgressMade(QUESTION_ID, stage, 99, NOON), **changes)


async def test_notes_the_rank_that_the_map_gives_a_stage(reading: Reading) -> None:
    await reading.progress.apply(a_message(progress("generator")))
    await reading.progress.apply(a_message(progress("router")))

    found = await reading.store.progress(QUESTION_ID)
    assert found
    assert found.seq == STAGE["generator"].seq


@pytest.mark.parametrize(
    "message",
    [
        a_message(progress("auditor")),
        a_message(progress("nobody")),
        a_message(progress("router"), key=OTHER_ID),
        a_message(progress("router"), value=b"\xff"),
        a_message(progress("router"), value=None),
        a_message(None, value=b'{"at": "0"}', headers={"content-type": b"application/json"}),
    ],
)
async def test_passes_over_progress_that_says_nothing(reading: Reading, message: Message) -> None:
    await reading.progress.apply(message)

    assert reading.store.questions == {}


async def test_passes_over_a_time_that_is_none(reading: Reading) -> None:
    proto = wire.to_proto(progress("router"))
    proto.at.seconds = 2**60

    await reading.progress.apply(a_message(progress("router"), value=proto.SerializeToString()))

    assert reading.store.questions == {}


async def test_passes_over_progress_while_the_store_is_away(reading: Reading) -> None:
    reading.store.world.away = True

    await reading.progress.apply(a_message(progress("router")))

    assert reading.store.questions == {}


def test_finds_the_builders_ids_in_step() -> None:
    assert a_document()["id"] == ANSWER_ID
    assert a_document()["question_id"] == QUESTION_ID
