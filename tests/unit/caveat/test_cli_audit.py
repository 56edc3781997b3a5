"""caveat audit and caveat decisions, against a real auditor's gRPC edge and its store."""

import asyncio
import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from caveat import wire
from caveat.attestation import (
    KeyOwner,
    checkpoint_text,
    create_keys,
    load_auditor_key,
    load_log_keys,
    load_signer,
    rotate,
)
from caveat.chassis.readiness import Readiness
from caveat.chassis.rpc import Server, Servicer
from caveat.chassis.store import Store
from caveat.cli import audit as audit_commands
from caveat.cli import main as command_line
from caveat.model import DecisionRecord
from caveat.v1.auditor_service_pb2_grpc import add_AuditorServiceServicer_to_server
from caveat.v1.guard_service_pb2 import ListDecisionsResponse
from caveat.v1.guard_service_pb2_grpc import (
    GuardServiceServicer,
    add_GuardServiceServicer_to_server,
)
from services.auditor.__main__ import MIGRATIONS
from services.auditor.adapters import StoreDecisionLog
from services.auditor.rpc import AuditorServicer
from tests.unit.auditor.builders import NOW, a_question_of, a_record, a_signed_entry, an_operation
from tests.unit.auditor.tampering import tamper

ROOT = Path(__file__).resolve().parents[3]
LEAVES = 23


class FakeGuard(GuardServiceServicer):
    """Lists what it was given."""

    def __init__(self) -> None:
        self.records: list[DecisionRecord] = []

    async def ListDecisions(self, request: Any, context: Any) -> Any:  # noqa: N802
        page = [one for one in self.records if one.number > request.after][: request.limit]
        return ListDecisionsResponse(decisions=map(wire.to_proto, page))


