import asyncio

import pytest

from services.gateway import core
from tests.unit.gateway.builders import Gateway, assert_problem
from tests.unit.gateway.fakes import ANSWER_ID, NOON, OTHER_ID

# --- waiting for the answer ---


async def test_returns_the_answer_when_it_comes_in_time(gateway: Gateway) -> None:
    asking = asyncio.create_task(gateway.ask(key="k1", headers={"Prefer": "wait=30"}))
    await asyncio.sleep(0.05)
    [asked] = gateway.asked()
    assert not asking.done()

    await gateway.answer(question_id=asked.question_id)
    response = await asking
    replayed = await gateway.ask(key="k1", headers={"Prefer": "wait=30"})

    assert response.status_code == 200
    assert response.json()["answer"]["question_id"] == asked.question_id
    assert response.headers["Preference-Applied"] == "wait=30"
    assert response.headers["Content-Location"] == f"/v1/answers/{ANSWER_ID}"
    assert (replayed.status_code, replayed.content) == (200, response.content)
    assert gateway.arrivals._waiting == {}


async def test_returns_the_acceptance_when_the_time_is_over(gateway: Gateway) -> None:
    response = await gateway.ask(headers={"Prefer": "wait=1"})

    assert response.status_code == 202
    assert response.json()["notice"] == core.NOTICE
    assert gateway.arrivals._waiting == {}


async def test_holds_nobody_up_when_the_service_stops(gateway: Gateway) -> None:
    asking = asyncio.create_task(gateway.ask(headers={"Prefer": "wait=30"}))
    await asyncio.sleep(0.02)

    await gateway.arrivals.stop()
    late = await gateway.ask(headers={"Prefer": "wait=30"})

    assert (await asking).status_code == late.status_code == 202


# --- following ---


async def test_tells_how_far_a_question_has_come(gateway: Gateway) -> None:
    question_id = (await gateway.ask()).json()["id"]
    accepted = await gateway.read(f"/v1/questions/{question_id}")
    await gateway.store.note_progress(question_id, 2, gateway.clock())
    running = await gateway.read(f"/v1/questions/{question_id}")
    await gateway.answer(question_id=question_id, outcome="refused")
    done = await gateway.read(f"/v1/questions/{question_id}")

    assert accepted.json() == {
        "id": question_id,
        "status": "accepted",
        "outcome": None,
        "asked_at": "2026-11-22T12:00:01.000Z",
        "updated_at": "2026-11-22T12:00:02.000Z",
        "links": {
            "self": f"/v1/questions/{question_id}",
            "events": f"/v1/questions/{question_id}/events",
            "answer": None,
        },
    }
    assert running.json()["status"] == "drafting"
    assert running.headers["Retry-After"] == "1"
    assert running.headers["Cache-Control"] == "no-store"
    assert (done.json()["status"], done.json()["outcome"]) == ("done", "refused")
    assert done.json()["links"]["answer"] == f"/v1/answers/{ANSWER_ID}"
    assert "Retry-After" not in done.headers
    assert len({r.headers["ETag"] for r in (accepted, running, done)}) == 3


async def test_sends_a_status_only_when_it_has_changed(gateway: Gateway) -> None:
    path = (await gateway.ask()).headers["Location"]
    tag = (await gateway.read(path)).headers["ETag"]

    same = await gateway.read(path, If_None_Match=tag)
    await gateway.store.note_progress(path.rsplit("/", 1)[1], 1, NOON)
    changed = await gateway.read(path, If_None_Match=tag)

    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["ETag"] == tag
    assert changed.status_code == 200


@pytest.mark.parametrize("name", [OTHER_ID, "x", "..%2F..", OTHER_ID.upper(), "%00", "a" * 5000])
async def test_knows_no_question_of_another_id(gateway: Gateway, name: str) -> None:
    assert_problem(await gateway.read(f"/v1/questions/{name}"), 404, "not-found")
