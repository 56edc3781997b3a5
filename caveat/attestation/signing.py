"""Sign bytes: a detached JWS with `alg: Ed25519`, plain RFC 7515, no expiry, no `crit`."""

import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64decode

from caveat.attestation.watching import WatchedFile
from caveat.errors import DependencyMissing, UpstreamUnavailable

ALGORITHM = "Ed25519"
REGISTRY = jws.JWSRegistry(algorithms=[ALGORITHM])
REGISTRY.max_payload_length = 1_000_000  # base64 of the largest record; the default is 128,000


class Signer:
    """Signs with the private key of one owner."""

    def __init__(self, key: OKPKey) -> None:
        self._key = key

    @property
    def key(self) -> OKPKey:
        """The private key."""
        return self._key

    @property
    def key_id(self) -> str:
        """The RFC 7638 thumbprint of the key."""
        return str(self.key.thumbprint())

    def current(self) -> "Signer":
        """Return a signer that stays with one key, for signatures that belong together."""
        return self

    def sign(self, content: bytes) -> str:
        """Make the detached JWS over these bytes."""
        key = self.key
        header = {"alg": ALGORITHM, "kid": str(key.thumbprint())}
        compact = jws.serialize_compact(header, content, key, registry=REGISTRY)
        protected, _, signature = compact.split(".")
        return f"{protected}..{signature}"


class FileSigner(Signer):
    """Signs with the key that is in the file now, so that a rotation needs no restart.

    While the file cannot be read it raises UpstreamUnavailable: a signature can wait.
    """

    def __init__(self, path: Path) -> None:
        self._file = WatchedFile(path, read_private_key)

    @property
    def key(self) -> OKPKey:
        """The private key of this moment."""
        try:
            return self._file.current()
        except DependencyMissing as error:
            raise UpstreamUnavailable("keys", str(error)) from error

    def current(self) -> Signer:
        """Return a signer that stays with the key of this moment."""
        return Signer(self.key)


def read_private_key(path: Path) -> OKPKey:
    """Read an Ed25519 private key. Raises DependencyMissing, which names the mending command."""
    try:
        key = OKPKey.import_key(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise DependencyMissing(
            f"the signing key {path} is missing; make it with: caveat up"
        ) from error
    except (OSError, ValueError, TypeError, RecursionError, JoseError) as error:
        raise _damaged(path, str(error)) from error
    if not key.is_private or key.as_dict().get("crv") != "Ed25519":
        raise _damaged(path, "it is no private Ed25519 key")
    _hold_together(key, path)
    return key


def _hold_together(key: OKPKey, path: Path) -> None:
    """A private part that does not belong to the public one would sign what nobody can verify."""
    parts = key.as_dict(private=True)
    private = urlsafe_b64decode(str(parts["d"]).encode())
    public = Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    if public != urlsafe_b64decode(str(parts["x"]).encode()):
        raise _damaged(path, "its private part does not belong to its public one")


def _damaged(path: Path, why: str) -> DependencyMissing:
    return DependencyMissing(
        f"the signing key {path} cannot be read: {why}; put its backup back, or move it away and"
        " make a new one with: caveat up"
    )
