import copy
import json
from pathlib import Path
from typing import Any

import pytest

from caveat.attestation import (
    Signer,
    Verifier,
    canonical,
    create_keys,
    load_signer,
    load_verifier,
    sha256_hex,
)
from caveat.cli.verification import verify_envelope
from tests.builders import a_document


def an_envelope(signer: Signer, document: dict[str, Any] | None = None) -> dict[str, Any]:
    document = document or a_document()
    content = canonical(document)
    return {
        "answer": document,
        "attestation": {
            "jws": signer.sign(content),
            "key_id": signer.key_id,
            "payload_sha256": sha256_hex(content),
        },
        "lifecycle": {},
        "links": {},
    }


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    create_keys(tmp_path)
    return load_signer(tmp_path)


@pytest.fixture
def verifier(signer: Signer, tmp_path: Path) -> Verifier:
    return load_verifier(tmp_path)


def failed(envelope: Any, verifier: Verifier) -> list[str]:
    return [check.name for check in verify_envelope(envelope, verifier).checks if not check.ok]


def test_accepts_a_signed_answer_and_says_what_it_saw(signer: Signer, verifier: Verifier):
    envelope = json.loads(json.dumps(an_envelope(signer), indent=3))

    verification = verify_envelope(envelope, verifier)

    assert verification.holds
    assert verification.key_id == signer.key_id
    assert verification.digest == envelope["attestation"]["payload_sha256"]
    assert verification.decision_id == "dec_1"
    assert [check.name for check in verification.checks] == [
        "canonical bytes",
        "digest",
        "signature",
        "document",
        "key id",
    ]


def test_finds_one_changed_word(signer: Signer, verifier: Verifier):
    envelope = an_envelope(signer)
    envelope["answer"]["sentences"]["s1"]["text"] = "CAR T-cell therapy is approved."

    assert failed(envelope, verifier) == ["digest", "signature", "document", "key id"]


def test_finds_a_changed_word_whose_digest_was_changed_too(signer: Signer, verifier: Verifier):
    envelope = an_envelope(signer)
    envelope["answer"]["title"] = "Another"
    envelope["attestation"]["payload_sha256"] = sha256_hex(canonical(envelope["answer"]))

    assert failed(envelope, verifier) == ["signature", "document", "key id"]


def test_finds_a_key_that_is_not_trusted(verifier: Verifier, tmp_path: Path):
    create_keys(tmp_path / "other")
    envelope = an_envelope(load_signer(tmp_path / "other"))

    verification = verify_envelope(envelope, verifier)

    assert not verification.holds
    assert "unknown" in verification.first_fault


def test_finds_a_wrong_key_id_beside_a_good_signature(signer: Signer, verifier: Verifier):
    envelope = an_envelope(signer)
    envelope["attestation"]["key_id"] = "another"

    assert failed(envelope, verifier) == ["key id"]


def test_finds_another_kind_of_document(signer: Signer, verifier: Verifier):
    envelope = an_envelope(signer, a_document(schema="caveat/decision/1"))

    assert failed(envelope, verifier) == ["document"]


def test_finds_a_key_that_is_not_the_pinned_one(signer: Signer, verifier: Verifier):
    envelope = an_envelope(signer)

    assert verify_envelope(envelope, verifier, [signer.key_id]).holds
    checks = verify_envelope(envelope, verifier, ["another"]).checks
    assert [check.name for check in checks if not check.ok] == ["fingerprint"]


def test_refuses_floating_point(signer: Signer, verifier: Verifier):
    envelope = copy.deepcopy(an_envelope(signer))
    envelope["answer"]["version"] = 1.0

    assert "canonical bytes" in failed(envelope, verifier)


@pytest.mark.parametrize(
    "envelope", [{}, [], None, "x", {"answer": {}}, {"answer": [], "attestation": 1}]
)
def test_fails_whatever_is_no_envelope(envelope: Any, verifier: Verifier):
    assert not verify_envelope(envelope, verifier).holds
