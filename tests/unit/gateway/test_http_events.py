import asyncio

import pytest

from caveat import attestation
from services.gateway import telling
from tests.unit.gateway.builders import Gateway, assert_problem
from tests.unit.gateway.fakes import OTHER_ID, VERIFIER
from tests.unit.gateway.listening import Listening, listeners, until

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


async def test_tells_everything_once_and_ends_with_an_answer_that_verifies(
    listening: Listening,
) -> None:
    question_id = await listening.ask()
    reading = asyncio.create_task(listening.events(question_id))
    await until(lambda: question_id in listening.gateway.arrivals._waiting)
    await listening.complete(question_id, "router", 1)
    await listening.complete(question_id, "retriever", 2, found=14, kept=6)
    await listening.complete(question_id, "retriever", 2, found=14, kept=6)
    await listening.gateway.answer(question_id=question_id)
    events = await reading
    assert [(name, data["seq"]) for name, data in events] == [
        ("question.accepted", 0),
        *(("step.completed", n) for n in range(1, 6)),
        ("answer.completed", telling.LAST),
    ]
    assert events[2][1]["label"] == "Looked in trusted sources: 14 found, 6 kept"
    assert len({data["trace_id"] for _, data in events}) == 1
    envelope = events[-1][1]
    content = attestation.canonical(envelope["answer"])
    assert VERIFIER.verify_answer(content, envelope["attestation"]["jws"])
    await until(lambda: listeners() == 0)
    assert listening.gateway.arrivals._waiting == {}


@pytest.mark.parametrize("place", ["header", "query"])
async def test_goes_on_where_the_client_left_also_on_another_gateway(
    listening: Listening, place: str
) -> None:
    question_id = await listening.ask()
    await listening.gateway.answer(question_id=question_id)
    listening.gateway.board._heard.clear()  # as after a restart
    if place == "header":
        # What the browser adds is newer than the address that it was given.
        events = await listening.events(question_id, "?after=0", **{"Last-Event-ID": "3"})
    else:
        events = await listening.events(question_id, "?after=3")
    assert [data["seq"] for _, data in events] == [4, 5, 6]


async def test_stops_a_client_that_has_everything(gateway: Gateway) -> None:
    question_id = (await gateway.ask()).json()["id"]
    await gateway.answer(question_id=question_id)
    response = await gateway.read(f"/v1/questions/{question_id}/events", Last_Event_ID="6")
    assert (response.status_code, response.content) == (204, b"")


async def test_begins_with_how_to_come_back_and_is_not_kept(listening: Listening) -> None:
    question_id = await listening.ask()
    path = f"/v1/questions/{question_id}/events"
    async with listening.client.stream("GET", path) as response:
        first = await anext(response.aiter_text())
    assert first.startswith("retry: 3000\n\n")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Accel-Buffering"] == "no"
    assert "content-length" not in response.headers
    await until(lambda: listeners() == 0)  # a client that vanished holds nothing
    assert listening.gateway.arrivals._waiting == {}


@pytest.mark.parametrize("query", ["?after=x", "?after=-1", "?after=1&after=2", "?after="])
async def test_refuses_an_id_that_was_never_sent(gateway: Gateway, query: str) -> None:
    question_id = (await gateway.ask()).json()["id"]
    response = await gateway.read(f"/v1/questions/{question_id}/events{query}")
    assert_problem(response, 400, "invalid-request")


@pytest.mark.parametrize("name", [OTHER_ID, "x", "%00"])
async def test_knows_no_other_question(gateway: Gateway, name: str) -> None:
    assert_problem(await gateway.read(f"/v1/questions/{name}/events"), 404, "not-found")


async def test_tells_no_words_but_a_problem_when_the_answer_does_not_verify(
    gateway: Gateway,
) -> None:
    question_id = (await gateway.ask()).json()["id"]
    await gateway.answer(question_id=question_id, jws="a..b")
    response = await gateway.read(f"/v1/questions/{question_id}/events")
    assert_problem(response, 500, "unverified-answer")


async def test_answers_head_without_taking_a_seat(gateway: Gateway) -> None:
    question_id = (await gateway.ask()).json()["id"]
    response = await gateway.client.head(f"/v1/questions/{question_id}/events")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Content-Type"] == "text/event-stream"
