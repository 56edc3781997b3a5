"""One behaviour for every store of decisions: in memory, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from caveat.chassis.readiness import Readiness
from caveat.chassis.store import Store
from caveat.errors import UnknownRecord
from caveat.model import DecisionRecord
from services.guard.__main__ import MIGRATIONS
from services.guard.ports import Decision, DecisionStore
from services.guard.stores import RelationalDecisionStore
from tests.unit.guard.deciding import DRAFT, DRAFTS_KEY, MANY, Burst, a_maker, decide
from tests.unit.guard.fakes import FakeDecisionStore


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[DecisionStore]:
    if request.param == "fake":
        yield FakeDecisionStore()
        return
    url = f"sqlite:///{tmp_path}/guard.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    under = Store(url, MIGRATIONS, name="guard", readiness=Readiness("guard"))
    await under.start()
    yield RelationalDecisionStore(under, DRAFTS_KEY)
    await under.stop()


# --- decisions -----------------------------------------------------------------------------------


async def test_stores_what_is_made_and_finds_it(store: DecisionStore) -> None:
    made, stored_now = await store.decide_once("q1", 1, a_maker("q1"))

    assert stored_now
    assert made == a_maker("q1")(1)
    assert await store.find("q1", 1) == made
    assert await store.find("q1", 2) is None
    assert await store.find("q2", 1) is None


async def test_the_first_writer_wins(store: DecisionStore) -> None:
    first, _ = await store.decide_once("q1", 1, a_maker("q1", note="first"))

    second, stored_now = await store.decide_once("q1", 1, a_maker("q1", note="second"))

    assert (second, stored_now) == (first, False)


async def test_nothing_is_made_for_what_is_decided(store: DecisionStore) -> None:
    def never(number: int) -> Decision:
        raise Burst

    first, _ = await store.decide_once("q1", 1, a_maker("q1"))

    assert await store.decide_once("q1", 1, never) == (first, False)


async def test_numbers_follow_one_another(store: DecisionStore) -> None:
    numbers = []
    for question_id, version in (("q1", 1), ("q2", 1), ("q1", 1), ("q1", 2)):
        made, _ = await store.decide_once(question_id, version, a_maker(question_id, version))
        numbers.append(made.number)

    assert numbers == [1, 2, 1, 3]


async def test_twenty_at_once_make_one_decision(store: DecisionStore) -> None:
    outcomes = await asyncio.gather(
        *(store.decide_once("q1", 1, a_maker("q1", note=str(n))) for n in range(20))
    )

    assert len({decision for decision, _ in outcomes}) == 1
    assert sum(stored_now for _, stored_now in outcomes) == 1
    assert len(await store.after(0, 100, most_bytes=MANY)) == 1


async def test_twenty_questions_at_once_get_twenty_numbers(store: DecisionStore) -> None:
    outcomes = await asyncio.gather(*(decide(store, f"q{n}") for n in range(20)))

    assert sorted(decision.number for decision, _ in outcomes) == list(range(1, 21))


async def test_a_maker_that_fails_stores_nothing_and_takes_no_number(store: DecisionStore) -> None:
    def failing(number: int) -> Decision:
        raise Burst

    with pytest.raises(Burst):
        await store.decide_once("q1", 1, failing)

    assert await store.find("q1", 1) is None
    made, stored_now = await store.decide_once("q1", 1, a_maker("q1"))
    assert (made.number, stored_now) == (1, True)


async def test_lists_records_in_order(store: DecisionStore) -> None:
    made = [(await store.decide_once(f"q{n}", 1, a_maker(f"q{n}")))[0] for n in (1, 2, 3)]

    assert await store.after(0, 2, most_bytes=MANY) == (
        DecisionRecord(1, "q1", 1, made[0].record, "c..1"),
        DecisionRecord(2, "q2", 1, made[1].record, "c..2"),
    )
    assert [r.number for r in await store.after(2, 10, most_bytes=MANY)] == [3]
    assert await store.after(3, 10, most_bytes=MANY) == ()


@pytest.mark.parametrize(("most", "numbers"), [(1, [1]), (2_000, [1, 2]), (2_600, [1, 2, 3])])
async def test_lists_no_more_than_fits_and_always_one(
    store: DecisionStore, most: int, numbers: list[int]
) -> None:
    for n, size in ((1, 500), (2, 500), (3, 500)):
        await store.decide_once(f"q{n}", 1, a_maker(f"q{n}", size=size))

    assert [r.number for r in await store.after(0, 10, most_bytes=most)] == numbers


# --- drafts --------------------------------------------------------------------------------------


async def test_gives_back_the_draft_of_a_decision(store: DecisionStore) -> None:
    made, _ = await decide(store, "q1")

    assert await store.draft_of(1) == (made, DRAFT)


async def test_each_version_of_a_question_keeps_a_draft(store: DecisionStore) -> None:
    await decide(store, "q1")
    await decide(store, "q1", 2)

    assert [(await store.draft_of(n))[0].version for n in (1, 2)] == [1, 2]


async def test_says_why_there_is_no_draft(store: DecisionStore) -> None:
    await store.decide_once("q1", 1, a_maker("q1"))
    await decide(store, "q2")
    await store.erase("q2")

    with pytest.raises(UnknownRecord, match="there is no decision 3"):
        await store.draft_of(3)
    with pytest.raises(UnknownRecord, match="decision 1 keeps no draft"):
        await store.draft_of(1)
    with pytest.raises(UnknownRecord, match="the draft of decision 2 was erased"):
        await store.draft_of(2)


async def test_erasing_takes_the_drafts_of_one_question_and_leaves_every_decision(
    store: DecisionStore,
) -> None:
    for question_id, version in (("q1", 1), ("q1", 2), ("q2", 1)):
        await decide(store, question_id, version)
    before = [await store.find("q1", 1), await store.find("q1", 2)]
    records = await store.after(0, 10, most_bytes=MANY)

    assert await store.erase("q1")

    assert [await store.find("q1", 1), await store.find("q1", 2)] == before
    assert await store.after(0, 10, most_bytes=MANY) == records
    for number in (1, 2):
        with pytest.raises(UnknownRecord, match="erased"):
            await store.draft_of(number)
    assert (await store.draft_of(3))[1] == DRAFT


async def test_erasing_twice_or_nothing_erases_nothing(store: DecisionStore) -> None:
    await decide(store, "q1")

    assert [await store.erase(q) for q in ("q1", "q1", "q2")] == [True, False, False]


async def test_a_draft_does_not_come_back_after_its_question_was_erased(
    store: DecisionStore,
) -> None:
    await decide(store, "q1")
    await store.erase("q1")

    made, stored_now = await decide(store, "q1", 2)

    assert (made.number, stored_now) == (2, True)
    with pytest.raises(UnknownRecord):
        await store.draft_of(2)
