"""Hold what somebody sends to its signature, and say exactly what was checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from caveat.attestation import Verifier, canonical, sha256_hex
from caveat.errors import VerificationFailed
from services.gateway.core import Fault, read_object
from services.gateway.views import to_json

LARGEST = 512 * 1024  # bytes of a body

_SIGNATURE = "signature: by a key of /.well-known/jwks.json, over exactly these bytes"
_FORM = "form: canonical JSON (RFC 8785) of schema caveat/answer/1"
_TIME = "time: the key was not retired before the decision"
_TOLD = "told: key id and digest beside the answer are those of the signature"
_NOT_CHECKED = (
    "whether the decision is in the audit log",
    "whether a newer version has superseded the answer",
    "whether what the answer says is right",
)


@dataclass(frozen=True, slots=True)
class Claim:
    """Bytes that are said to be signed, and what is told beside them, where it is.

    Nothing can have been signed where `content` is None: it has no canonical form.
    """

    content: bytes | None
    jws: str
    told: Mapping[str, str] = field(default_factory=dict)


def read_claim(body: bytes) -> Claim | Fault:
    """Read an envelope, or a document with its signature, or say what is wrong with the body."""
    fields = read_object(body)
    if isinstance(fields, Fault):
        return fields
    if {"document", "jws"} & fields.keys():
        return _bare(fields)
    return _enveloped(fields)


def _bare(fields: Mapping[str, Any]) -> Claim | Fault:
    document, jws = fields.get("document"), fields.get("jws")
    if fields.keys() - {"document", "jws"}:
        return Fault("#", "may only have document and jws, or else be an envelope")
    if not isinstance(jws, str):
        return Fault("#/jws", "must be a string")
    if isinstance(document, str):
        return _claim(document, jws)
    if not isinstance(document, dict):
        return Fault("#/document", "must be an object, or the text that was signed")
    return _claim(document, jws)


def _enveloped(fields: Mapping[str, Any]) -> Claim | Fault:
    answer, attestation = fields.get("answer"), fields.get("attestation")
    if not isinstance(answer, dict):
        return Fault("#/answer", "must be an object")
    if not isinstance(attestation, dict) or not isinstance(attestation.get("jws"), str):
        return Fault("#/attestation/jws", "must be a string")
    told = {name: attestation[name] for name in _TOLD_NAMES if name in attestation}
    for name, value in told.items():
        if not isinstance(value, str):
            return Fault(f"#/attestation/{name}", "must be a string")
    return _claim(answer, attestation["jws"], told)


_TOLD_NAMES = ("key_id", "payload_sha256")


def _claim(document: Any, jws: str, told: Mapping[str, str] | None = None) -> Claim:
    try:
        content = document.encode() if isinstance(document, str) else canonical(document)
    except (ValueError, RecursionError):  # fractions, halves of surrogate pairs, endless nesting
        content = None
    return Claim(content, jws, told or {})


def verify(claim: Claim, verifier: Verifier) -> bytes:
    """Say whether a claim holds, and no more than was looked at."""
    if claim.content is None:
        return _shown(reason="the document has no canonical form", digest=None, checked=())
    digest = sha256_hex(claim.content)
    try:
        attested = verifier.verify_answer(claim.content, claim.jws)
        found = {"key_id": attested.key_id, "payload_sha256": digest}
        for name, value in claim.told.items():
            if found[name] != value:
                raise VerificationFailed(f"another {name} is told than that of the signature")
    except VerificationFailed as error:
        return _shown(reason=str(error), digest=digest, checked=())
    checked = (_SIGNATURE, _FORM, _TIME, *((_TOLD,) if claim.told else ()))
    guard = attested.document.get("guard")
    decision_id = guard.get("decision_id") if isinstance(guard, dict) else None
    return _shown(
        key_id=attested.key_id,
        digest=digest,
        checked=checked,
        answer_id=attested.document.get("id"),
        decision_id=decision_id,
    )


def _shown(
    *,
    digest: str | None,
    checked: tuple[str, ...],
    reason: str | None = None,
    key_id: str | None = None,
    answer_id: Any = None,
    decision_id: Any = None,
) -> bytes:
    return to_json(
        {
            "valid": reason is None,
            "reason": reason,
            "key_id": key_id,
            "payload_sha256": digest,
            "answer_id": answer_id,
            "decision_id": decision_id,
            "checked": list(checked),
            "not_checked": list(_NOT_CHECKED),
        }
    )
