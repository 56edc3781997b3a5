"""The keys on disk: made once, never overwritten, rotated without a restart.

`folder/private` (0700) holds guard.json, auditor.json and drafts.json, each 0600 and of one owner;
`folder/public` holds what verifiers trust: jwks.json and log.txt, where retired keys stay.

A new key takes three steps: it is laid down as pending, published, and moved into its place.
Published first, so that no verifier meets a signature whose key it cannot know; pending before,
so that whoever comes after a stop in between finishes it.
"""

import base64
import fcntl
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey

from caveat.attestation.log_keys import FileNoteSigner, LogKeys, NoteSigner, read_log_keys
from caveat.attestation.notes import note_key
from caveat.attestation.signing import ALGORITHM, FileSigner, Signer, read_private_key
from caveat.attestation.verifying import FileVerifier, Verifier, read_jwks
from caveat.errors import DependencyMissing

LOG_ORIGIN = "caveat.local/log"
GRACE = timedelta(seconds=600)
"""How long a key is kept valid, after a stopped rotation, for what it has just signed."""

_DRAFTS_BYTES = 32


class KeyOwner(StrEnum):
    """Whose signing key it is."""

    GUARD = "guard"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation came to; ids are RFC 7638 thumbprints."""

    owner: KeyOwner
    old_key_id: str
    new_key_id: str
    retired_at: str


def create_keys(folder: Path, *, origin: str = LOG_ORIGIN, now: datetime | None = None) -> str:
    """Make every key that is missing, finish what was stopped, return the guard's key id.

    Raises DependencyMissing for a key that is there and cannot be read; none is overwritten.
    """
    moment = now or datetime.now(UTC)
    with _alone(folder):
        for owner in KeyOwner:
            _settle(folder, owner, moment, GRACE, origin=origin)
        if not _private(folder, "drafts").exists():
            secret = base64.urlsafe_b64encode(os.urandom(_DRAFTS_BYTES)).rstrip(b"=").decode()
            _write(_private(folder, "drafts"), json.dumps({"kty": "oct", "k": secret}), 0o600)
        load_drafts_key(folder)
        return load_signer(folder).key_id


def rotate(folder: Path, owner: KeyOwner, *, now: datetime, grace: timedelta) -> Rotation:
    """Replace a signing key. The old one verifies for ever, and its private half is gone.

    What the guard decides until `now + grace` may still carry the old key's signature. Raises
    DependencyMissing.
    """
    with _alone(folder):
        origin = _origin_of(folder) if owner is KeyOwner.AUDITOR else ""
        _settle(folder, owner, now, grace, origin=origin)
        old = read_private_key(_private(folder, owner))
        _lay_down(folder, owner)
        new = _finish(folder, owner, now + grace, origin=origin)
        retired_at = _retirement(now + grace)
        return Rotation(owner, str(old.thumbprint()), str(new.thumbprint()), retired_at)


def unfinished(folder: Path) -> tuple[KeyOwner, ...]:
    """Name the owners whose key was being replaced when something stopped it."""
    return tuple(owner for owner in KeyOwner if _pending(folder, owner).exists())


def written(moment: datetime) -> str:
    """Write a moment as key files do: RFC 3339, UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _retirement(moment: datetime) -> str:
    """Write when a key retires, rounded up: what it signed earlier in that second still holds."""
    return written(moment + timedelta(microseconds=999_999))


# --- reading -------------------------------------------------------------------------------------


def load_signer(folder: Path) -> Signer:
    """Read the guard's private key; the signer follows its rotation. Raises DependencyMissing."""
    return FileSigner(_private(folder, KeyOwner.GUARD))


def load_verifier(folder: Path) -> Verifier:
    """Read the public keys; the verifier follows their file. Raises DependencyMissing."""
    return FileVerifier(folder / "public" / "jwks.json")


def load_jwks(folder: Path) -> dict[str, Any]:
    """Read the public keys as a JSON Web Key Set. Raises DependencyMissing."""
    return read_jwks(folder / "public" / "jwks.json")


def load_auditor_key(folder: Path) -> NoteSigner:
    """Read the log's private key; the signer follows its rotation. Raises DependencyMissing."""
    return FileNoteSigner(_private(folder, KeyOwner.AUDITOR), folder / "public" / "log.txt")


def load_log_keys(folder: Path) -> LogKeys:
    """Read the log's verifier keys, current and retired. Raises DependencyMissing."""
    return LogKeys(folder / "public" / "log.txt")


