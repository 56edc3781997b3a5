import asyncio
from dataclasses import replace
from typing import Any

import pytest

from caveat import wire
from caveat.chassis import metrics
from caveat.chassis.stream import Message
from caveat.model import ProgressMade
from caveat.pipeline import ANSWER_PUBLISHED, STAGE
from tests.builders import a_document
from tests.unit.gateway.builders import Reading, named
from tests.unit.gateway.fakes import (
    ANSWER_ID,
    NOON,
    OTHER_ID,
    QUESTION_ID,
    a_message,
    a_position,
    a_published_answer,
    a_reservation,
    a_signed_answer,
)


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
    assert reading.store.next == {(ANSWER_PUBLISHED, 3): a_position(8)}
    assert reading.buried() == []
    assert counter.get() == before + 1


async def test_counts_a_repeated_answer_once(reading: Reading) -> None:
    counter = metrics.outcomes.labels("published", "patient")._value
    before = counter.get()

    for offset in (7, 8, 9):
        await reading.read(a_message(a_published_answer(), offset=offset))

    assert counter.get() == before + 1
    assert await reading.next_offset() == 10
    assert reading.buried() == []


BROKEN = (
    pytest.param(a_message(None), "malformed_event", id="nothing"),
    pytest.param(a_message(None, value=b"\xff\xff"), "malformed_event", id="not protobuf"),
    pytest.param(
        a_message(a_published_answer(), key="not-an-id"), "malformed_event", id="no question id"
    ),
    pytest.param(a_message(a_published_answer(), key=OTHER_ID), "mismatched_key", id="another key"),
    pytest.param(a_message(named(status="pending")), "malformed_event", id="an unknown status"),
    pytest.param(a_message(named(status=[])), "malformed_event", id="a list for a status"),
)


@pytest.mark.parametrize(("message", "reason"), BROKEN)
async def test_buries_what_breaks_its_contract_and_goes_on(
    reading: Reading, message: Message, reason: str
) -> None:
    await reading.read(message)
    await reading.read(a_message(a_published_answer(), offset=8))

    assert reading.buried() == [reason]
    assert list(reading.store.answers) == [(QUESTION_ID, 1)]
    assert await reading.next_offset() == 9


async def test_never_replaces_an_answer_by_another(reading: Reading) -> None:
    await reading.read(a_message(a_published_answer()))
    await reading.read(a_message(named(title="Another"), offset=7))

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
    assert reading.store.next == {(ANSWER_PUBLISHED, 3): a_position(8)}


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
