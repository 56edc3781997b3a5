"""A finished log to look at and to tamper with."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from caveat.attestation import (
    Checkpoint,
    LogKeys,
    Verifier,
    load_auditor_key,
    load_log_keys,
    load_signer,
    load_verifier,
)
from caveat.chassis.readiness import Readiness
from caveat.chassis.store import Store
from services.auditor.__main__ import MIGRATIONS
from services.auditor.adapters import StoreDecisionLog
from services.auditor.verification import Account, Audit
from tests.unit.auditor.builders import NOW, a_signed_entry, an_operation

LATER = NOW + timedelta(days=1)


@dataclass(frozen=True)
class Trust:
    """What a verifier has: keys, and the newest checkpoint that it has seen."""

    keys: LogKeys
    verifier: Verifier
    seen: tuple[tuple[str, Checkpoint], ...] = ()


def trust_of(keys: Path) -> Trust:
    return Trust(load_log_keys(keys), load_verifier(keys))


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    store = Store(url, MIGRATIONS, name="auditor", readiness=Readiness("auditor"))
    await store.start()
    try:
        yield store
    finally:
        await store.stop()


async def fill(url: str, keys: Path, leaves: int = 60) -> None:
    """Make a log of decisions and operations with a checkpoint now and then."""
    chance, signer, notes = random.Random(1), load_signer(keys), load_auditor_key(keys)
    async with opened(url) as store:
        log, number, size = StoreDecisionLog(store), 0, 0
        while size < leaves:
            now = NOW + timedelta(seconds=size)
            count = min(chance.randrange(1, 8), leaves - size)
            if chance.random() < 0.3:
                await log.append_operation(an_operation(size), now)
                count = 1
            else:
                entries = [a_signed_entry(signer, number + n) for n in range(1, count + 1)]
                await log.append(entries, now)
                number += count
            size += count
            if chance.random() < 0.6 or size == leaves:
                await log.add_checkpoint(notes, now)


async def verify(url: str, trust: Trust, now: datetime = LATER) -> Account:
    """Verify a store that is only read."""
    store = Store(url, MIGRATIONS, name="auditor", readiness=Readiness("auditor"))
    try:
        return await store.read(
            lambda connection: Audit(connection, trust.keys, trust.verifier, now).run(trust.seen)
        )
    finally:
        await store.stop()
