"""How long verifying a whole log takes, beside its signatures alone."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.audit.entries import NOW, a_store, an_entry
from benchmarks.command import ROOT
from caveat.attestation import load_auditor_key, load_signer
from services.auditor.adapters import StoreDecisionLog
from services.auditor.files import export_lines


@dataclass(frozen=True, slots=True)
class Runs:
    """Seconds of each run of one verifier, on the clock and of CPU."""

    clock: Sequence[float]
    cpu: Sequence[float]


@dataclass(frozen=True, slots=True)
class Verified:
    """What each verifier took, and how many CPU seconds the signatures alone take."""

    count: int
    megabytes: int
    runs: Mapping[str, Runs]
    signatures: float


async def measure_verification(home: Path, count: int) -> Verified:
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
    runs = {
        "`caveat audit verify`": took(caveat, environment, repeat=3),
        "`caveat audit verify EXPORT`": took((*caveat, str(export)), environment, repeat=3),
        "`verifiers/caveat_verify.py`": took(offline, environment, repeat=3),
    }
    return Verified(count, round(export.stat().st_size / 1e6), runs, signatures_alone(count))


async def everything(log: StoreDecisionLog, count: int) -> list[Any]:
    """Read all leaves."""
    found: list[Any] = []
    while len(found) < count:
        found += await log.leaves(len(found), 1000)
    return found


def took(command: Sequence[str], environment: Mapping[str, str], *, repeat: int) -> Runs:
    """Run a verifier some times."""
    clock, work = list[float](), list[float]()
    for _ in range(repeat):
        before, began = cpu_of_children(), time.perf_counter()
        subprocess.run(command, env=environment, check=True, capture_output=True)  # noqa: S603
        clock.append(time.perf_counter() - began)
        work.append(cpu_of_children() - before)
    return Runs(clock, work)


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
