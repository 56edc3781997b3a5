"""The keys: there, whole, published as current, and readable by their owners alone."""

import os
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from caveat.cli.doctor.diagnosis import Diagnosis, guarded, ill, sound
from caveat.cli.local import Local
from caveat.errors import DependencyMissing

_DRAFTS = "drafts"


def checks(local: Local) -> Iterator[Diagnosis]:
    """Read every key; whether they belong together shows only when each can be read."""
    faults = [*_private(local), *_public(local.keys)]
    yield from faults
    if not faults:
        yield guarded("keys", "caveat up", lambda: _together(local.keys))
    yield modes(local.keys)


def _private(local: Local) -> Iterator[Diagnosis]:
    from caveat.attestation import KeyOwner

    folder = local.keys / "private"
    if not folder.exists() and (local.keys / "public").exists():
        return  # a machine that only verifies
    for owner in (*KeyOwner, _DRAFTS):
        path = folder / f"{owner}.json"
        if not path.exists():
            yield ill(f"{owner} key", f"{path} is missing", _mend_of_missing(local, owner))
        elif not os.access(path, os.R_OK):
            mend = f"sudo chown {os.getuid()} {_quoted(path)} && chmod 600 {_quoted(path)}"
            yield ill(f"{owner} key", f"{path} cannot be read by this user", mend)
        elif fault := _fault_of(local.keys, owner):
            yield ill(f"{owner} key", fault, _mend_of_damaged(path, owner))


def _fault_of(folder: Path, owner: str) -> str:
    from caveat.attestation import load_drafts_key
    from caveat.attestation.signing import read_private_key

    try:
        if owner == _DRAFTS:
            load_drafts_key(folder)
        else:
            read_private_key(folder / "private" / f"{owner}.json")
    except DependencyMissing as error:
        return str(error).partition(";")[0]  # what mends it is said beside it
    return ""


def _mend_of_missing(local: Local, owner: str) -> str:
    path = local.keys / "private" / f"{owner}.json"
    if owner == _DRAFTS and (local.home / "guard" / "guard.db").exists():
        # `caveat up` alone would make a new one, and nobody would notice what was lost.
        return (
            f"put the backup of {path} back; without one no stored draft can be read again, and:"
            " caveat down && caveat up"
        )
    return "caveat up"


def _mend_of_damaged(path: Path, owner: str) -> str:
    away = f"mv {_quoted(path)} {_quoted(path)}.damaged"
    back = f"put the backup of {path} back; without one"
    if owner == _DRAFTS:
        return f"{back} no stored draft can be read again, and: caveat down && {away} && caveat up"
    return f"{back}: {away} && caveat up (a new key, published beside the old one)"


def _public(folder: Path) -> Iterator[Diagnosis]:
    from caveat.attestation import load_jwks, load_log_keys

    for name, load in (("jwks.json", load_jwks), ("log.txt", load_log_keys)):
        path = folder / "public" / name
        try:
            load(folder)
        except DependencyMissing as error:
            mend = "caveat up"
            if path.exists():
                away = f"mv {_quoted(path)} {_quoted(path)}.damaged"
                mend = (
                    f"put the backup of {path} back; without one: {away} && caveat up (what"
                    " retired keys signed can no longer be verified with it)"
                )
            yield ill("public keys", str(error).partition(";")[0], mend)


def _together(folder: Path) -> Diagnosis:
    from caveat.attestation import list_keys

    found = list_keys(folder, datetime.now(UTC))
    current = next(k.fingerprint for k in found if (k.owner, k.state) == ("guard", "current"))
    return sound("keys", current)


def modes(folder: Path) -> Diagnosis:
    """Find private files and folders that others can read."""
    private = folder / "private"
    files = sorted(p for p in private.rglob("*") if p.is_file() and p.stat().st_mode & 0o077)
    folders = [p for p in (private, private / "kafka") if p.is_dir() and p.stat().st_mode & 0o077]
    mends = [f"chmod 600 {' '.join(map(_quoted, files))}"] if files else []
    mends += [f"chmod 700 {' '.join(map(_quoted, folders))}"] if folders else []
    if not mends:
        return sound("key mode", "private ones are their owner's alone")
    told = ", ".join(f"{p.name} ({p.stat().st_mode & 0o777:o})" for p in (*files, *folders))
    return ill("key mode", f"others can read {told}", " && ".join(mends))


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
