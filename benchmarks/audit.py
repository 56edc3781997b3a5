"""Measure the audit log: appends, proofs at a million leaves, and offline verification.

    .venv/bin/python benchmarks/audit.py [--quick]

Each figure stands beside a baseline of the same run, so that machines can be compared; times alone
say little. Writes benchmarks/reports/audit.md and audit.json.
"""

import argparse
import asyncio
import hashlib
import json
import os
import platform
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from caveat.attestation import canonical, create_keys, load_auditor_key, load_signer
from caveat.chassis.readiness import Readiness
from caveat.chassis.store import Store
from services.auditor import merkle
from services.auditor.__main__ import MIGRATIONS
from services.auditor.adapters import StoreDecisionLog
from services.auditor.core import Entry
from services.auditor.files import export_lines
from services.auditor.tables import decisions, leaves

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ROOT / "benchmarks" / "reports"
BATCH, ROUNDS, PROOFS = 64, 5, 1_000
FLOORS = {"append_per_second": 1_000, "proof_ms_p99": 5.0, "verify_100k_seconds": 10.0}
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
_PAGE = 5_000


def main() -> None:
    """Run everything and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--appended", type=int, default=10_000, help="leaves appended a round")
    parser.add_argument("--proved", type=int, default=1_000_000, help="leaves that are proved in")
    parser.add_argument("--verified", type=int, default=100_000, help="leaves that are verified")
    parser.add_argument("--quick", action="store_true", help="a fiftieth of it, and no report")
    told = parser.parse_args()
    scale = 50 if told.quick else 1
    with tempfile.TemporaryDirectory(prefix="caveat-bench-") as folder:
        home = Path(folder)
        create_keys(home / "keys")
        figures = {
            "append": asyncio.run(measure_append(home, told.appended // scale)),
            "proof": asyncio.run(measure_proofs(home, told.proved // scale)),
            "verify": asyncio.run(measure_verification(home, told.verified // scale)),
        }
    report = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        **machine(),
        **figures,
    }
    say(markdown(report))
    if not told.quick:
        REPORTS.mkdir(exist_ok=True)
        (REPORTS / "audit.json").write_text(json.dumps(report, indent=2) + "\n")
        (REPORTS / "audit.md").write_text(markdown(report))


# --- appending -----------------------------------------------------------------------------------


async def measure_append(home: Path, count: int) -> dict[str, Any]:
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
    medians = statistics.median(ours), statistics.median(bare)
    return {
        "leaves": count,
        "batch": BATCH,
        "per_second": round(medians[0]),
        "baseline_per_second": round(medians[1]),
        "ratio_of_time": round(medians[1] / medians[0], 2),
    }


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


# --- proofs --------------------------------------------------------------------------------------


async def measure_proofs(home: Path, count: int) -> dict[str, Any]:
    """Prove random decisions of a large log, in turn with reading their rows and nothing else."""
    path = home / "proofs.db"
    async with a_store(path):
        pass
    fill_quickly(path, count)
    chance = random.Random(1)  # noqa: S311 - which leaves are measured is no secret
    async with a_store(path) as store:
        log = StoreDecisionLog(store)
        await log.add_checkpoint(load_auditor_key(home / "keys"), NOW)
        proofs, reads = list[float](), list[float]()
        for number in (chance.randrange(1, count + 1) for _ in range(PROOFS)):
            began = time.perf_counter()
            await log.prove(number, 0)
            between = time.perf_counter()
            await log.kept({number})
            reads.append(time.perf_counter() - between)
            proofs.append(between - began)
    return {
        "leaves": count,
        "ms_p50": ms(statistics.median(proofs)),
        "ms_p99": ms(statistics.quantiles(proofs, n=100)[-1]),
        "baseline_ms_p50": ms(statistics.median(reads)),
        "ratio": round(statistics.median(proofs) / statistics.median(reads), 2),
    }


def fill_quickly(path: Path, count: int) -> None:
    """Write a log of small leaves without the care of the real one; its tree is right."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA synchronous = OFF")
        for (name,) in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        edge: dict[tuple[int, int], bytes] = {}
        for first in range(0, count, _PAGE):
            added = range(first, min(first + _PAGE, count))
            contents = [b"leaf %d" % index for index in added]
            hashes = [merkle.leaf_hash(content) for content in contents]
            grown = list(merkle.grow(lambda *key, held=edge: held[key], first, hashes))
            edge |= {(level, index): found for level, index, found in grown}
            size = first + len(hashes)
            edge = {key: found for key, found in edge.items() if key[1] == (size >> key[0]) - 1}
            db.executemany("INSERT INTO leaves VALUES (?, 'decision', ?, '', ?, '')",
                           zip(added, contents, hashes, strict=True))  # fmt: skip
            db.executemany("INSERT INTO decisions VALUES (?, ?, ?, 1, 'pass', '')",
                           ((index + 1, index, f"q{index}") for index in added))  # fmt: skip
            db.executemany("INSERT INTO nodes VALUES (?, ?, ?)", (one for one in grown if one[0]))
            db.commit()


# --- verification --------------------------------------------------------------------------------


