"""Sign and verify the exact bytes of an answer document: a detached JWS with `alg: Ed25519`.

Plain RFC 7515 over RFC 8785 bytes; no expiry, no `crit`. Every verifier (renderer, gateway,
command line) calls `verify` for itself, with public keys that are read-only to it.
"""

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rfc8785
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from caveat.errors import DependencyMissing, VerificationFailed

ALGORITHM = "Ed25519"
_REGISTRY = jws.JWSRegistry(algorithms=[ALGORITHM])
_REGISTRY.max_payload_length = 1_000_000  # base64 of the largest record; the default is 128,000


def canonical(document: Any) -> bytes:
    """Serialise to RFC 8785 bytes. Raises ValueError for floating point and other non-JSON."""
    _refuse_floats(document)
    return rfc8785.dumps(document)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError("signed documents hold integers and strings only")
    children = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list | tuple):
        for child in children:
            _refuse_floats(child)


def sha256_hex(content: bytes) -> str:
    """Hash bytes for display and comparison."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class Signer:
    """Holds the private key of one owner."""

    key: OKPKey

    @property
    def key_id(self) -> str:
        """The RFC 7638 thumbprint of the key."""
        return str(self.key.thumbprint())

    def sign(self, content: bytes) -> str:
        """Make the detached JWS over these bytes."""
        compact = jws.serialize_compact(
            {"alg": ALGORITHM, "kid": self.key_id}, content, self.key, registry=_REGISTRY
        )
        header, _, signature = compact.split(".")
        return f"{header}..{signature}"


@dataclass(frozen=True, slots=True)
class Verifier:
    """Holds the public keys, current and retired."""

    keys: Mapping[str, OKPKey]

    def verify(self, content: bytes, detached: str) -> str:
        """Return the id of the key that signed these bytes. Raises VerificationFailed."""
        header, middle, signature = (*detached.split("."), "", "")[:3]
        if detached.count(".") != 2 or middle or not signature:
            raise VerificationFailed("the signature is not a detached JWS")
        key_id = _key_id(header)
        if key_id not in self.keys:
            raise VerificationFailed(f"the signing key is unknown: {key_id[:60]!r}")
        payload = base64.urlsafe_b64encode(content).rstrip(b"=").decode()
        try:
            jws.deserialize_compact(
                f"{header}.{payload}.{signature}", self.keys[key_id], registry=_REGISTRY
            )
        except (JoseError, ValueError) as error:
            raise VerificationFailed("the signature does not match the document") from error
        return key_id


def _key_id(header: str) -> str:
    try:
        fields = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except (ValueError, RecursionError) as error:
        raise VerificationFailed("the signature's header cannot be read") from error
    if not isinstance(fields, dict) or fields.get("alg") != ALGORITHM:
        raise VerificationFailed(f"the signature's algorithm is not {ALGORITHM}")
    return str(fields.get("kid", ""))


# --- keys on disk --------------------------------------------------------------------------------


def create_keys(folder: Path) -> str:
    """Create the guard's key pair where there is none, and return the current key's id.

    `folder/private/guard.json` is mode 0600; `folder/public/jwks.json` is for verifiers.
    """
    private, public = folder / "private" / "guard.json", folder / "public" / "jwks.json"
    if not private.exists():
        private.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = OKPKey.generate_key("Ed25519")
        _write_once(private, json.dumps(key.as_dict(private=True)))
    signer = load_signer(folder)
    if not public.exists():  # also after a stop between the two files
        public.parent.mkdir(parents=True, exist_ok=True)
        shown = {**signer.key.as_dict(private=False), "kid": signer.key_id, "alg": ALGORITHM}
        _write_once(public, json.dumps({"keys": [shown]}, indent=2), mode=0o644)
    return signer.key_id


def _write_once(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Write a file that appears whole or not at all."""
    partial = path.with_suffix(f".{os.getpid()}")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(text)
    partial.rename(path)


def load_signer(folder: Path) -> Signer:
    """Read the guard's private key. Raises DependencyMissing."""
    path = folder / "private" / "guard.json"
    try:
        return Signer(OKPKey.import_key(json.loads(path.read_text())))
    except (OSError, ValueError, JoseError) as error:
        raise DependencyMissing(f"the signing key {path} cannot be read: {error}") from error


def load_jwks(folder: Path) -> dict[str, Any]:
    """Read the public keys as a JSON Web Key Set. Raises DependencyMissing."""
    path = folder / "public" / "jwks.json"
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise DependencyMissing(f"the public keys {path} cannot be read: {error}") from error


def verifier_of(jwks: Mapping[str, Any]) -> Verifier:
    """Make a verifier of a JSON Web Key Set. Raises DependencyMissing when it is not one."""
    try:
        found = KeySet.import_key_set(dict(jwks)).keys  # type: ignore[arg-type]
        return Verifier({str(key.thumbprint()): key for key in found if isinstance(key, OKPKey)})
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise DependencyMissing(f"the public keys are not a key set: {error}") from error


def load_verifier(folder: Path) -> Verifier:
    """Read the public keys that a verifier trusts. Raises DependencyMissing."""
    return verifier_of(load_jwks(folder))
