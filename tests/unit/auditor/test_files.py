"""Proofs and exports, on the vectors that every verifier of this repository shares."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from caveat.attestation import Checkpoint, LogKeys, Verifier, verifier_of
from caveat.errors import VerificationFailed
from services.auditor import merkle
from services.auditor.files import ExportAudit, verify_proof
from services.auditor.verification import Account
from tests.unit.auditor.trees import root_of

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "log.json").read_text(encoding="utf-8")
)
RFC = VECTORS["rfc6962"]
HASHES = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in RFC["leaves"]]


@pytest.fixture
def log_keys(tmp_path: Path) -> LogKeys:
    (tmp_path / "log.txt").write_text("\n".join(VECTORS["vkeys"]) + "\n")
    return LogKeys(tmp_path / "log.txt")


@pytest.fixture
def verifier() -> Verifier:
    return verifier_of(VECTORS["jwks"])


def node(level: int, index: int) -> bytes:
    return root_of(HASHES[index << level : (index + 1) << level])


def root(size: int) -> bytes:
    return bytes.fromhex(RFC["roots"][size - 1])


def test_makes_the_trees_of_the_vectors() -> None:
    assert merkle.root(node, 0).hex() == RFC["empty_root"]
    for size, told in enumerate(RFC["roots"], 1):
        assert merkle.root(node, size).hex() == told
    for one in RFC["inclusion"]:
        path = merkle.inclusion_path(node, one["index"], one["size"])
        assert [step.hex() for step in path] == one["path"]
        merkle.verify_inclusion(
            HASHES[one["index"]], one["index"], one["size"],
            path=path, root_hash=root(one["size"]),
        )  # fmt: skip
    for one in RFC["consistency"]:
        path = merkle.consistency_path(node, one["first"], one["second"])
        assert [step.hex() for step in path] == one["path"]
        merkle.verify_consistency(
            one["first"], one["second"], path=path,
            first_root=root(one["first"]), second_root=root(one["second"]),
        )  # fmt: skip


@pytest.mark.parametrize("vector", VECTORS["proofs"], ids=lambda vector: vector["name"])
def test_judges_a_proof_as_the_vectors_say(
    log_keys: LogKeys, verifier: Verifier, vector: dict[str, Any]
) -> None:
    try:
        holds = verify_proof(vector["proof"], log_keys, verifier).fault is None
    except VerificationFailed:
        holds = False

    assert holds == vector["valid"], vector["why"]


@pytest.mark.parametrize("vector", VECTORS["logs"], ids=lambda vector: vector["name"])
def test_judges_an_export_as_the_vectors_say(
    log_keys: LogKeys, verifier: Verifier, vector: dict[str, Any]
) -> None:
    older = vector.get("older")
    seen = [("the older one", log_keys.open_checkpoint(older))] if older else []
    account = judged(log_keys, verifier, vector["lines"], *seen)

    assert (account is not None and account.fault is None) == vector["valid"], vector["why"]
    if account and account.fault and vector["first_bad_index"] is not None:
        assert account.fault.index == vector["first_bad_index"], account.fault


def judged(
    keys: LogKeys, verifier: Verifier, lines: list[str], *seen: tuple[str, Checkpoint]
) -> Account | None:
    try:
        text = io.StringIO("\n".join(lines) + "\n")
        return ExportAudit(keys, verifier).run(text, seen)
    except VerificationFailed:
        return None


def test_an_export_must_continue_the_checkpoint_that_was_seen(
    log_keys: LogKeys, verifier: Verifier
) -> None:
    good = next(vector for vector in VECTORS["logs"] if vector["name"] == "good")["lines"]
    account = judged(log_keys, verifier, good)
    assert account is not None
    seen = log_keys.open_checkpoint(account.note)

    held = judged(log_keys, verifier, good, ("mine", seen))
    forked = Checkpoint(seen.origin, 3, b"\x00" * 32, seen.signed_by)
    other = judged(log_keys, verifier, good, ("mine", forked))
    longer = Checkpoint(seen.origin, 99, seen.root, seen.signed_by)
    shorter = judged(log_keys, verifier, good, ("mine", longer))

    assert held is not None
    assert held.fault is None
    for account in (other, shorter):
        assert account is not None
        assert "mine" in str(account.fault)
