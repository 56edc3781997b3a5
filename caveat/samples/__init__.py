"""Sample documents of every state, signed, for whoever builds against Caveat without running it.

They were decided by the guard's own code (scripts/samples) about the demonstration notes, and are
answers to nobody. The key that signs them is made of the words below: whoever trusts it trusts
everybody. No stack has it among its keys, and so every verifier of a stack refuses what it signed.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from joserfc.jwk import OKPKey

from caveat.attestation import Signer, canonical

_WORDS = "caveat samples: this key protects nothing"
_INDEX, _PASSAGES = "index.json", "passages.json"


@dataclass(frozen=True, slots=True)
class Sample:
    """One signed document. `region` is empty where it does not matter or is not known.

    `steps` are those that a question goes through on its way to such a document, each with the
    figures that its stage tells a reader.
    """

    state: str
    region: str
    about: str
    steps: Mapping[str, Mapping[str, int]]
    envelope: dict[str, Any]

    @property
    def name(self) -> str:
        """The name of its file."""
        return "-".join(filter(None, (self.state, self.region.lower())))

    @property
    def document(self) -> dict[str, Any]:
        """The answer document."""
        return dict(self.envelope["answer"])

    def issued(self, question_id: str, answer_id: str) -> tuple[bytes, str]:
        """Sign it again as the answer to another question; everything else stays as it was."""
        content = canonical(self.document | {"question_id": question_id, "id": answer_id})
        return content, signer().sign(content)


def samples() -> tuple[Sample, ...]:
    """Read every sample, in the order in which they are listed."""
    return tuple(
        Sample(
            entry["state"],
            entry["region"],
            entry["about"],
            entry["steps"],
            _read("envelopes", entry["file"]),
        )
        for entry in _read(_INDEX)["samples"]
    )


def passages() -> dict[str, Any]:
    """Read the sources that the samples rest on, each with its stored text and its passages."""
    return dict(_read(_PASSAGES))


@cache
def signer() -> Signer:
    """Make the key of the samples."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    seed = hashlib.sha256(_WORDS.encode()).digest()
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    members: dict[str, str | list[str]] = {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": _b64url(public),
        "d": _b64url(seed),
    }
    return Signer(OKPKey.import_key(members))


def jwks() -> dict[str, Any]:
    """Name the public key of the samples, as a JSON Web Key Set."""
    public = signer().key.as_dict(private=False)
    return {"keys": [{"kid": signer().key_id, "alg": "Ed25519", "use": "sig", **public}]}


def _read(*path: str) -> Any:
    return json.loads(resources.files(__name__).joinpath(*path).read_text(encoding="utf-8"))


def _b64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
