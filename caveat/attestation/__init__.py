"""Who signed what: answers and decisions by the guard, checkpoints by the auditor.

A signature is a detached JWS (`alg: Ed25519`) over the exact RFC 8785 bytes of a document.
"""

from caveat.attestation.documents import canonical, read_canonical, read_strictly, sha256_hex
from caveat.attestation.inventory import KeyEntry, list_keys
from caveat.attestation.keys import (
    LOG_ORIGIN,
    KeyOwner,
    Rotation,
    create_keys,
    load_auditor_key,
    load_drafts_key,
    load_jwks,
    load_log_keys,
    load_signer,
    load_verifier,
    rotate,
)
from caveat.attestation.log_keys import LogKeys, NoteSigner
from caveat.attestation.notes import (
    Checkpoint,
    Note,
    NoteKey,
    checkpoint_text,
    open_checkpoint,
    open_note,
    sign_note,
)
from caveat.attestation.proofs import Proof, leaf_fields, proof_document
from caveat.attestation.signing import ALGORITHM, Signer
from caveat.attestation.verifying import ANSWER, DECISION, Attested, Verifier, verifier_of

__all__ = [
    "ALGORITHM",
    "ANSWER",
    "DECISION",
    "LOG_ORIGIN",
    "Attested",
    "Checkpoint",
    "KeyEntry",
    "KeyOwner",
    "LogKeys",
    "Note",
    "NoteKey",
    "NoteSigner",
    "Proof",
    "Rotation",
    "Signer",
    "Verifier",
    "canonical",
    "checkpoint_text",
    "create_keys",
    "leaf_fields",
    "list_keys",
    "load_auditor_key",
    "load_drafts_key",
    "load_jwks",
    "load_log_keys",
    "load_signer",
    "load_verifier",
    "open_checkpoint",
    "open_note",
    "proof_document",
    "read_canonical",
    "read_strictly",
    "rotate",
    "sha256_hex",
    "sign_note",
    "verifier_of",
]
