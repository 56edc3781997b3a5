"""One key is one question: over repetitions, outages, and instances on one store."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.unit.gateway.builders import Gateway, assert_problem, opened
from tests.unit.gateway.fakes import FakeProducer

KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324"


class LateProducer(FakeProducer):
    """A producer whose patience ends before the broker's: what it gave up arrives all the same."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[tuple[Any, ...]] = []

    async def put_within(self, seconds: float, topic: str, value: bytes, **rest: Any) -> None:
        if self.world.away:
            self.late.append((topic, value, rest["key"], rest["headers"]))
        await super().put_within(seconds, topic, value, **rest)

    def deliver(self) -> None:
        """Let what was given up arrive."""
        self.world.away = False
        self.sent += self.late
        self.late = []


@pytest.fixture
async def pair(store_url: str) -> AsyncIterator[tuple[Gateway, Gateway]]:
    """Two gateways on one store, with one Kafka."""
    async with AsyncExitStack() as stack:
        producer = FakeProducer()
        made = [
            Gateway(
                store=await stack.enter_async_context(opened(store_url)),
                producer=producer,
                first_id=1_000 * number,
            )
            for number in (1, 2)
        ]
        for gateway in made:
            await stack.enter_async_context(gateway.client)
        yield made[0], made[1]


async def test_concurrent_posts_with_one_key_over_two_gateways_are_one_question(
    pair: tuple[Gateway, Gateway],
) -> None:
    answered = await asyncio.gather(*(pair[n % 2].ask(key=KEY) for n in range(20)))

    accepted = [response for response in answered if response.status_code == 202]
    for refused in (response for response in answered if response.status_code != 202):
        assert_problem(refused, 409, "idempotency-conflict")
    assert len({response.content for response in accepted}) == 1
    # Each instance may have sent it, and then it is the same question to the last byte.
    asked = pair[0].asked()
    assert 1 <= len(asked) <= 2
    assert len(set(asked)) == 1
    assert asked[0].question_id == accepted[0].json()["id"]


async def test_one_of_two_questions_under_one_key_is_accepted(
    pair: tuple[Gateway, Gateway],
) -> None:
    answered = await asyncio.gather(
        *(pair[n % 2].ask(key=KEY, text=f"What is MDS, in {n % 3} words?") for n in range(18))
    )

    assert {response.status_code for response in answered} <= {202, 409, 422}
    assert len({r.json()["id"] for r in answered if r.status_code == 202}) == 1
    assert 422 in {response.status_code for response in answered}
    assert len(set(pair[0].asked())) == 1


async def test_another_gateway_replays_the_stored_response(pair: tuple[Gateway, Gateway]) -> None:
    first = await pair[0].ask(key=KEY)
    again = await pair[1].ask(key=KEY)
    other = await pair[1].ask(key=KEY, region="GB")

    assert (again.status_code, again.content) == (202, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert_problem(other, 422, "idempotency-mismatch")
    assert len(pair[0].asked()) == 1


async def test_a_question_that_was_refused_and_arrived_all_the_same_stays_one(
    store_url: str,
) -> None:
    producer = LateProducer()
    async with opened(store_url) as store:
        gateway = Gateway(store=store, producer=producer)
        async with gateway.client:
            producer.world.away = True
            refused = await gateway.ask(key=KEY)
            producer.deliver()
            repeated = await gateway.ask(key=KEY)
            again = await gateway.ask(key=KEY)

    assert_problem(refused, 503, "overloaded")
    assert repeated.status_code == again.status_code == 202
    assert repeated.content == again.content
    # Twice on the topic, but one id, one time, one text: the guard decides it once.
    first, second = gateway.asked()
    assert first == second
    assert first.question_id == repeated.json()["id"]
    assert len({headers["ce_id"] for *_, headers in producer.sent}) == 1


async def test_replays_a_refused_question_whose_answer_came_meanwhile(store_url: str) -> None:
    producer = LateProducer()
    async with opened(store_url) as store:
        gateway = Gateway(store=store, producer=producer)
        async with gateway.client:
            producer.world.away = True
            assert_problem(await gateway.ask(key=KEY), 503, "overloaded")
            producer.deliver()
            [asked] = gateway.asked()
            await gateway.answer(question_id=asked.question_id)
            repeated = await gateway.ask(key=KEY, headers={"Prefer": "wait=10"})

    assert repeated.status_code == 200
    assert repeated.headers["Idempotency-Replayed"] == "true"
    assert repeated.json()["answer"]["question_id"] == asked.question_id
    assert len(gateway.asked()) == 1


async def test_a_key_whose_reservation_was_all_that_happened_is_used_again(store_url: str) -> None:
    """A gateway dies between reserving and sending; another one gets the repetition."""
    async with opened(store_url) as store:
        dying = Gateway(store=store)
        async with dying.client:
            dying.producer.held = asyncio.Event()
            asking = asyncio.create_task(dying.ask(key=KEY))
            await asyncio.wait_for(dying.producer.reached.wait(), 5)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
        after = Gateway(store=store, first_id=5_000)
        async with after.client:
            repeated = await after.ask(key=KEY)

    [asked] = after.asked()
    assert repeated.status_code == 202
    assert asked.question_id == repeated.json()["id"]
    assert dying.asked() == []
    assert asked.question_id[-4:] == "0001"  # of the first gateway's randomness