def load_drafts_key(folder: Path) -> bytes:
    """Read the 256-bit key that the keys of stored drafts are wrapped with.

    Raises DependencyMissing.
    """
    path = _private(folder, "drafts")
    try:
        jwk = json.loads(path.read_text(encoding="utf-8"))
        encoded = str(jwk["k"]) if jwk["kty"] == "oct" else ""
        secret = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except FileNotFoundError as error:
        raise DependencyMissing(
            f"the key of the drafts {path} is missing; make it with: caveat up"
        ) from error
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise _damaged_drafts(path) from error
    if len(secret) != _DRAFTS_BYTES:
        raise _damaged_drafts(path)
    return secret


def _damaged_drafts(path: Path) -> DependencyMissing:
    return DependencyMissing(
        f"the key of the drafts {path} cannot be read; put its backup back (without it no stored"
        " draft can be read again), then look with: caveat keys ls"
    )


# --- making and replacing ------------------------------------------------------------------------


def _settle(folder: Path, owner: KeyOwner, now: datetime, grace: timedelta, *, origin: str) -> None:
    """Leave the owner with one current key, in its place and published.

    `grace` is for the key that a stopped rotation replaces: it has gone on signing until now.
    """
    private, pending = _private(folder, owner), _pending(folder, owner)
    if pending.exists():
        _finish(folder, owner, now + grace, origin=origin)
    elif private.exists():
        _publish(folder, owner, read_private_key(private), now, origin=origin)
    else:
        _lay_down(folder, owner)
        _finish(folder, owner, now, origin=origin)


def _lay_down(folder: Path, owner: KeyOwner) -> None:
    key = OKPKey.generate_key("Ed25519")
    _write(_pending(folder, owner), json.dumps(key.as_dict(private=True)), 0o600)


def _finish(folder: Path, owner: KeyOwner, retire_at: datetime, *, origin: str) -> OKPKey:
    """Publish the pending key and move it into its place, over the old one."""
    key = read_private_key(_pending(folder, owner))
    _publish(folder, owner, key, retire_at, origin=origin)
    _pending(folder, owner).rename(_private(folder, owner))
    _sync(folder / "private")
    return key


def _publish(
    folder: Path, owner: KeyOwner, key: OKPKey, retire_at: datetime, *, origin: str
) -> None:
    (folder / "public").mkdir(parents=True, exist_ok=True)
    if owner is KeyOwner.GUARD:
        _publish_guard(folder / "public" / "jwks.json", key, _retirement(retire_at))
    else:
        _publish_log(folder / "public" / "log.txt", key, origin)


def _publish_guard(path: Path, key: OKPKey, retire_at: str) -> None:
    jwks = read_jwks(path) if path.exists() else {"keys": []}
    key_id, known = str(key.thumbprint()), jwks.get("keys")
    if not isinstance(known, list) or not all(isinstance(each, dict) for each in known):
        raise DependencyMissing(f"the public keys {path} are not a key set; put their backup back")
    if any(each.get("kid") == key_id for each in known):
        return
    shown = {"kid": key_id, "alg": ALGORITHM, **key.as_dict(private=False)}
    # A key that was retired before keeps its own time.
    older = [{**each, "retired_at": each.get("retired_at", retire_at)} for each in known]
    _write(path, json.dumps({**jwks, "keys": [*older, shown]}, indent=2) + "\n", 0o644)


def _publish_log(path: Path, key: OKPKey, origin: str) -> None:
    known = [each.vkey for each in read_log_keys(path)] if path.exists() else []
    public = key.public_key.public_bytes_raw()
    if path.exists() and any(each.public == public for each in read_log_keys(path)):
        return
    lines = [*known, note_key(key, origin).vkey]
    _write(path, "".join(f"{line}\n" for line in lines), 0o644)


def _origin_of(folder: Path) -> str:
    return read_log_keys(folder / "public" / "log.txt")[-1].name


def _private(folder: Path, owner: str) -> Path:
    return folder / "private" / f"{owner}.json"


def _pending(folder: Path, owner: KeyOwner) -> Path:
    return folder / "private" / f"{owner}.pending.json"


def _write(path: Path, text: str, mode: int) -> None:
    """Write a file that appears whole or not at all, also after a loss of power."""
    partial = path.with_suffix(f".{os.getpid()}")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.chmod(mode)  # whatever the umask took, or an earlier attempt left
    partial.rename(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time change the keys of a folder."""
    private = folder / "private"
    try:
        private.mkdir(parents=True, exist_ok=True, mode=0o700)
        if stat.S_IMODE(private.stat().st_mode) & 0o077:  # it was there already, made by hand
            private.chmod(0o700)
        descriptor = os.open(private, os.O_RDONLY)
    except OSError as error:
        raise DependencyMissing(f"the keys in {private} cannot be reached: {error}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    except OSError as error:
        raise DependencyMissing(f"the keys in {folder} cannot be written: {error}") from error
    finally:
        os.close(descriptor)
