"""The guard's key is rotated under a running stack: nothing restarts, and both keys verify."""

import json
from pathlib import Path

import pytest

from caveat.attestation import canonical, verifier_of
from tests.e2e.asking import Asking
from tests.e2e.conftest import Stack

GOOD = "What are the symptoms of MDS?"


@pytest.fixture
def asking(stack: Stack) -> Asking:
    return Asking(stack)


def key_of(stack: Stack) -> str:
    """Return the fingerprint that `caveat up` prints."""
    told = stack.caveat("up", "--json")
    assert told.returncode == 0, told.stderr
    return str(json.loads(told.stdout)["key_id"])


def test_answers_of_before_and_after_a_rotation_verify_by_their_own_key(
    asking: Asking, tmp_path: Path
):
    stack = asking.stack
    pids = {path.name: path.read_text() for path in (stack.home / "run").glob("*.pid")}
    old, before = key_of(stack), asking.settled(asking.accepted(GOOD))

    rotated = stack.caveat("keys", "rotate", "guard", "--yes", "--json")
    assert rotated.returncode == 0, rotated.stderr
    after = asking.settled(asking.accepted(GOOD))

    new = json.loads(rotated.stdout)["new_key_id"]
    assert (before["attestation"]["key_id"], after["attestation"]["key_id"]) == (
        old,
        new,
    )
    assert key_of(stack) == new != old
    jwks = asking.get("/.well-known/jwks.json").json()
    assert {key["kid"] for key in jwks["keys"]} >= {old, new}
    assert next(key for key in jwks["keys"] if key["kid"] == old)["retired_at"]
    for name, envelope, pin, other in (
        ("before", before, old, new),
        ("after", after, new, old),
    ):
        content = canonical(envelope["answer"])
        verifier_of(jwks).verify_answer(content, envelope["attestation"]["jws"])
        assert asking.get(envelope["links"]["self"]).json()["answer"] == envelope["answer"]
        saved = tmp_path / f"{name}.json"
        saved.write_text(json.dumps(envelope))
        assert stack.caveat("verify", str(saved), "--fingerprint", pin).returncode == 0
        assert stack.caveat("verify", str(saved), "--fingerprint", other).returncode == 5
    assert stack.caveat("audit", "prove", after["answer"]["id"]).returncode == 0
    assert {p.name: p.read_text() for p in (stack.home / "run").glob("*.pid")} == pids
