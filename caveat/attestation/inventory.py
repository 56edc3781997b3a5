"""What keys there are, for people: whose they are, what for, since when retired."""

import base64
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import OctKey, OKPKey

from caveat.attestation.documents import moment_key
from caveat.attestation.keys import KeyOwner, load_drafts_key, load_jwks, unfinished, written
from caveat.attestation.log_keys import read_log_keys
from caveat.attestation.notes import NoteKey
from caveat.attestation.signing import read_private_key
from caveat.errors import DependencyMissing

USES = {
    "guard": "signs answers and decisions",
    "auditor": "signs the log's checkpoints",
    "drafts": "wraps the keys of stored drafts",
}


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One key; `fingerprint` is its RFC 7638 thumbprint, `vkey` only the log's keys have."""

    owner: str
    use: str
    state: str
    since: str
    fingerprint: str
    vkey: str = ""


def list_keys(folder: Path, now: datetime) -> tuple[KeyEntry, ...]:
    """List every key of a folder, the current ones first. Raises DependencyMissing."""
    guard, auditor = _current(folder, KeyOwner.GUARD), _current(folder, KeyOwner.AUDITOR)
    entries = [
        *(_guard_entry(jwk, guard, now) for jwk in load_jwks(folder).get("keys", ())),
        *(_auditor_entry(key, auditor) for key in read_log_keys(folder / "public" / "log.txt")),
        _entry("drafts", "current", "", OctKey.import_key(load_drafts_key(folder)).thumbprint()),
    ]
    _hold_published(entries, {KeyOwner.GUARD: guard, KeyOwner.AUDITOR: auditor})
    owners = list(USES)
    entries.sort(key=lambda entry: (owners.index(entry.owner), entry.state != "current"))
    return tuple(entries)


def _hold_published(entries: list[KeyEntry], current: dict[KeyOwner, str]) -> None:
    states = {entry.fingerprint: entry.state for entry in entries}
    for owner, fingerprint in current.items():
        if fingerprint and states.get(fingerprint) != "current":
            # A key that verifiers take for retired cannot be made current again.
            mend = f"caveat keys rotate {owner}" if fingerprint in states else "caveat up"
            raise DependencyMissing(
                f"the {owner}'s key {fingerprint} is not published as current; mend it with: {mend}"
            )


def _current(folder: Path, owner: KeyOwner) -> str:
    """Name the key in the owner's hands; nothing where only the public keys are."""
    if owner in unfinished(folder):
        raise DependencyMissing(
            f"a rotation of the {owner}'s key was stopped; finish it with: caveat up"
        )
    path = folder / "private" / f"{owner}.json"
    if not path.parent.exists():
        return ""
    return str(read_private_key(path).thumbprint())


def _guard_entry(jwk: Any, current: str, now: datetime) -> KeyEntry:
    try:
        fingerprint = str(OKPKey.import_key(jwk).thumbprint())
        retired_at = str(jwk.get("retired_at", ""))
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DependencyMissing(f"the public keys hold something else: {error}") from error
    if not retired_at:
        state = "current" if current in ("", fingerprint) else "published"
    else:
        state = "retired" if moment_key(retired_at) <= moment_key(written(now)) else "retiring"
    return _entry("guard", state, retired_at, fingerprint)


def _auditor_entry(key: NoteKey, current: str) -> KeyEntry:
    fingerprint = str(_public_key(key).thumbprint())
    state = "current" if fingerprint == current else "retired" if current else "published"
    return _entry("auditor", state, "", fingerprint, key.vkey)


def _public_key(key: NoteKey) -> OKPKey:
    x = base64.urlsafe_b64encode(key.public).rstrip(b"=").decode()
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x})


def _entry(owner: str, state: str, since: str, fingerprint: object, vkey: str = "") -> KeyEntry:
    return KeyEntry(owner, USES[owner], state, since, str(fingerprint), vkey)
