import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from caveat.attestation import Signer, Verifier
from caveat.errors import UpstreamUnavailable, VerificationFailed
from caveat.model import DecisionRecord
from services.auditor.adapters import StoreDecisionLog
from services.auditor.core import Search, entry_of_record
from services.auditor.sequence import Sequencer
from services.auditor.stream import Examiner
from tests.unit.auditor.builders import NOW, a_record
from tests.unit.auditor.fakes import FakeDecisions

ALL = Search("", 0, 1000)
NEVER = 3600.0


@pytest.fixture
def guard() -> FakeDecisions:
    return FakeDecisions()


@pytest.fixture
def records(signer: Signer) -> list[DecisionRecord]:
    return [a_record(signer, number) for number in range(1, 41)]


Start = Callable[..., Any]


@pytest.fixture
def started(log: StoreDecisionLog, guard: FakeDecisions, verifier: Verifier) -> Start:
    @asynccontextmanager
    async def start(**settings: float) -> AsyncIterator[Sequencer]:
        sequencer = Sequencer(
            log, guard, Examiner(verifier).entry_of, lambda: NOW,
            **({"patience": 0.02, "sweep": NEVER} | settings),
        )  # fmt: skip
        await sequencer.start()
        try:
            yield sequencer
        finally:
            await sequencer.stop()

    return start


async def numbers(log: StoreDecisionLog) -> list[int]:
    return [leaf.number for leaf in await log.search(ALL)]


