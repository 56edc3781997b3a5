"""What was verified once is remembered, and holds even against who has the log's own key."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.unit.auditor.builders import an_operation
from tests.unit.auditor.tampering import WAYS, Tamperer, tamper
from tests.unit.caveat.test_cli_audit import LEAVES, House, caveat, house

__all__ = ["caveat", "house"]  # fixtures

REWRITE = WAYS.index(Tamperer.fork)


def forked(house: House, folder: Path) -> Path:
    """Write the log anew with another operation, signed by the same keys."""
    shutil.copytree(house.home / "keys", folder / "keys")
    fork = House(folder)
    fork.begin()
    try:
        fork.decide(1, 10)
        fork.do(fork.log.append_operation(an_operation(2), datetime.now(UTC)))
        fork.sign()
        fork.decide(11, LEAVES - 1)
        fork.sign()
    finally:
        fork.end()
    return fork.path


def test_finds_a_fork_of_the_same_length_that_the_logs_own_key_signed(
    house: House, caveat: Any, tmp_path: Path
) -> None:
    fork = f"sqlite:///{forked(house, tmp_path / 'fork')}"
    assert caveat("audit", "verify", "--store", fork)[0] == 0  # on its own nothing is wrong with it
    (house.home / "audit" / "witness.txt").unlink()
    assert caveat("audit", "verify")[0] == 0

    status, out, _ = caveat("audit", "verify", "--store", fork)

    assert status == 5
    assert "the one verified earlier" in out


def test_remembers_nothing_of_a_log_that_does_not_hold(
    house: House, caveat: Any, tmp_path: Path
) -> None:
    assert caveat("audit", "verify")[0] == 0
    witness = house.home / "audit" / "witness.txt"
    known = witness.read_text()
    house.decide(LEAVES, LEAVES)
    house.sign()
    bad = tmp_path / "bad.db"
    with closing(sqlite3.connect(house.path)) as db, closing(sqlite3.connect(bad)) as copy:
        db.backup(copy)
    tamper(bad, REWRITE)

    assert caveat("audit", "verify", "--store", f"sqlite:///{bad}")[0] == 5

    assert witness.read_text() == known
    assert caveat("audit", "verify")[0] == 0
    assert witness.read_text() != known
