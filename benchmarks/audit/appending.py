"""How fast the audit log grows, beside the same rows without a tree."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from benchmarks.audit.entries import NOW, a_store, an_entry, batches
from caveat.attestation import load_auditor_key
from services.auditor.adapters import StoreDecisionLog
from services.auditor.core import Entry
from services.auditor.tables import decisions, leaves

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Appended:
    """Leaves a second, round by round."""

    count: int
    ours: Sequence[float]
    bare: Sequence[float]


async def measure_append(home: Path, count: int) -> Appended:
    """Append in batches, in turn with the same rows inserted and nothing else."""
    entries = [an_entry(number) for number in range(1, count + 1)]
    ours, bare = list[float](), list[float]()
    signer = load_auditor_key(home / "keys")
    for turn in range(ROUNDS):
        async with a_store(home / f"append-{turn}.db") as store:
            log = StoreDecisionLog(store)
            began = time.perf_counter()
            for batch in batches(entries):
                await log.append(batch, NOW)
            await log.add_checkpoint(signer, NOW)
            ours.append(count / (time.perf_counter() - began))
        async with a_store(home / f"bare-{turn}.db") as store:
            began = time.perf_counter()
            for batch in batches(entries):
                await store.write(lambda connection, rows=batch: insert_bare(connection, rows))
            bare.append(count / (time.perf_counter() - began))
    return Appended(count, ours, bare)


def insert_bare(connection: sa.Connection, rows: Sequence[Entry]) -> None:
    """Insert what the log inserts, without a tree: the baseline."""
    connection.execute(sa.insert(leaves), [
        {"index": e.number - 1, "kind": "decision", "content": e.record, "jws": e.jws,
         "leaf_hash": b"", "appended_at": "2026-11-22T10:00:00Z"} for e in rows
    ])  # fmt: skip
    connection.execute(sa.insert(decisions), [
        {"number": e.number, "leaf": e.number - 1, "question_id": e.question_id,
         "version": e.version, "verdict": e.verdict, "decided_at": e.decided_at} for e in rows
    ])  # fmt: skip