async def until(reached: Callable[[], Any], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not await reached():  # noqa: ASYNC110 - it is the store that changes
            await asyncio.sleep(0.005)


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize("seed", range(5))
async def test_appends_in_order_whatever_order_they_come_in(
    started: Start, log: StoreDecisionLog, guard: FakeDecisions, records: Any, seed: int
) -> None:
    chance = random.Random(seed)
    arrivals = [*records, *chance.sample(records, 10)]
    chance.shuffle(arrivals)

    async with started(patience=NEVER) as sequencer:
        await asyncio.gather(*(sequencer.append(entry_of_record(one)) for one in arrivals))

    assert await numbers(log) == list(range(1, 41))
    assert [(leaf.content, leaf.jws) for leaf in await log.leaves(0, 99)] == [
        (record.record, record.jws) for record in records
    ]


async def test_returns_only_once_the_leaf_is_durable(
    started: Start, log: StoreDecisionLog, records: Any
) -> None:
    async with started() as sequencer:
        await sequencer.append(entry_of_record(records[0]))
        assert await numbers(log) == [1]


async def test_waits_a_little_for_a_decision_that_is_on_its_way(
    started: Start, log: StoreDecisionLog, guard: FakeDecisions, records: Any
) -> None:
    async with started(patience=NEVER) as sequencer:
        later = asyncio.create_task(sequencer.append(entry_of_record(records[1])))
        await asyncio.sleep(0.05)
        assert (later.done(), await numbers(log)) == (False, [])
        await sequencer.append(entry_of_record(records[0]))
        await later

    assert await numbers(log) == [1, 2]


async def test_fetches_what_is_missing_from_the_guard_page_by_page(
    started: Start, log: StoreDecisionLog, guard: FakeDecisions, records: Any
) -> None:
    before = value("caveat_audit_backfilled_leaves_total")
    async with started() as sequencer:
        await until(lambda: asked(guard))
        guard.records = records
        await sequencer.append(entry_of_record(records[29]))

    assert (await numbers(log))[:30] == list(range(1, 31))
    assert len(guard.asked) > 4
    assert value("caveat_audit_backfilled_leaves_total") - before >= 30


async def asked(guard: FakeDecisions) -> bool:
    return bool(guard.asked)


async def test_begins_with_what_the_guard_decided_before_anything_arrives(
    started: Start, log: StoreDecisionLog, guard: FakeDecisions, records: Any
) -> None:
    guard.records = records[:9]

    async with started():
        await until(lambda: reached(log, 9))

    assert await numbers(log) == list(range(1, 10))


async def reached(log: StoreDecisionLog, number: int) -> bool:
    return (await log.standing()).newest >= number


async def test_catches_up_in_order_after_an_hour_away(
    started: Start, log: StoreDecisionLog, guard: FakeDecisions, records: Any
) -> None:
    async with started() as sequencer:
        for record in records[:5]:
            await sequencer.append(entry_of_record(record))
    guard.records = records[:35]  # an hour passes; Kafka has kept the last three of it

    async with started() as sequencer:
        kept = (records[33], records[34], records[32])
        await asyncio.gather(*(sequencer.append(entry_of_record(one)) for one in kept))
        for record in records[35:]:
            await sequencer.append(entry_of_record(record))

    assert await numbers(log) == list(range(1, 41))


async def test_looks_into_the_guards_store_from_time_to_time(
    started: Start, log: StoreDecisionLog, guard: FakeDecisions, records: Any
) -> None:
    async with started(sweep=0.02):
        await asyncio.sleep(0.05)
        guard.records = records[:3]  # decided, and never arriving
        await until(lambda: reached(log, 3))

    assert await numbers(log) == [1, 2, 3]


async def test_passes_no_number_by_while_the_guard_is_away(
    started: Start, log: StoreDecisionLog, guard: FakeDecisions, records: Any
) -> None:
    guard.away = True
    async with started() as sequencer:
        with pytest.raises(UpstreamUnavailable, match="guard is unavailable"):
            await sequencer.append(entry_of_record(records[2]))
        await sequencer.append(entry_of_record(records[0]))  # needs no guard
        assert await numbers(log) == [1]

        guard.away, guard.records = False, records[:3]
        await sequencer.append(entry_of_record(records[2]))

    assert await numbers(log) == [1, 2, 3]


async def test_a_guard_without_the_missing_decision_is_waited_for(
    started: Start, log: StoreDecisionLog, guard: FakeDecisions, records: Any
) -> None:
    async with started() as sequencer:
        with pytest.raises(UpstreamUnavailable, match="no decision 1, though it signed 3"):
            await sequencer.append(entry_of_record(records[2]))
    assert await numbers(log) == []


@pytest.mark.parametrize(
    ("spoil", "match"),
    [
        (lambda all: [all[0], *all[2:]], "decision 3 stands where 2 is next"),
        (lambda all: [all[0], replace(all[1], jws=all[0].jws), *all[2:]], "does not match"),
        (lambda all: [all[0], replace(all[1], jws=""), *all[2:]], "not a detached JWS"),
        (lambda all: [all[0], replace(all[1], question_id="q"), *all[2:]], "of another decision"),
        (lambda all: [all[0], replace(all[1], record=b"{}"), *all[2:]], "does not match"),
    ],
)
async def test_alarms_and_waits_when_the_guards_store_is_not_in_order(
    started: Start, log: StoreDecisionLog, guard: FakeDecisions, records: Any,
    spoil: Any, match: str,
) -> None:  # fmt: skip
    guard.records, guard.page = spoil(records[:4]), 1
    before = value("caveat_audit_contradictions_total")

    async with started() as sequencer:
        with pytest.raises(UpstreamUnavailable, match=match):
            await sequencer.append(entry_of_record(records[3]))

    assert await numbers(log) == [1]
    assert value("caveat_audit_contradictions_total") > before


async def test_refuses_another_decision_under_a_kept_number(
    started: Start, log: StoreDecisionLog, signer: Signer, records: Any
) -> None:
    async with started() as sequencer:
        await sequencer.append(entry_of_record(records[0]))
        with pytest.raises(VerificationFailed, match="decision 1 differs from decision 1"):
            await sequencer.append(entry_of_record(a_record(signer, 1, verdict="failed")))
        await sequencer.append(entry_of_record(records[0]))

    assert [leaf.content for leaf in await log.leaves(0, 9)] == [records[0].record]


async def test_refuses_the_later_of_two_decisions_that_come_at_once(
    started: Start, log: StoreDecisionLog, signer: Signer, records: Any
) -> None:
    other = entry_of_record(a_record(signer, 2, verdict="failed"))
    async with started(patience=NEVER) as sequencer:
        ends = asyncio.gather(
            sequencer.append(entry_of_record(records[1])), sequencer.append(other),
            return_exceptions=True,
        )  # fmt: skip
        await asyncio.sleep(0)
        await sequencer.append(entry_of_record(records[0]))
        first, second = await ends

    assert first is None
    assert isinstance(second, VerificationFailed)


async def test_refuses_a_second_decision_about_one_answer_and_goes_no_further(
    started: Start, log: StoreDecisionLog, guard: FakeDecisions, signer: Signer, records: Any
) -> None:
    double = a_record(signer, 2, question_id=records[0].question_id)
    guard.records = [records[0], double, records[2]]
    async with started() as sequencer:
        with pytest.raises((VerificationFailed, UpstreamUnavailable), match="differs from"):
            await sequencer.append(entry_of_record(double))
        with pytest.raises(UpstreamUnavailable, match="differs from decision 1"):
            await sequencer.append(entry_of_record(records[2]))

    assert await numbers(log) == [1]


async def delivered(sequencer: Sequencer, record: Any) -> None:
    """Deliver as a stage does: what the world prevented is tried again."""
    async with asyncio.timeout(10):
        while True:
            try:
                return await sequencer.append(entry_of_record(record))
            except UpstreamUnavailable:
                await asyncio.sleep(0.02)


async def test_waits_while_the_store_is_away(
    started: Start, log: StoreDecisionLog, sqlite_path: Path, records: Any
) -> None:
    async with started() as sequencer:
        await sequencer.append(entry_of_record(records[0]))
        away = sqlite_path.parent.rename(sqlite_path.parent.with_name("away"))
        with pytest.raises(UpstreamUnavailable, match="auditor-store"):
            await sequencer.append(entry_of_record(records[1]))
        away.rename(sqlite_path.parent)
        await delivered(sequencer, records[1])

    assert await numbers(log) == [1, 2]


async def test_a_kept_decision_whose_row_is_gone_is_told_at_once_and_not_looked_for_again(
    started: Start, log: StoreDecisionLog, sqlite_path: Path, records: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    looks = 0
    standing = log.standing

    async def counted() -> Any:
        nonlocal looks
        looks += 1
        return await standing()

    async with started() as sequencer:
        for record in records[:3]:
            await sequencer.append(entry_of_record(record))
        with closing(sqlite3.connect(sqlite_path)) as db, db:
            for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'"):
                db.execute(f"DROP TRIGGER {name}")
            db.execute("DELETE FROM decisions WHERE number = 2")
        monkeypatch.setattr(log, "standing", counted)
        both = [sequencer.append(entry_of_record(one)) for one in (records[1], records[0])]
        async with asyncio.timeout(5):
            gone, kept = await asyncio.gather(*both, return_exceptions=True)
        await asyncio.sleep(0.2)

    assert isinstance(gone, UpstreamUnavailable)
    assert "decision 2 is gone; look with: caveat audit verify" in str(gone)
    assert kept is None
    assert looks <= 3


async def test_forgets_what_nobody_waits_for(
    started: Start, log: StoreDecisionLog, records: Any
) -> None:
    async with started(patience=NEVER) as sequencer:
        given_up = asyncio.create_task(sequencer.append(entry_of_record(records[1])))
        await asyncio.sleep(0.01)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        await sequencer.append(entry_of_record(records[0]))

    assert await numbers(log) == [1]
