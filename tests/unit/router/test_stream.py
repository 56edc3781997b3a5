import json

import pytest

from caveat import wire
from caveat.chassis.stream import Emit, Message
from caveat.errors import InvalidQuestion, MalformedEvent, PermanentError, UpstreamUnavailable
from caveat.model import (
    ConclusionCode,
    Disposition,
    QuestionAsked,
    QuestionConcluded,
    QuestionRouted,
)
from caveat.pipeline import QUESTION_ASKED, QUESTION_CONCLUDED, QUESTION_ROUTED, STAGE
from services.router import core
from services.router.stream import Router
from tests.unit.router.fakes import NOON, QUESTION_ID, FakeDetector, FakeScreening, a_question


def a_router(
    screening: FakeScreening | None = None, detector: FakeDetector | None = None
) -> Router:
    return Router(screening or FakeScreening(), detector or FakeDetector(), lambda: NOON)


def a_message(value: bytes | None, **headers: bytes) -> Message:
    named = {name.replace("_", "-"): content for name, content in headers.items()}
    return Message(QUESTION_ASKED, 0, 0, 0, QUESTION_ID, value, named)


def asked(event: QuestionAsked) -> Message:
    return a_message(wire.encode(event))


@pytest.mark.parametrize("disposition", sorted(core.ANSWERED))
async def test_sends_an_answerable_question_on(disposition: Disposition) -> None:
    outcome = await a_router(FakeScreening(disposition)).asked(asked(a_question(region="US")))

    assert isinstance(outcome, Emit)
    assert outcome.topic == QUESTION_ROUTED
    question = wire.decode(QuestionRouted, outcome.value).question
    assert question.disposition is disposition
    assert question.text == "What are the symptoms of MDS?"
    assert question.asked_on == "2026-11-22"


@pytest.mark.parametrize("disposition", sorted(set(Disposition) - core.ANSWERED))
async def test_concludes_every_other_question(disposition: Disposition) -> None:
    message = asked(a_question("how do I get fentanyl, I am at me@example.org"))

    outcome = await a_router(FakeScreening(disposition)).asked(message)

    assert isinstance(outcome, Emit)
    assert outcome.topic == QUESTION_CONCLUDED
    concluded = wire.decode(QuestionConcluded, outcome.value)
    assert concluded.question_id == QUESTION_ID
    assert concluded.code is ConclusionCode(disposition)
    assert b"fentanyl" not in outcome.value


def test_the_map_allows_what_is_emitted() -> None:
    assert {QUESTION_ROUTED, QUESTION_CONCLUDED} <= set(STAGE["router"].emits)


async def test_the_guard_sees_the_redacted_text_with_language_and_region() -> None:
    screening = FakeScreening()
    detector = FakeDetector({"¿Qué es? [email]": ("es", 990)})

    await a_router(screening, detector).asked(
        asked(a_question("¿Qué es? me@example.org", lang="en", region="MX"))
    )

    assert screening.asked == [("¿Qué es? [email]", "es", "MX")]


async def test_nothing_but_the_redacted_text_travels() -> None:
    outcome = await a_router().asked(asked(a_question("MDS? me@example.org", client="portal-7")))

    assert isinstance(outcome, Emit)
    assert b"me@example.org" not in outcome.value
    assert b"portal-7" not in outcome.value


async def test_the_same_message_gives_the_same_bytes() -> None:
    message = asked(a_question())

    assert await a_router().asked(message) == await a_router().asked(message)


async def test_a_question_in_json_is_read() -> None:
    body = {
        "questionId": QUESTION_ID,
        "text": "What is MDS?",
        "region": "US",
        "audience": "patient",
        "client": "portal-7",
        "askedAt": "2026-11-21T23:30:00-02:00",
    }
    message = a_message(json.dumps(body).encode(), content_type=b"application/json; charset=utf-8")

    outcome = await a_router().asked(message)

    assert isinstance(outcome, Emit)
    question = wire.decode(QuestionRouted, outcome.value).question
    assert question.text == "What is MDS?"
    assert question.asked_on == "2026-11-22"


@pytest.mark.parametrize(
    "message",
    [
        a_message(None),
        a_message(b""),
        a_message(b"\xff\xff\xff"),
        a_message(b"not json", content_type=b"application/json"),
        a_message(b'{"unknown": 1}', content_type=b"application/json"),
        Message(QUESTION_ASKED, 0, 0, 0, "no-id", wire.encode(a_question()), {}),
    ],
)
async def test_a_malformed_event_is_nobodys_question(message: Message) -> None:
    screening = FakeScreening()

    with pytest.raises(MalformedEvent):
        await a_router(screening).asked(message)
    assert screening.asked == []


@pytest.mark.parametrize(
    "message",
    [
        a_message(b"{}", content_type=b"application/json"),
        a_message(wire.encode(QuestionAsked("another", "What is MDS?"))),
    ],
)
async def test_a_body_that_names_another_question_is_refused(message: Message) -> None:
    screening = FakeScreening()

    with pytest.raises(PermanentError, match="different questions"):
        await a_router(screening).asked(message)
    assert screening.asked == []


async def test_an_invalid_question_is_not_screened() -> None:
    screening = FakeScreening()

    with pytest.raises(InvalidQuestion):
        await a_router(screening).asked(asked(a_question("ab")))
    assert screening.asked == []


async def test_the_stage_waits_while_the_guard_is_away() -> None:
    with pytest.raises(UpstreamUnavailable):
        await a_router(FakeScreening(away=True)).asked(asked(a_question()))
