import base64
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from caveat.attestation import canonical, sha256_hex
from tests.unit.verifiers.offline import PATH, a_file, offline, run, trusted
from tests.vectors import LOG, SIGNATURES

VECTORS = {vector["name"]: vector for vector in SIGNATURES["vectors"]}
PROOFS = {vector["name"]: vector["proof"] for vector in LOG["proofs"]}
GOOD: list[str] = next(v["lines"] for v in LOG["logs"] if v["name"] == "good")


def an_envelope(name: str = "published", **changes: Any) -> dict[str, Any]:
    vector = VECTORS[name]
    content = base64.b64decode(vector["document"])
    header = json.loads(base64.urlsafe_b64decode(vector["jws"].split(".")[0] + "==="))
    attestation = {
        "jws": vector["jws"],
        "key_id": header["kid"],
        "payload_sha256": sha256_hex(content),
    }
    answer = json.loads(content)
    return {"answer": answer, "attestation": attestation | changes, "lifecycle": {"log": None}}


def test_runs_by_itself_and_speaks_plainly(tmp_path: Path):
    trusted(tmp_path)
    path = a_file(tmp_path, an_envelope())
    command = [sys.executable, "-I", str(PATH), "answer", str(path), "--jwks"]

    good = subprocess.run(
        [*command, str(tmp_path / "jwks.json")], capture_output=True, text=True, check=False
    )
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.splitlines()[-1] == "The answer holds."
    assert "ans_00000000000000000000000001, published, decided as dec_1" in good.stdout

    path.write_text(path.read_text().replace("higher-risk", "lower-risk", 1))
    bad = subprocess.run(
        [*command, str(tmp_path / "jwks.json")], capture_output=True, text=True, check=False
    )
    assert bad.returncode == 5
    assert "FAILED  the signature does not match the document" in bad.stdout
    assert bad.stdout.splitlines()[-1] == "The answer DOES NOT HOLD."


def test_calls_a_wrong_call_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    trusted(tmp_path)
    for words in (
        ["answer", str(tmp_path / "nothing.json"), "--jwks", str(tmp_path / "jwks.json")],
        ["answer", str(a_file(tmp_path, an_envelope())), "--jwks", str(tmp_path / "none")],
    ):
        assert offline.main(words) == 2
    for words in ([], ["answer"], ["log", "x", "--jwks", "x"], ["sing", "x"]):
        with pytest.raises(SystemExit) as left:
            offline.main(words)
        assert left.value.code == 2
    assert "No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"key_id": "another"}, "names another key"),
        ({"payload_sha256": "0" * 64}, "names another key or digest"),
        ({"jws": None}, "the signature is not a text"),
        ({"jws": ""}, "not a detached JWS"),
    ],
)
def test_holds_the_envelope_to_its_signature(tmp_path: Path, changes: dict[str, Any], why: str):
    trusted(tmp_path)

    ran = run("answer", a_file(tmp_path, an_envelope(**changes)), "--jwks", tmp_path / "jwks.json")

    assert ran.status == 5
    assert why in ran.fault


def test_pins_a_key(tmp_path: Path):
    trusted(tmp_path)
    path, jwks = a_file(tmp_path, an_envelope()), tmp_path / "jwks.json"
    key_id = an_envelope()["attestation"]["key_id"]

    assert run("answer", path, "--jwks", jwks, "--fingerprint", key_id).status == 0
    other = run("answer", path, "--jwks", jwks, "--fingerprint", "another")
    assert (other.status, "not by the pinned key" in other.fault) == (5, True)


@pytest.mark.parametrize(
    "jwks",
    ["[]", "{}", '{"keys": []}', '{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]}', "{"],
)
def test_a_key_set_that_is_none_verifies_nothing(tmp_path: Path, jwks: str):
    (tmp_path / "jwks.json").write_text(jwks)

    ran = run("answer", a_file(tmp_path, an_envelope()), "--jwks", tmp_path / "jwks.json")

    assert ran.status == 5


def test_ties_a_proof_to_the_answer_that_it_is_about(tmp_path: Path):
    keys = trusted(tmp_path)
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps(an_envelope()))
    proof = a_file(tmp_path, PROOFS["leaf 4 of 7"])

    about = run("proof", proof, *keys, "--answer", answer)
    assert about.status == 0
    assert "answer and leaf: the decision is about this very document" in about.told["passed"]

    answer.write_text(json.dumps(an_envelope("failed")))
    other = run("proof", proof, *keys, "--answer", answer)
    assert (other.status, other.fault) == (
        5, "the leaf is the decision about another document than this answer"
    )  # fmt: skip
    answer.write_text(json.dumps(an_envelope()))
    operation = run("proof", a_file(tmp_path, PROOFS["leaf 5 of 7"]), *keys, "--answer", answer)
    assert operation.status == 5


def a_log(folder: Path, lines: list[str]) -> Any:
    return run("log", a_file(folder, lines), *trusted(folder))


def test_tells_programs_what_a_log_holds(tmp_path: Path):
    told = a_log(tmp_path, GOOD).told

    assert (told["size"], told["decisions"], told["checkpoints"]) == (7, 5, 2)
    assert told["origin"] == "caveat.test/log"
    assert len(told["root"]) == 64


def tampered(lines: list[str], chance: random.Random) -> list[str]:
    """Spoil a log's leaves in one of the ways in which somebody might."""
    lines, at = list(lines), chance.randrange(1, 8)
    other = chance.choice([n for n in range(1, 8) if n != at])
    kind = chance.choice(["flip", "delete", "insert", "swap", "truncate", "fork"])
    if kind == "delete":
        del lines[at]
    elif kind == "insert":
        lines.insert(at, lines[other])
    elif kind == "swap":
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == "truncate":
        lines = lines[:at] + lines[8:]
    else:
        entry = json.loads(lines[at])["leaf"]
        content = bytearray(base64.b64decode(entry["content"]))
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        if kind == "fork":  # another operation in the place of the leaf
            fields = {"schema": "caveat/operation/1", "kind": "x", "at": str(chance.random())}
            content, entry["kind"], entry["jws"] = bytearray(canonical(fields)), "operation", ""
        lines[at] = json.dumps({"leaf": entry | {"content": base64.b64encode(content).decode()}})
    return lines


def test_finds_200_of_200_random_tampers(tmp_path: Path):
    chance = random.Random(20261122)  # noqa: S311 - to be the same every time
    keys = trusted(tmp_path)
    for _ in range(200):
        spoiled = tampered(GOOD, chance)
        ran = run("log", a_file(tmp_path, spoiled), *keys)

        assert ran.status == 5, spoiled
        first = next((n for n in range(8) if spoiled[n + 1] != GOOD[n + 1]), 7)
        assert ran.told["first_bad_index"] <= first


@pytest.mark.parametrize("lines", [[], ["{}"], ["[]"], ["{"], GOOD[:1], [*GOOD, "{}"], [*GOOD, ""]])
def test_what_is_no_log_is_refused(tmp_path: Path, lines: list[str]):
    assert a_log(tmp_path, lines).status == 5


def test_a_large_log_is_checked_by_several_processes_to_the_same_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(offline, "_WORTH_A_POOL", 0)
    monkeypatch.setattr(offline, "_CHUNK", 2)
    keys = (tmp_path, *trusted(tmp_path))[1:]
    path = a_file(tmp_path, GOOD)
    with path.open("rb") as file:
        outline = offline.outline_of(file)
        guard = offline.guard_keys((tmp_path / "jwks.json").read_bytes())
        assert [c[0] for c in offline.checked_lines(file, outline, guard)] == list(range(7))

    assert run("log", path, *keys).status == 0
