"""Every verifier of the audit log says the same of every vector."""

import ast
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from caveat.attestation import open_checkpoint
from caveat.attestation.notes import read_vkey
from caveat.errors import VerificationFailed
from tests.unit.verifiers.offline import PATH, a_file, offline, run, trusted
from tests.unit.web import verify_js
from tests.vectors import FOLDER, LOG

PROOFS = [pytest.param(vector, id=vector["name"]) for vector in LOG["proofs"]]
LOGS = [pytest.param(vector, id=vector["name"]) for vector in LOG["logs"]]
REFERENCE = LOG["rfc6962"]


def test_the_vectors_are_what_the_script_makes():
    script = FOLDER.parents[1] / "scripts" / "vectors"

    ran = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )

    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_published_tree_has_its_published_roots():
    tree = offline.Tree()
    assert tree.root().hex() == REFERENCE["empty_root"] == hashlib.sha256(b"").hexdigest()
    for leaf, root in zip(REFERENCE["leaves"], REFERENCE["roots"], strict=True):
        tree.append(offline.leaf_hash(bytes.fromhex(leaf)))
        assert tree.root().hex() == root


@pytest.mark.parametrize("proof", REFERENCE["inclusion"])
def test_the_published_inclusion_proofs_hold_and_hold_nowhere_else(proof: dict[str, Any]):
    leaf = offline.leaf_hash(bytes.fromhex(REFERENCE["leaves"][proof["index"]]))
    path = [bytes.fromhex(each) for each in proof["path"]]

    assert (
        reached(proof["index"], proof["size"], leaf, path) == REFERENCE["roots"][proof["size"] - 1]
    )
    for index in set(range(proof["size"])) - {proof["index"]}:
        root = reached(index, proof["size"], leaf, path)
        assert root != REFERENCE["roots"][proof["size"] - 1]


def reached(index: int, size: int, leaf: bytes, path: list[bytes]) -> str:
    try:
        return str(offline.root_of_path(index, size, leaf, path).hex())
    except offline.Fault:
        return ""


def test_javascript_follows_the_published_paths():
    said = verify_js.said(FOLDER / "log.json", "paths")

    assert len(said) == 36
    assert set(said.values()) == {True}


@pytest.mark.parametrize("vector", PROOFS)
def test_the_offline_verifier_on_proofs(vector: dict[str, Any], tmp_path: Path):
    ran = run("proof", a_file(tmp_path, vector["proof"]), *trusted(tmp_path))

    assert ran.status == (0 if vector["valid"] else 5), ran.told


def test_javascript_on_proofs():
    said = verify_js.said(FOLDER / "log.json", "proofs")

    assert {name: why is True for name, why in said.items()} == {
        vector["name"]: vector["included"] for vector in LOG["proofs"]
    }
    assert all(why is True or why.startswith("VerificationFailed") for why in said.values())


@pytest.mark.parametrize("vector", PROOFS)
def test_python_on_the_checkpoints_of_proofs(vector: dict[str, Any]):
    note, keys = vector["proof"]["checkpoint"], [read_vkey(line) for line in LOG["vkeys"]]
    try:
        offline.open_checkpoint(note, offline.log_keys("\n".join(LOG["vkeys"]).encode()))
    except offline.Fault:
        with pytest.raises(VerificationFailed):
            open_checkpoint(note, keys)
        return
    assert open_checkpoint(note, keys).origin == "caveat.test/log"


@pytest.mark.parametrize("vector", LOGS)
def test_the_offline_verifier_on_logs(vector: dict[str, Any], tmp_path: Path):
    arguments = [*trusted(tmp_path)]
    if "older" in vector:
        (tmp_path / "older.txt").write_text(vector["older"], encoding="utf-8")
        arguments += ["--checkpoint", str(tmp_path / "older.txt")]

    ran = run("log", a_file(tmp_path, vector["lines"]), *arguments)

    assert ran.status == (0 if vector["valid"] else 5), ran.told
    assert ran.told.get("first_bad_index") == vector["first_bad_index"]


def test_the_offline_verifier_is_one_file_for_old_pythons():
    tree = ast.parse(PATH.read_text(encoding="utf-8"), feature_version=(3, 9))

    imported = {
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    roots = {name.partition(".")[0] for name in imported}
    assert roots - sys.stdlib_module_names == {"cryptography"}


def test_the_checkpoints_of_the_good_log_grow():
    [good] = [vector for vector in LOG["logs"] if vector["name"] == "good"]
    keys = [read_vkey(line) for line in LOG["vkeys"]]
    notes = [json.loads(line)["checkpoint"] for line in good["lines"] if "checkpoint" in line]

    sizes = [open_checkpoint(note, keys).size for note in notes]

    assert sizes == sorted(set(sizes))
