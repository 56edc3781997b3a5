"""Logs to measure: stores as the auditor opens them, and decisions of the size of real ones."""

import hashlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from caveat.attestation import canonical
from caveat.chassis.readiness import Readiness
from caveat.chassis.store import Store
from services.auditor.__main__ import MIGRATIONS
from services.auditor.core import Entry

BATCH = 64
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


@asynccontextmanager
async def a_store(path: Path) -> AsyncIterator[Store]:
    """Open a store as the auditor does."""
    store = Store(f"sqlite:///{path}", MIGRATIONS, name="auditor", readiness=Readiness("auditor"))
    await store.start()
    try:
        yield store
    finally:
        await store.stop()


def an_entry(number: int, sign: Callable[[bytes], str] = lambda content: "h.." + "s" * 86) -> Entry:
    """Make a decision of the size of a real one."""
    findings = [
        {"rule_id": "citation.missing", "severity": "error", "action": "drop", "sentence": f"s{n}",
         "start": n, "end": n + 40, "message": "no passage supports the sentence"}
        for n in range(6)
    ]  # fmt: skip
    fields = {
        "schema": "caveat/decision/1", "decision_number": number, "decision_id": f"dec_{number}",
        "question_id": f"01980000-0000-7000-8000-{number:012x}", "version": 1, "verdict": "pass",
        "decided_at": "2026-11-22T10:00:00Z",
        "document_sha256": hashlib.sha256(str(number).encode()).hexdigest(),
        "findings": findings, "trace_id": f"{number:032x}",
    }  # fmt: skip
    record = canonical(fields)
    return Entry(number, str(fields["question_id"]), 1, "pass", "2026-11-22T10:00:00Z", record,
                 sign(record))  # fmt: skip


def batches(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """Cut entries into the batches of a busy auditor."""
    return (entries[start : start + BATCH] for start in range(0, len(entries), BATCH))
