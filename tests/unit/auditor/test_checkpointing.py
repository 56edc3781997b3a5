import asyncio
from datetime import datetime, timedelta

import pytest
from prometheus_client import REGISTRY

from caveat.attestation import LogKeys, NoteSigner
from caveat.errors import UnknownRecord, UpstreamUnavailable
from services.auditor.adapters import StoreDecisionLog
from services.auditor.checkpointing import INTERVAL, Checkpointer
from tests.unit.auditor.builders import NOW, an_entry


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class FailingSigner:
    origin = "caveat.local/log"

    def sign(self, text: str) -> str:
        raise UpstreamUnavailable("keys", "rotating")


def age() -> float | None:
    return REGISTRY.get_sample_value("caveat_audit_checkpoint_age_seconds")


async def test_signs_what_was_appended_and_nothing_twice(
    log: StoreDecisionLog, note_signer: NoteSigner, log_keys: LogKeys
) -> None:
    checkpointer = Checkpointer(log, note_signer, Clock(), interval=0.01)
    await checkpointer.start()
    for number in (1, 2):
        await log.append([an_entry(number)], NOW)
        async with asyncio.timeout(5):
            while (await log.standing()).covered < number:  # noqa: ASYNC110 - in the store
                await asyncio.sleep(0.005)
    first = await log.checkpoint(2)
    await asyncio.sleep(0.05)
    await checkpointer.stop()

    assert await log.checkpoint(0) == first
    assert log_keys.open_checkpoint(first).size == 2


async def test_signs_at_the_end_what_the_last_seconds_brought(
    log: StoreDecisionLog, note_signer: NoteSigner
) -> None:
    checkpointer = Checkpointer(log, note_signer, Clock())
    await checkpointer.start()
    await asyncio.sleep(0.05)
    await log.append([an_entry(1)], NOW)

    await checkpointer.stop()

    assert (await log.standing()).covered == 1


async def test_tells_how_long_a_leaf_has_waited_for_its_checkpoint(
    log: StoreDecisionLog, note_signer: NoteSigner
) -> None:
    clock = Clock()
    await log.append([an_entry(1)], NOW)
    clock.now = NOW + timedelta(seconds=42)

    await Checkpointer(log, FailingSigner(), clock).sign()
    assert age() == 42
    assert REGISTRY.get_sample_value("caveat_audit_log_leaves") == 1
    with pytest.raises(UnknownRecord):
        await log.checkpoint(0)

    await Checkpointer(log, note_signer, clock).sign()
    assert age() == 0


async def test_a_clock_that_runs_backwards_stops_nothing(
    log: StoreDecisionLog, note_signer: NoteSigner
) -> None:
    clock = Clock()
    checkpointer = Checkpointer(log, note_signer, clock)
    await log.append([an_entry(1)], NOW)
    await checkpointer.sign()
    clock.now = NOW - timedelta(hours=1)
    await log.append([an_entry(2)], clock.now)
    await checkpointer.sign()

    assert (await log.standing()).covered == 2


def test_every_decision_is_provable_within_ten_seconds() -> None:
    assert INTERVAL <= 5
