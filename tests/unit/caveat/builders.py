"""Builders of the shared package's tests: a document to sign, and who signs it."""

from joserfc.jwk import OKPKey

from caveat.attestation import Signer, Verifier, canonical

DOCUMENT = canonical({"text": "MDS \U0001f9ec", "n": 1})


def a_signer() -> Signer:
    return Signer(OKPKey.generate_key("Ed25519"))


def a_verifier(*signers: Signer) -> Verifier:
    return Verifier({signer.key_id: signer.key for signer in signers})