class House:
    """A home with keys and an auditor that serves in a thread."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.path = home / "auditor" / "auditor.db"
        self.guard = FakeGuard()
        create_keys(home / "keys")
        self.signer = load_signer(home / "keys")
        self.store = Store(f"sqlite:///{self.path}", MIGRATIONS, name="auditor",
                           readiness=Readiness("auditor"))  # fmt: skip
        self.log = StoreDecisionLog(self.store)
        self.ports = {"auditor": free_port(), "guard": free_port()}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._servers: list[Server] = []

    def do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def begin(self) -> None:
        self._thread.start()
        self.do(self.store.start())
        auditor = AuditorServicer(self.log, lambda: datetime.now(UTC))
        for name, implementation, register in (
            ("auditor", auditor, add_AuditorServiceServicer_to_server),
            ("guard", self.guard, add_GuardServiceServicer_to_server),
        ):
            servicer = Servicer(implementation, register, f"caveat.v1.{name.title()}Service")
            self._servers.append(Server("127.0.0.1", self.ports[name], [servicer]))
            self.do(self._servers[-1].start())

    def end(self) -> None:
        for server in self._servers:
            self.do(server.stop())
        self.do(self.store.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def decide(self, first: int, last: int, **changes: Any) -> None:
        entries = [a_signed_entry(self.signer, n, **changes) for n in range(first, last + 1)]
        self.do(self.log.append(entries, datetime.now(UTC)))

    def sign(self) -> None:
        self.do(self.log.add_checkpoint(load_auditor_key(self.home / "keys"), datetime.now(UTC)))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    house = House(tmp_path / "home")
    house.begin()
    for name, port in house.ports.items():
        monkeypatch.setenv(f"CAVEAT_PEER_{name.upper()}", f"127.0.0.1:{port}")
    monkeypatch.setenv("CAVEAT_HOME", str(house.home))
    monkeypatch.setattr(audit_commands, "_COVERED_WITHIN", 0.5)
    house.decide(1, 10)
    house.do(house.log.append_operation(an_operation(), datetime.now(UTC)))
    house.sign()
    house.decide(11, LEAVES - 1)
    house.sign()
    yield house
    house.end()


@pytest.fixture
def caveat(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: Any) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["caveat", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            command_line.main()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return run


# --- decisions -----------------------------------------------------------------------------------


def test_lists_decisions_by_verdict_and_number(house: House, caveat: Any) -> None:
    status, out, _ = caveat("decisions", "ls", "--verdict", "refuse", "--after", "5", "--json")

    assert status == 0
    assert [one["number"] for one in json.loads(out)] == [9, 13, 17, 21]
    _, out, _ = caveat("decisions", "ls", "--limit", "2")
    assert "dec_1 " in out
    assert "dec_3 " not in out


@pytest.mark.parametrize("name", ["dec_7", "7", a_question_of(7), a_question_of(7) + "@1"])
def test_shows_a_decision_under_each_of_its_names(house: House, caveat: Any, name: str) -> None:
    status, out, _ = caveat("decisions", "show", name, "--json")

    assert status == 0
    shown = json.loads(out)
    assert (shown["number"], shown["record"]["decision_id"]) == (7, "dec_7")


def test_says_that_a_decision_is_unknown(house: House, caveat: Any) -> None:
    for name in ("dec_999", a_question_of(999), a_question_of(7) + "@2"):
        status, _, err = caveat("decisions", "show", name)
        assert (status, err.count("\n")) == (1, 1)


@pytest.mark.parametrize("version", ["", "0", "two", "9" * 20])
def test_never_shows_version_1_for_one_that_cannot_be(
    house: House, caveat: Any, version: str
) -> None:
    status, out, err = caveat("decisions", "show", f"{a_question_of(7)}@{version}")

    assert (status, out) == (1, "")
    assert "no answer has a version" in err


def test_shows_in_what_two_decisions_differ(house: House, caveat: Any) -> None:
    house.decide(LEAVES, LEAVES, question_id=a_question_of(4), version=2, verdict="failed")

    _, out, _ = caveat("decisions", "diff", a_question_of(4), a_question_of(4) + "@2", "--json")

    differing = {row["path"]: (row["first"], row["second"]) for row in json.loads(out)}
    assert differing["version"] == (1, 2)
    assert differing["verdict"] == ("pass", "failed")
    assert "question_id" not in differing
    _, out, _ = caveat("decisions", "diff", "dec_4", "dec_23")
    assert "- version" in out
    assert "+ version" in out


# --- proofs and exports --------------------------------------------------------------------------


def test_proves_a_decision_in_a_file_that_verifies(
    house: House, caveat: Any, tmp_path: Path
) -> None:
    proof = tmp_path / "proof.json"

    status, _, err = caveat("audit", "prove", a_question_of(12), "-o", proof)
    assert (status, "leaf 12 of the 23" in err) == (0, True)
    status, out, _ = caveat("audit", "verify", proof)
    assert (status, out.startswith("ok ")) == (0, True)

    fields = json.loads(proof.read_text())
    fields["leaf"]["index"] = 11
    proof.write_text(json.dumps(fields))
    status, out, _ = caveat("audit", "verify", proof)
    assert (status, "first bad index 11" in out) == (5, True)


def test_proves_that_the_log_continues_what_was_verified_earlier(
    house: House, caveat: Any, tmp_path: Path
) -> None:
    assert caveat("audit", "verify")[0] == 0
    for last in (LEAVES, LEAVES + 6):  # under the checkpoint that was seen, and under a later one
        status, _, err = caveat("audit", "prove", "dec_12", "-o", tmp_path / "proof.json")
        assert (status, f"of the {last} that are signed" in err) == (0, True)
        house.decide(last, last + 5)
        house.sign()


def test_finds_by_a_proof_that_the_log_is_not_the_one_verified_earlier(
    house: House, caveat: Any, tmp_path: Path
) -> None:
    auditor, witness = load_auditor_key(house.home / "keys"), house.home / "audit" / "witness.txt"
    root = (
        load_log_keys(house.home / "keys").open_checkpoint(house.do(house.log.checkpoint(0))).root
    )
    witness.parent.mkdir()
    for size, why in (
        (11, "does not continue that of 11"),  # a fork of what the auditor's own key has signed
        (LEAVES, f"the roots of {LEAVES} and {LEAVES} leaves do not agree"),
        (LEAVES - 1, f"there is no checkpoint of size {LEAVES - 1}"),
        (LEAVES + 1, f"there is no checkpoint of size {LEAVES + 1}"),  # rolled back
    ):
        witness.write_text(auditor.sign(checkpoint_text(auditor.origin, size, root[::-1])))
        status, _, err = caveat("audit", "prove", "dec_12", "-o", tmp_path / "proof.json")

        assert (status, why in err, err.count("\n")) == (5, True, 1), err
        assert f"is not the one that was verified earlier ({witness})" in err
        assert "caveat audit verify" in err


def test_waits_for_the_checkpoint_that_will_cover_a_decision(house: House, caveat: Any) -> None:
    house.decide(LEAVES, LEAVES)
    threading.Timer(0.3, house.sign).start()

    status, out, _ = caveat("audit", "prove", f"dec_{LEAVES}")

    assert status == 0
    assert json.loads(out)["tree_size"] == LEAVES + 1


def test_says_that_no_checkpoint_came(house: House, caveat: Any) -> None:
    house.decide(LEAVES, LEAVES)

    status, _, err = caveat("audit", "prove", f"dec_{LEAVES}")

    assert (status, "the checkpoint is older" in err) == (1, True)


def test_exports_a_log_that_everybody_can_verify(house: House, caveat: Any, tmp_path: Path) -> None:
    export, older = tmp_path / "log.jsonl", tmp_path / "older.txt"
    older.write_text(house.do(house.log.checkpoint(11)))

    assert caveat("audit", "export", export)[0] == 0
    status, out, _ = caveat("audit", "verify", export, "--checkpoint", older, "--json")
    assert (status, json.loads(out)["leaves"]) == (0, LEAVES)
    keys = house.home / "keys" / "public"
    command = (sys.executable, ROOT / "verifiers" / "caveat_verify.py", "log", export,
               "--keys", keys / "log.txt", "--jwks", keys / "jwks.json")  # fmt: skip
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0

    lines = export.read_text().splitlines(keepends=True)
    export.write_text("".join([*lines[:5], *lines[6:]]))
    status, out, _ = caveat("audit", "verify", export)
    assert (status, "first bad index 4" in out) == (5, True)


# --- the store -----------------------------------------------------------------------------------


def test_verifies_the_store_and_remembers_how_far(house: House, caveat: Any) -> None:
    status, out, _ = caveat("audit", "verify", "--json")

    assert status == 0
    told = json.loads(out)
    assert (told["leaves"], told["decisions"], told["covered"]) == (LEAVES, LEAVES - 1, LEAVES)
    assert (house.home / "audit" / "witness.txt").read_text() == told["checkpoint"]


def test_a_log_that_still_grows_holds(house: House, caveat: Any) -> None:
    house.decide(LEAVES, LEAVES + 2)

    assert caveat("audit", "verify")[0] == 0


def test_finds_that_the_log_was_rolled_back(house: House, caveat: Any, tmp_path: Path) -> None:
    with closing(sqlite3.connect(house.path)) as db, closing(sqlite3.connect(tmp_path / "b")) as b:
        db.backup(b)
    house.decide(LEAVES, LEAVES)
    house.sign()
    assert caveat("audit", "verify")[0] == 0

    status, out, _ = caveat("audit", "verify", "--store", f"sqlite:///{tmp_path}/b")

    assert (status, f"first bad index {LEAVES}" in out) == (5, True)
    assert "the one verified earlier" in out


def test_finds_that_the_log_lacks_what_the_guard_decided(house: House, caveat: Any) -> None:
    moment = datetime.now(UTC)
    for ago, expected in ((timedelta(seconds=2), 0), (timedelta(seconds=60), 5)):
        decided_at = (moment - ago).isoformat().replace("+00:00", "Z")
        house.guard.records = [a_record(house.signer, LEAVES, decided_at=decided_at)]
        status, out, _ = caveat("audit", "verify")
        assert status == expected
    assert f"the guard made decision {LEAVES}" in out


def test_verifies_across_a_rotation_of_both_keys(house: House, caveat: Any) -> None:
    for owner in KeyOwner:
        rotate(house.home / "keys", owner, now=NOW + timedelta(days=1), grace=timedelta(0))
    house.signer = load_signer(house.home / "keys")
    house.decide(LEAVES, LEAVES, decided_at="2026-11-24T00:00:00Z")
    house.sign()

    status, out, _ = caveat("audit", "verify")
    assert (status, out.startswith("ok ")) == (0, True)


@pytest.mark.parametrize("seed", [0, 3, 7, 8, 9])
def test_says_the_first_bad_index_of_a_tampered_store(
    house: House, caveat: Any, tmp_path: Path, seed: int
) -> None:
    assert caveat("audit", "verify")[0] == 0
    with closing(sqlite3.connect(house.path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = Path(shutil.copy(house.path, tmp_path / "copy.db"))
    done = tamper(copy, seed)

    status, out, err = caveat("audit", "verify", "--store", f"sqlite:///{copy}", "--json")

    assert status == 5, (done, out, err)
    if done.first_bad >= 0:
        assert json.loads(out)["first_bad_index"] == done.first_bad, (done, out)


def test_says_that_there_is_no_log(house: House, caveat: Any, tmp_path: Path) -> None:
    status, _, err = caveat("audit", "verify", "--store", f"sqlite:///{tmp_path}/none.db")
    assert (status, "there is no audit log at" in err) == (69, True)
    assert not (tmp_path / "none.db").exists()

    (tmp_path / "other.db").write_bytes(b"not a database" * 100)
    status, _, err = caveat("audit", "verify", "--store", f"sqlite:///{tmp_path}/other.db")
    assert (status, "cannot be read" in err, err.count("\n")) == (5, True, 1)


def test_a_store_that_is_verified_is_not_changed(house: House, caveat: Any, tmp_path: Path) -> None:
    with closing(sqlite3.connect(house.path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = Path(shutil.copy(house.path, tmp_path / "copy.db"))
    before = copy.read_bytes()

    assert caveat("audit", "verify", "--store", f"sqlite:///{copy}")[0] == 0

    assert copy.read_bytes() == before
