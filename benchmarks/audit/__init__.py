"""The audit log's speed: appends, proofs at a million leaves, and offline verification.

.venv/bin/python -m benchmarks.audit [--json] [--quick]
"""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import plots
from benchmarks.audit.appending import Appended, measure_append
from benchmarks.audit.entries import BATCH
from benchmarks.audit.proving import Proved, measure_proofs
from benchmarks.audit.verifying import Verified, measure_verification
from benchmarks.command import Effort, Tell
from benchmarks.measuring import Estimate, median, percentile, ratio
from benchmarks.report import Figure, Report, number
from caveat.attestation import create_keys

FLOOR_APPENDS, FLOOR_PROOF_MS, FLOOR_VERIFY_S = 1_000, 5, 10
ABOUT = f"""\
Appends go to the log as a busy auditor makes them, {BATCH} decisions a batch, with a checkpoint
at the end; the baseline is the same rows without hashes, tree and checkpoint, in turns. Proofs
are read from a large log in SQLite; the baseline is reading the decision itself. Verifying a
whole log stands beside the Ed25519 checks of as many records in one process and nothing else."""


def measure(effort: Effort, tell: Tell) -> Report:
    """Measure appends, proofs and verification of the audit log."""
    with tempfile.TemporaryDirectory(prefix="caveat-bench-") as folder:
        home = Path(folder)
        create_keys(home / "keys")
        append = asyncio.run(measure_append(home, effort.of(10_000, 200)))
        tell(1, 3)
        proof = asyncio.run(measure_proofs(home, effort.of(1_000_000, 20_000)))
        tell(2, 3)
        verify = asyncio.run(measure_verification(home, effort.of(100_000, 2_000)))
        tell(3, 3)
    clocks = {name: median(runs.clock).value for name, runs in verify.runs.items()}
    return Report(
        "audit",
        "The audit log",
        ABOUT,
        figures=(*_of_append(append), *_of_proof(proof), *_of_verification(verify)),
        plots={
            f"Verifying {verify.count:,} leaves": plots.bars(
                {**clocks, "Ed25519 alone, CPU": verify.signatures}, unit="s", floor=FLOOR_VERIFY_S
            )
        },
        raw={
            "append": {"leaves": append.count, "per_second": list(map(round, append.ours)),
                       "baseline_per_second": list(map(round, append.bare))},
            "verify": {"leaves": verify.count, "megabytes": verify.megabytes,
                       "signatures_cpu_seconds": round(verify.signatures, 2)},
        },
    )  # fmt: skip


def _of_append(found: Appended) -> Sequence[Figure]:
    baseline = f"the same rows without a tree: {number(median(found.bare).value)}/s"
    return (
        Figure(f"append, batches of {BATCH}, checkpoint included", median(found.ours), "leaves/s",
               baseline, floor=FLOOR_APPENDS, more_is_better=True),
        Figure("append, time as a ratio", ratio(found.bare, found.ours), "x", baseline),
    )  # fmt: skip


def _of_proof(found: Proved) -> Sequence[Figure]:
    baseline = f"reading the decision: p50 {number(1000 * median(found.reads).value)} ms"
    p99 = 1000 * percentile(found.proofs, 99)
    return (
        Figure(f"proof at {found.count:,} leaves, p50", median(found.proofs).scaled(1000), "ms",
               baseline),
        Figure("proof, p99", Estimate(p99, p99, p99), "ms", baseline, floor=FLOOR_PROOF_MS),
        Figure("proof, as a ratio", ratio(found.proofs, found.reads), "x", baseline),
    )  # fmt: skip


def _of_verification(found: Verified) -> Iterator[Figure]:
    baseline = f"their Ed25519 checks alone: {number(found.signatures)} s of CPU"
    size = f"{found.count:,} leaves ({found.megabytes} MB)"
    for name, runs in found.runs.items():
        yield Figure(f"{name}, {size}", median(runs.clock), "s", baseline, floor=FLOOR_VERIFY_S)
        alone = [found.signatures] * len(runs.cpu)
        yield Figure(f"{name}, CPU as a ratio", ratio(runs.cpu, alone), "x", baseline)
