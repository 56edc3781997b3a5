"""Verify signatures of the guard: over which bytes, by which key, and when it was still one.

Every verifier (renderer, gateway, auditor, command line) does this for itself, with public keys
that are read-only to it. All faults are VerificationFailed.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from caveat.attestation.documents import moment_key, read_canonical, read_strictly
from caveat.attestation.signing import ALGORITHM, REGISTRY
from caveat.attestation.watching import WatchedFile
from caveat.errors import DependencyMissing, VerificationFailed

ANSWER, DECISION = "caveat/answer/1", "caveat/decision/1"

_SIGNATURE = re.compile(r"[A-Za-z0-9_-]{85}[AQgw]")  # 64 bytes in the only way to write them
_HEADER = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Attested:
    """A document whose signature holds."""

    key_id: str
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trusted:
    """The public keys by id, when the retired ones were retired, and the key set as published."""

    keys: Mapping[str, OKPKey]
    retired: Mapping[str, str] = field(default_factory=dict)
    jwks: Mapping[str, Any] = field(default_factory=dict)


class Verifier:
    """Trusts a set of public keys, current and retired."""

    def __init__(self, keys: Mapping[str, OKPKey]) -> None:
        self._held = Trusted(keys)

    @property
    def keys(self) -> Mapping[str, OKPKey]:
        """The public keys by id."""
        return self._trusted().keys

    def jwks(self) -> dict[str, Any]:
        """Return the key set as it is published now."""
        return dict(self._trusted().jwks)

    def verify_answer(self, document: bytes, detached: str) -> Attested:
        """Open a signed answer document. Raises VerificationFailed."""
        return self.open(document, detached, ANSWER)

    def verify_decision(self, record: bytes, detached: str) -> Attested:
        """Open a signed decision record. Raises VerificationFailed."""
        return self.open(record, detached, DECISION)

    def open(self, content: bytes, detached: str, schema: str) -> Attested:
        """Open a signed document of this schema and no other. Raises VerificationFailed.

        One key signs answers and decisions; the schema keeps the one from passing as the other.
        """
        trusted = self._trusted()
        key_id = _verify(trusted.keys, content, detached)
        try:
            document = read_canonical(content)
        except ValueError as error:
            raise VerificationFailed(f"the signed document cannot be read: {error}") from error
        if document.get("schema") != schema:
            raise VerificationFailed(f"the signed document is not of schema {schema}")
        if retired_at := trusted.retired.get(key_id):
            _check_time(key_id, retired_at, _decided_at(document, schema))
        return Attested(key_id, document)

    def verify(self, content: bytes, detached: str) -> str:
        """Return the id of the key that signed these bytes, whatever they are and whenever.

        Raises VerificationFailed.
        """
        return _verify(self._trusted().keys, content, detached)

    def _trusted(self) -> Trusted:
        return self._held


class HeldVerifier(Verifier):
    """Trusts a key set that does not change."""

    def __init__(self, jwks: Mapping[str, Any]) -> None:
        self._held = trusted_of(jwks)


class FileVerifier(Verifier):
    """Trusts the key set in a file and follows its changes, so that rotation needs no restart.

    Each check costs one stat; the file is read again when it has changed and not otherwise,
    however many forged records come. A file that cannot be read leaves the earlier keys.
    """

    def __init__(self, path: Path) -> None:
        self._file = WatchedFile(path, _read_trusted)

    def _trusted(self) -> Trusted:
        return self._file.latest()


def verifier_of(jwks: Mapping[str, Any]) -> Verifier:
    """Make a verifier of a JSON Web Key Set. Raises DependencyMissing when it is not one."""
    return HeldVerifier(jwks)


def trusted_of(jwks: Mapping[str, Any]) -> Trusted:
    """Read a key set; keys that are not Ed25519 are passed over. Raises DependencyMissing."""
    try:
        found = KeySet.import_key_set(dict(jwks)).keys  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise DependencyMissing(f"the public keys are not a key set: {error}") from error
    keys, retired = dict[str, OKPKey](), dict[str, str]()
    for key in found:
        shown = key.as_dict(private=False)
        if not isinstance(key, OKPKey) or shown.get("crv") != "Ed25519":
            continue
        key_id = str(key.thumbprint())
        keys[key_id] = key
        if "retired_at" in shown:
            if not moment_key(at := shown["retired_at"]):
                raise DependencyMissing(f"the public key {key_id} was retired at no known time")
            retired[key_id] = str(at)
    return Trusted(keys, retired, dict(jwks))


def read_jwks(path: Path) -> dict[str, Any]:
    """Read a key set. Raises DependencyMissing, which names the mending command."""
    try:
        found = read_strictly(path.read_bytes())
    except FileNotFoundError as error:
        raise DependencyMissing(
            f"the public keys {path} are missing; make them with: caveat up"
        ) from error
    except (OSError, ValueError) as error:
        raise DependencyMissing(
            f"the public keys {path} cannot be read: {error}; put their backup back, then look"
            " with: caveat keys ls"
        ) from error
    if not isinstance(found, dict):
        raise DependencyMissing(f"the public keys {path} are not a key set")
    return found


def _read_trusted(path: Path) -> Trusted:
    return trusted_of(read_jwks(path))


def _decided_at(document: Mapping[str, Any], schema: str) -> object:
    inner = document.get("guard") if schema == ANSWER else document
    return inner.get("decided_at") if isinstance(inner, Mapping) else None


def _check_time(key_id: str, retired_at: str, decided: object) -> None:
    moment = moment_key(decided)
    if not moment or moment > moment_key(retired_at):
        raise VerificationFailed(
            f"the signing key {key_id} was retired at {retired_at}, before the decision"
        )


def _verify(keys: Mapping[str, OKPKey], content: bytes, detached: str) -> str:
    header, middle, signature = (*detached.split("."), "", "")[:3]
    if detached.count(".") != 2 or middle or not signature:
        raise VerificationFailed("the signature is not a detached JWS")
    key_id = _key_id(header)
    if key_id not in keys:
        raise VerificationFailed(f"the signing key is unknown: {key_id[:60]!r}")
    payload = base64.urlsafe_b64encode(content).rstrip(b"=").decode()
    try:
        if not _SIGNATURE.fullmatch(signature):
            raise ValueError("not 64 bytes in base64url")
        jws.deserialize_compact(f"{header}.{payload}.{signature}", keys[key_id], registry=REGISTRY)
    except (JoseError, ValueError) as error:
        raise VerificationFailed("the signature does not match the document") from error
    return key_id


def _key_id(header: str) -> str:
    try:
        if not _HEADER.fullmatch(header):
            raise ValueError("not base64url")
        fields = read_strictly(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except ValueError as error:
        raise VerificationFailed("the signature's header cannot be read") from error
    if not isinstance(fields, dict) or fields.get("alg") != ALGORITHM:
        raise VerificationFailed(f"the signature's algorithm is not {ALGORITHM}")
    if "crit" in fields:  # we understand no extension, so all of them are too critical
        raise VerificationFailed("the signature's header demands extensions")
    return str(fields.get("kid", ""))