async def measure_verification(home: Path, count: int) -> dict[str, Any]:
    """Verify a whole log with each of our verifiers, beside its Ed25519 signatures alone."""
    path, export = home / "auditor" / "auditor.db", home / "log.jsonl"
    signer, notes = load_signer(home / "keys"), load_auditor_key(home / "keys")
    path.parent.mkdir()
    async with a_store(path) as store:
        log = StoreDecisionLog(store)
        for first in range(1, count + 1, 500):
            numbers = range(first, min(first + 500, count + 1))
            await log.append([an_entry(number, signer.sign) for number in numbers], NOW)
            await log.add_checkpoint(notes, NOW)
        with export.open("w") as file:
            note = await log.checkpoint(0)
            file.writelines(export_lines(notes.origin, await everything(log, count), note))
    keys = home / "keys" / "public"
    offline = (sys.executable, str(ROOT / "verifiers" / "caveat_verify.py"), "log", str(export),
               "--keys", str(keys / "log.txt"), "--jwks", str(keys / "jwks.json"))  # fmt: skip
    caveat = (str(Path(sys.executable).parent / "caveat"), "audit", "verify")
    environment = os.environ | {"CAVEAT_HOME": str(home), "CAVEAT_PORT_BASE": "27900"}
    sizes = {"leaves": count, "megabytes": round(export.stat().st_size / 1e6)}
    return sizes | {
        "store": took(caveat, environment, repeat=3),
        "export": took((*caveat, str(export)), environment, repeat=3),
        "offline_verifier": took(offline, environment, repeat=3),
        "baseline_signatures_cpu_seconds": round(signatures_alone(count), 2),
    }


async def everything(log: StoreDecisionLog, count: int) -> list[Any]:
    """Read all leaves."""
    found: list[Any] = []
    while len(found) < count:
        found += await log.leaves(len(found), 1000)
    return found


def took(command: Sequence[str], environment: Any, *, repeat: int) -> dict[str, float]:
    """Run a verifier some times; return the medians of its seconds, on the clock and of CPU."""
    clock, work = list[float](), list[float]()
    for _ in range(repeat):
        before, began = cpu_of_children(), time.perf_counter()
        subprocess.run(command, env=environment, check=True, capture_output=True)  # noqa: S603
        clock.append(time.perf_counter() - began)
        work.append(cpu_of_children() - before)
    return {
        "seconds": round(statistics.median(clock), 2),
        "cpu_seconds": round(statistics.median(work), 2),
    }


def cpu_of_children() -> float:
    """Tell how much CPU time the processes have used that were run and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def signatures_alone(count: int) -> float:
    """Check so many signatures of records of that size, in one process and with nothing else."""
    key, content = Ed25519PrivateKey.generate(), an_entry(1).record
    signature, public = key.sign(content), key.public_key()
    sample = min(count, 5_000)
    began = time.process_time()
    for _ in range(sample):
        public.verify(signature, content)
    return (time.process_time() - began) * count / sample


# --- parts ---------------------------------------------------------------------------------------


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


def machine() -> dict[str, Any]:
    """Say what the figures were measured on."""
    return {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version,
            "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}  # fmt: skip


def ms(seconds: float) -> float:
    """Round to microseconds."""
    return round(seconds * 1000, 3)


def say(text: str) -> None:
    """Print."""
    sys.stdout.write(text)


def markdown(report: dict[str, Any]) -> str:
    """Write the report for people."""
    append, proof, verify = report["append"], report["proof"], report["verify"]
    leaves_of = f"{verify['leaves']:,} leaves ({verify['megabytes']} MB)"
    alone = verify["baseline_signatures_cpu_seconds"]
    rows = (
        ("append, batches of 64, checkpoint included", f"{append['per_second']:,}/s", "1,000/s",
         f"the same rows without a tree: {append['baseline_per_second']:,}/s"
         f" ({append['ratio_of_time']}x the time)"),
        (f"proof at {proof['leaves']:,} leaves", f"p50 {proof['ms_p50']} ms, p99"
         f" {proof['ms_p99']} ms", "5 ms",
         f"reading the decision: p50 {proof['baseline_ms_p50']} ms ({proof['ratio']}x)"),
        *((f"{name}, {leaves_of}", f"{verify[key]['seconds']} s ({verify[key]['cpu_seconds']} s of"
           " CPU)", "10 s", f"their Ed25519 checks alone: {alone} s of CPU"
           f" ({verify[key]['cpu_seconds'] / alone:.2f}x)")
          for key, name in (("store", "`caveat audit verify`"),
                            ("export", "`caveat audit verify EXPORT`"),
                            ("offline_verifier", "`verifiers/caveat_verify.py`"))),
    )  # fmt: skip
    told = f"{report['measured_at']}, {report['cores']} cores (load {report['load']})"
    told += f", Python {report['python']}, SQLite {report['sqlite']}"
    lines = ["# The audit log", "", f"`make bench`, {told}, medians.", "",
             "| what | measured | floor | baseline of the same run |", "| --- | --- | --- | --- |",
             *(f"| {' | '.join(row)} |" for row in rows), ""]  # fmt: skip
    return "\n".join(lines)


if __name__ == "__main__":
    main()
