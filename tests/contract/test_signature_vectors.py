"""Every verifier says the same of every signature vector."""

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from caveat.attestation import canonical, read_strictly, sha256_hex, verifier_of
from caveat.cli.verification import verify_envelope
from caveat.errors import VerificationFailed
from caveat.model import AnswerPublished
from services.gateway.attested import Attestor
from services.renderer.attested import AttestedRenderer
from services.renderer.presentation import Presentation
from tests.unit.verifiers.offline import a_file, offline, run
from tests.unit.web import verify_js
from tests.vectors import FOLDER, SIGNATURES

VERIFIER = verifier_of(SIGNATURES["jwks"])
ALL = [pytest.param(vector, id=vector["name"]) for vector in SIGNATURES["vectors"]]
ANSWERS = [p for p in ALL if p.values[0]["kind"] == "answer"]  # type: ignore[index]


def content_of(vector: dict[str, Any]) -> bytes:
    return base64.b64decode(vector["document"])


def envelope_of(vector: dict[str, Any]) -> bytes:
    """Put the vector's text into an envelope that says of it what an honest one would say."""
    content, header = content_of(vector), vector["jws"].split(".")[0]
    key_id = json.loads(base64.urlsafe_b64decode(header + "==="))["kid"] if header else ""
    signed = canonical(json.loads(content)) if vector.get("in_envelope") else content
    attestation = {"jws": vector["jws"], "key_id": key_id, "payload_sha256": sha256_hex(signed)}
    return b'{"answer":' + content + b',"attestation":' + json.dumps(attestation).encode() + b"}"


def in_envelope(vector: dict[str, Any]) -> bool:
    return bool(vector.get("in_envelope", vector["valid"]))


def test_the_vectors_hold_every_status_and_an_astral_character():
    documents = [json.loads(content_of(v)) for v in SIGNATURES["vectors"] if v["valid"]]

    found = {document["status"] for document in documents}
    assert found == {"published", "insufficient_evidence", "refused", "failed"}
    assert any(c > "\uffff" for document in documents for c in str(document))
    assert len({v["name"] for v in SIGNATURES["vectors"]}) == len(SIGNATURES["vectors"]) >= 40


# --- over the signed bytes ---


@pytest.mark.parametrize("vector", ALL)
def test_python(vector: dict[str, Any]):
    verify = VERIFIER.verify_answer if vector["kind"] == "answer" else VERIFIER.verify_decision
    if vector["valid"]:
        assert verify(content_of(vector), vector["jws"]).key_id in VERIFIER.keys
        return
    with pytest.raises(VerificationFailed):
        verify(content_of(vector), vector["jws"])


@pytest.mark.parametrize("vector", ALL)
def test_the_offline_verifiers_bytes(vector: dict[str, Any]):
    keys = offline.guard_keys(json.dumps(SIGNATURES["jwks"]).encode())
    schema = offline.ANSWER if vector["kind"] == "answer" else offline.DECISION
    if vector["valid"]:
        assert keys.open(content_of(vector), vector["jws"], schema)[0] in VERIFIER.keys
        return
    with pytest.raises(offline.Fault):
        keys.open(content_of(vector), vector["jws"], schema)


@cache
def javascript() -> dict[str, Any]:
    return verify_js.said(FOLDER / "attestation.json", "bytes")


@pytest.mark.parametrize("vector", ALL)
def test_javascript(vector: dict[str, Any]):
    said = javascript()[vector["name"]]

    assert (said is True) == vector["valid"], said
    assert said is True or said.startswith("VerificationFailed"), said


@pytest.mark.parametrize("vector", ANSWERS)
def test_the_renderer(vector: dict[str, Any]):
    renderer = AttestedRenderer(VERIFIER, Presentation())
    if vector["valid"]:
        assert renderer.open(content_of(vector), vector["jws"]).question_id
        return
    with pytest.raises(VerificationFailed):
        renderer.open(content_of(vector), vector["jws"])


@pytest.mark.parametrize("vector", ANSWERS)
def test_the_gateway(vector: dict[str, Any]):
    named = json.loads(content_of(vector)) if vector["valid"] else {}
    event = AnswerPublished(
        named.get("question_id", ""), 1, named.get("id", ""), content_of(vector), vector["jws"],
        renderings=(),
    )  # fmt: skip
    if vector["valid"]:
        assert Attestor(VERIFIER).open_arrived(event).document == named
        return
    with pytest.raises(VerificationFailed):
        Attestor(VERIFIER).open_arrived(event)


# --- over envelopes ---


@pytest.mark.parametrize("vector", ANSWERS)
def test_the_command_line(vector: dict[str, Any]):
    try:
        envelope = read_strictly(envelope_of(vector))
    except ValueError:
        assert not in_envelope(vector)
        return
    assert verify_envelope(envelope, VERIFIER).holds == in_envelope(vector)


@pytest.mark.parametrize("vector", ANSWERS)
def test_the_offline_verifier(vector: dict[str, Any], tmp_path: Path):
    (tmp_path / "jwks.json").write_text(json.dumps(SIGNATURES["jwks"]))

    ran = run("answer", a_file(tmp_path, envelope_of(vector)), "--jwks", tmp_path / "jwks.json")

    assert ran.status == (0 if in_envelope(vector) else 5), ran.told
    assert bool(ran.fault) != in_envelope(vector)


def test_javascript_on_envelopes_that_were_parsed(tmp_path: Path):
    # JSON.parse has chosen between repeated members already; what it kept is what is verified.
    chosen = {"repeated member, last", "truncated document", "empty document"}
    taken = [
        vector for vector in SIGNATURES["vectors"]
        if vector["kind"] == "answer" and vector["name"] not in chosen
    ]  # fmt: skip
    envelopes = [{"name": v["name"], "envelope": envelope_of(v).decode()} for v in taken]
    path = tmp_path / "envelopes.json"
    path.write_text(json.dumps({"jwks": SIGNATURES["jwks"], "envelopes": envelopes}))

    said = verify_js.said(path, "envelopes")

    assert {name: why is True for name, why in said.items()} == {
        vector["name"]: in_envelope(vector) for vector in taken
    }
