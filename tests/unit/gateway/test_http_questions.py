import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from caveat.chassis import metrics
from caveat.chassis.stream import is_question_id
from caveat.model import QuestionAsked
from caveat.pipeline import QUESTION_ASKED
from services.gateway import core
from tests.unit.gateway.builders import CANARY, QUESTION, Gateway, assert_problem
from tests.unit.gateway.fakes import ANSWER_ID, QUESTION_ID

# --- asking ---


async def test_accepts_a_question_once_it_is_durable(gateway: Gateway) -> None:
    before = metrics.questions_accepted._value.get()

    response = await gateway.ask()

    assert response.status_code == 202
    body = response.json()
    assert is_question_id(body["id"])
    assert body == {
        "id": body["id"],
        "status": "accepted",
        "notice": core.NOTICE,
        "links": {
            "self": f"/v1/questions/{body['id']}",
            "events": f"/v1/questions/{body['id']}/events",
            "answer": None,
        },
    }
    assert response.headers["Location"] == f"/v1/questions/{body['id']}"
    assert response.headers["Retry-After"] == "1"
    assert response.headers["Cache-Control"] == "no-store"
    [(topic, _, key, headers)] = gateway.producer.sent
    assert (topic, key) == (QUESTION_ASKED, body["id"].encode())
    assert headers["ce_source"] == b"/caveat/gateway"
    [asked] = gateway.asked()
    assert asked == QuestionAsked(
        body["id"],
        QUESTION["text"],
        "en",
        "US",
        "patient",
        "http",
        gateway.clock.at.replace(second=1),
    )
    assert metrics.questions_accepted._value.get() == before + 1


@pytest.mark.parametrize(("lang", "told"), [("es", True), ("en", False), (None, False)])
async def test_says_at_once_that_a_language_is_not_answered(
    gateway: Gateway, lang: str | None, told: bool
) -> None:
    notice = (await gateway.ask(lang=lang)).json()["notice"]

    assert notice.startswith(core.NOTICE)
    assert (core.LANGUAGE_NOTICE in notice) is told


async def test_gives_every_question_without_a_key_an_id_of_its_own(gateway: Gateway) -> None:
    ids = {(await gateway.ask()).json()["id"] for _ in range(3)}

    assert len(ids) == 3


async def test_never_keeps_the_words_of_a_question(gateway: Gateway) -> None:
    await gateway.ask(key=CANARY)

    assert CANARY not in repr(vars(gateway.store))


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"{", {}),
        (b"\xff", {}),
        (b"", {}),
        (json.dumps({"text": CANARY + "\x00"}).encode(), {}),
        (json.dumps({"text": CANARY, CANARY: 1}).encode(), {}),
        (json.dumps({"text": [CANARY]}).encode(), {}),
        (b'{"text": "abc"}', {"Idempotency-Key": ""}),
        (b'{"text": "abc"}', {"Idempotency-Key": "a b"}),
        (b'{"text": "abc"}', {"Idempotency-Key": "k" * 256}),
    ],
)
async def test_refuses_what_is_not_a_question(
    gateway: Gateway, content: bytes, headers: dict[str, str]
) -> None:
    response = await gateway.client.post("/v1/questions", content=content, headers=headers)

    body = assert_problem(response, 400, "invalid-request")
    [fault] = body["errors"]
    assert set(fault) == {"pointer", "detail"}
    assert gateway.producer.sent == []
    assert gateway.store.questions == {}


async def test_refuses_two_keys(gateway: Gateway) -> None:
    response = await gateway.client.post(
        "/v1/questions",
        json=QUESTION,
        headers=[("Idempotency-Key", "a"), ("Idempotency-Key", "b")],
    )

    assert_problem(response, 400, "invalid-request")


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"text": CANARY * 200}).encode(),
        json.dumps({"text": CANARY * 4000}).encode(),
        b"x" * 5_000_000,
    ],
)
async def test_refuses_a_question_that_is_too_long(gateway: Gateway, content: bytes) -> None:
    response = await gateway.client.post("/v1/questions", content=content)

    assert_problem(response, 413, "question-too-long")
    assert gateway.producer.sent == []


async def test_never_reads_more_of_a_body_than_the_limit(gateway: Gateway) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b" " * 10_000

    response = await gateway.client.post("/v1/questions", content=endless())

    assert_problem(response, 413, "question-too-long")
    assert read < 10


# --- asking again ---


async def test_replays_the_response_of_a_key(gateway: Gateway) -> None:
    first = await gateway.ask(key="k1")
    again = await gateway.ask(key="k1")

    assert again.status_code == 202
    assert again.content == first.content
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert len(gateway.producer.sent) == 1


async def test_refuses_a_key_for_another_question(gateway: Gateway) -> None:
    await gateway.ask(key="k1")
    response = await gateway.ask(key="k1", lang="es")

    assert_problem(response, 422, "idempotency-mismatch")
    assert len(gateway.producer.sent) == 1


async def test_refuses_a_key_whose_first_request_is_still_running(gateway: Gateway) -> None:
    gateway.producer.held = asyncio.Event()
    first = asyncio.create_task(gateway.ask(key="k1"))
    await asyncio.sleep(0.02)

    same, other = await gateway.ask(key="k1"), await gateway.ask(key="k1", lang="es")
    gateway.producer.held.set()

    assert_problem(same, 409, "idempotency-conflict")
    assert same.headers["Retry-After"] == "1"
    assert_problem(other, 422, "idempotency-mismatch")
    assert (await first).status_code == 202
    assert (await gateway.ask(key="k1")).headers["Idempotency-Replayed"] == "true"


async def test_sends_the_same_question_again_after_kafka_was_away(gateway: Gateway) -> None:
    gateway.producer.world.away = True
    refused = await gateway.ask(key="k1")
    [reserved] = gateway.store.questions
    hidden = await gateway.read(f"/v1/questions/{reserved}")
    gateway.producer.world.away = False

    accepted = await gateway.ask(key="k1")

    body = assert_problem(refused, 503, "overloaded")
    assert (body["notice"], body["away"]) == (core.NOTICE, "kafka")
    assert "kafka is away" in body["detail"]
    assert int(refused.headers["Retry-After"]) > 0
    assert_problem(hidden, 404, "not-found")
    assert accepted.status_code == 202
    assert accepted.json()["id"] == reserved
    assert "Idempotency-Replayed" not in accepted.headers
    [asked] = gateway.asked()
    assert asked.question_id == reserved
    assert asked.asked_at == gateway.store.questions[reserved].asked_at


async def test_accepts_nothing_while_the_store_is_away(gateway: Gateway) -> None:
    gateway.store.world.away = True

    body = assert_problem(await gateway.ask(), 503, "overloaded")

    assert body["notice"] == core.NOTICE
    assert gateway.producer.sent == []
    assert_problem(await gateway.read(f"/v1/questions/{QUESTION_ID}"), 503, "overloaded")
    assert_problem(await gateway.read(f"/v1/answers/{ANSWER_ID}"), 503, "overloaded")
