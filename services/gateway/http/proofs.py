"""Calls for whoever trusts nobody: attestations, verification, the audit log, public keys."""

import re
from dataclasses import dataclass

from fastapi import Request, Response

from caveat.attestation import LogKeys, proof_document
from caveat.errors import PermanentError, VerificationFailed
from services.gateway import problems, verification, views
from services.gateway.attested import Attestor
from services.gateway.contract.operations import (
    IF_NONE_MATCH,
    NOT_MODIFIED,
    VERSION,
    Call,
    Reply,
    body_of,
    json_reply,
    operation,
    parameter,
    ref,
)
from services.gateway.contract.schemas import signed_schema
from services.gateway.core import Fault
from services.gateway.http import replies
from services.gateway.http.answers import NO_ANSWER, version_faults
from services.gateway.http.evidence import unfit
from services.gateway.http.replies import NO_STORE, REVALIDATE
from services.gateway.ports import Log
from services.gateway.showing import Showing, number_of

_JWKS = "application/jwk-set+json"  # RFC 7517, 8.5.2
_SCHEMA = "application/schema+json"
_TEXT = "text/plain"
_SCHEMAS = frozenset({"answer-1", "decision-1"})
_FRESH = {"Cache-Control": "public, max-age=60"}  # who meets an unknown key asks again anyway
_SIZE = re.compile(r"latest|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Proofs:
    """Serves what others verify with."""

    showing: Showing
    attestor: Attestor
    log: Log
    log_keys: LogKeys

    async def attestation(self, request: Request, name: str) -> Response:
        """Serve the attestation of an answer alone."""
        version = request.query_params.getlist("version")
        if faults := version_faults(version):
            return replies.invalid(request, *faults)
        answer = await self.showing.find(name, int(version[0]) if version else None)
        if answer is None:
            return replies.not_found(request, NO_ANSWER)
        return replies.fresh(request, views.attestation_view(answer), headers=REVALIDATE)

    async def verify(self, request: Request) -> Response:
        """Say whether the signature of what is sent holds, and what was checked."""
        if not replies.is_json(request):
            return replies.unsupported(request)
        body = await replies.body_within(request, verification.LARGEST)
        if body is None:
            limit = f"must have at most {verification.LARGEST} bytes"
            return problems.refuse(
                request, problems.BODY_TOO_LARGE, limit, faults=(Fault("#", limit),)
            )
        claim = verification.read_claim(body)
        if isinstance(claim, Fault):
            return replies.invalid(request, claim)
        return replies.sent(verification.verify(claim, self.attestor.verifier), NO_STORE)

    async def proof(self, request: Request, decision_id: str) -> Response:
        """Serve the proof that a decision is in the log."""
        number = number_of(decision_id)
        size = request.query_params.getlist("size")
        if len(size) > 1 or not all(map(_SIZE.fullmatch, size)):
            return replies.invalid(request, Fault("", "size: must be one number from 1, or latest"))
        if number is None:
            return replies.not_found(request, "no decision has this id")
        try:
            proof = await self.log.prove(number, _size_of(size[0]) if size else 0)
        except PermanentError:  # unknown, or a size that the log never had
            return replies.not_found(request, "the log does not hold this decision there, or yet")
        except VerificationFailed as error:
            return unfit(request, error)
        content = views.to_json(proof_document(proof))
        return replies.fresh(request, content, headers=REVALIDATE)

    async def checkpoint(self, request: Request, size: str) -> Response:
        """Serve a signed checkpoint of the log, as it is."""
        if not _SIZE.fullmatch(size):
            return replies.not_found(request, "a checkpoint is named by its size, or latest")
        try:
            note = await self.log.checkpoint(_size_of(size))
        except PermanentError:  # unknown, or a size that the log never had
            return replies.not_found(request, "the log has no checkpoint of this size")
        return replies.fresh(request, note.encode(), headers=REVALIDATE, media_type=_TEXT)

    async def keys(self, request: Request) -> Response:
        """Serve the public keys of the guard, current and retired, as they are now."""
        content = views.to_json(self.attestor.verifier.jwks())
        return replies.fresh(request, content, headers=_FRESH, media_type=_JWKS)

    async def log_keys_of(self, request: Request) -> Response:
        """Serve the verifier keys of the log, one a line, the current one last."""
        content = "".join(f"{key}\n" for key in self.log_keys.vkeys).encode()
        return replies.fresh(request, content, headers=_FRESH, media_type=_TEXT)

    async def schema(self, request: Request, schema: str) -> Response:
        """Serve the JSON Schema of what is signed: answer-1 or decision-1."""
        if schema not in _SCHEMAS:
            return replies.not_found(request, "no schema has this name")
        content = signed_schema(schema)
        return replies.fresh(request, content, headers={}, media_type=_SCHEMA)


def _size_of(text: str) -> int:
    return 0 if text == "latest" else int(text)


_UNDER = parameter(
    "query",
    "size",
    {"type": "string", "pattern": "^(latest|[1-9][0-9]{0,15})$"},
    "The size of the checkpoint to prove it under; the newest unless told.",
)

CALLS = (
    Call(
        "GET",
        "/v1/answers/{name}/attestation",
        "attestation",
        operation(
            "Read who signed an answer",
            tag="proofs",
            parameters=(VERSION, IF_NONE_MATCH),
            replies={200: json_reply("Attestation", "The attestation.", "ETag"), 304: NOT_MODIFIED},
            problems=(
                problems.INVALID_REQUEST,
                problems.NOT_FOUND,
            ),
        ),
    ),
    Call(
        "POST",
        "/v1/verify",
        "verify",
        operation(
            "Verify a signature",
            tag="proofs",
            description="A convenience: whoever does not trust this server verifies for themselves,"
            " with the keys that they keep. `checked` and `not_checked` say how far this goes.",
            body=body_of(
                "ToVerify", a_document={"document": {"schema": "caveat/answer/1"}, "jws": "e30..AA"}
            ),
            replies={
                200: json_reply(
                    "Verification", "What was found. A signature that does not hold is a finding."
                )
            },
            problems=(
                problems.INVALID_REQUEST,
                problems.BODY_TOO_LARGE,
                problems.UNSUPPORTED_MEDIA_TYPE,
            ),
            errs=False,
        ),
    ),
    Call(
        "GET",
        "/v1/audit/decisions/{decision_id}/proof",
        "proof",
        operation(
            "Prove that a decision is in the log",
            tag="proofs",
            description="The file that `caveat audit prove` writes.",
            parameters=(_UNDER, IF_NONE_MATCH),
            replies={200: json_reply("Proof", "The proof.", "ETag"), 304: NOT_MODIFIED},
            problems=(
                problems.INVALID_REQUEST,
                problems.NOT_FOUND,
                problems.UNVERIFIED_EVIDENCE,
            ),
        ),
    ),
    Call(
        "GET",
        "/v1/audit/checkpoints/{size}",
        "checkpoint",
        operation(
            "Read a checkpoint of the log",
            tag="proofs",
            parameters=(IF_NONE_MATCH,),
            replies={
                200: Reply("A signed note (C2SP).", {_TEXT: {"type": "string"}}, ("ETag",)),
                304: NOT_MODIFIED,
            },
            problems=(problems.NOT_FOUND,),
        ),
    ),
    Call(
        "GET",
        "/.well-known/jwks.json",
        "keys",
        operation(
            "Read the public keys of the guard",
            tag="proofs",
            parameters=(IF_NONE_MATCH,),
            replies={
                200: Reply(
                    "A JSON Web Key Set, retired keys included.", {_JWKS: ref("KeySet")}, ("ETag",)
                ),
                304: NOT_MODIFIED,
            },
            errs=False,
        ),
    ),
    Call(
        "GET",
        "/.well-known/caveat-log.txt",
        "log_keys_of",
        operation(
            "Read the verifier keys of the log",
            tag="proofs",
            parameters=(IF_NONE_MATCH,),
            replies={
                200: Reply(
                    "C2SP verifier keys, one a line, retired ones included.",
                    {_TEXT: {"type": "string"}},
                    ("ETag",),
                ),
                304: NOT_MODIFIED,
            },
            errs=False,
        ),
    ),
    Call(
        "GET",
        "/schemas/{schema}.schema.json",
        "schema",
        operation(
            "Read the schema of what is signed",
            tag="proofs",
            parameters=(IF_NONE_MATCH,),
            replies={
                200: Reply("A JSON Schema.", {_SCHEMA: {"type": "object"}}, ("ETag",)),
                304: NOT_MODIFIED,
            },
            problems=(problems.NOT_FOUND,),
            errs=False,
        ),
    ),
)
