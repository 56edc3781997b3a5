"""Check an answer's envelope without trusting whoever sent it. Each check stands for itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from caveat.attestation import Verifier, canonical, sha256_hex
from caveat.errors import VerificationFailed


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """All checks of one envelope; it holds when every one of them does."""

    checks: tuple[Check, ...]
    digest: str
    key_id: str
    decision_id: str

    @property
    def holds(self) -> bool:
        """Whether the answer may be trusted."""
        return all(check.ok for check in self.checks)

    @property
    def first_fault(self) -> str:
        """What is wrong, in one line."""
        return next((f"{c.name}: {c.detail}" for c in self.checks if not c.ok), "")


def verify_envelope(
    envelope: Any, verifier: Verifier, pinned: Collection[str] = ()
) -> Verification:
    """Check canonical bytes, digest, signature, document and key id, in this order.

    `pinned` names the only keys that may have signed; empty, any key of the verifier may.
    """
    document = _mapping(envelope, "answer")
    attestation = _mapping(envelope, "attestation")
    content, canonical_bytes = _canonical(document)
    digest, said = sha256_hex(content), str(attestation.get("payload_sha256", ""))
    jws = str(attestation.get("jws", ""))
    key_id, signature = _signature(content, jws, verifier)
    checks = [
        canonical_bytes,
        Check("digest", digest == said, digest if digest == said else f"{digest}, not {said}"),
        signature,
        _document(content, jws, verifier),
        _key(key_id, str(attestation.get("key_id", ""))),
    ]
    if pinned:
        checks.append(_pinned(key_id, pinned))
    decision = str(_mapping(document, "guard").get("decision_id", ""))
    return Verification(tuple(checks), digest, key_id, decision)


def _canonical(document: Mapping[str, Any]) -> tuple[bytes, Check]:
    name = "canonical bytes"
    if not document:
        return b"", Check(name, ok=False, detail="there is no answer document")
    try:
        content = canonical(document)
    except (ValueError, RecursionError) as error:
        return b"", Check(name, ok=False, detail=str(error))
    return content, Check(name, ok=True, detail=f"RFC 8785, {len(content)} bytes")


def _signature(content: bytes, jws: str, verifier: Verifier) -> tuple[str, Check]:
    try:
        key_id = verifier.verify(content, jws)
    except VerificationFailed as error:
        return "", Check("signature", ok=False, detail=str(error))
    return key_id, Check("signature", ok=True, detail="Ed25519, detached JWS")


def _document(content: bytes, jws: str, verifier: Verifier) -> Check:
    """Look at what is signed: an answer, decided while its key was one."""
    try:
        verifier.verify_answer(content, jws)
    except VerificationFailed as error:
        return Check("document", ok=False, detail=str(error))
    return Check("document", ok=True, detail="an answer, decided before its key was retired")


def _key(key_id: str, told: str) -> Check:
    ok = bool(key_id) and key_id == told
    return Check(
        "key id", ok, key_id if ok else f"signed by {key_id or 'nobody known'}, not {told}"
    )


def _pinned(key_id: str, pinned: Collection[str]) -> Check:
    ok = key_id in pinned
    detail = (
        "the pinned key" if ok else f"signed by {key_id or 'nobody known'}, which is not pinned"
    )
    return Check("fingerprint", ok, detail)


def _mapping(value: Any, name: str) -> Mapping[str, Any]:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}
