"""How long a proof takes in a large log, beside reading the decision."""

import random
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.audit.entries import NOW, a_store
from caveat.attestation import load_auditor_key
from services.auditor import merkle
from services.auditor.adapters import StoreDecisionLog

PROOFS = 1_000
_PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Proved:
    """Seconds of each proof, and of each reading."""

    count: int
    proofs: Sequence[float]
    reads: Sequence[float]


async def measure_proofs(home: Path, count: int) -> Proved:
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
    return Proved(count, proofs, reads)


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
