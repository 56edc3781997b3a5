"""Check an answer's envelope without trusting whoever sent it. Each check stands for itself."""

from collections.abc import Mapping
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


def verify_envelope(envelope: Any, verifier: Verifier) -> Verification:
    """Check canonical bytes, digest, signature and key id, in this order."""
    document = _mapping(envelope, "answer")
    attestation = _mapping(envelope, "attestation")
    try:
        content = canonical(document) if document else b""
    except (ValueError, RecursionError) as error:
        content, reason = b"", str(error)
    else:
        reason = f"RFC 8785, {len(content)} bytes" if content else "there is no answer document"
    digest = sha256_hex(content)
    said = str(attestation.get("payload_sha256", ""))
    key_id, signature = _signature(content, str(attestation.get("jws", "")), verifier)
    told = str(attestation.get("key_id", ""))
    checks = (
        Check("canonical bytes", bool(content), reason),
        Check("digest", digest == said, digest if digest == said else f"{digest}, not {said}"),
        signature,
        Check(
            "key id",
            bool(key_id) and key_id == told,
            key_id if key_id == told else f"signed by {key_id or 'nobody known'}, not {told}",
        ),
    )
    decision = str(_mapping(document, "guard").get("decision_id", ""))
    return Verification(checks, digest, key_id, decision)


def _signature(content: bytes, jws: str, verifier: Verifier) -> tuple[str, Check]:
    try:
        key_id = verifier.verify(content, jws)
    except VerificationFailed as error:
        return "", Check("signature", ok=False, detail=str(error))
    return key_id, Check("signature", ok=True, detail="Ed25519, detached JWS")


def _mapping(value: Any, name: str) -> Mapping[str, Any]:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}
