"""The newest checkpoint of the audit log that this machine has verified.

A log that was rolled back or forked later cannot be brought in line with it.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from caveat.errors import DependencyMissing, VerificationFailed

if TYPE_CHECKING:
    from caveat.attestation import Checkpoint, LogKeys


def witness_file(home: Path) -> Path:
    """Say where it is kept."""
    return home / "audit" / "witness.txt"


def read_checkpoint(path: Path, keys: "LogKeys") -> "Checkpoint":
    """Read a checkpoint from a file. Raises VerificationFailed, DependencyMissing."""
    try:
        note = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DependencyMissing(f"the checkpoint {path} cannot be read: {error}") from error
    try:
        return keys.open_checkpoint(note)
    except VerificationFailed as error:
        raise VerificationFailed(f"the checkpoint {path} does not hold: {error}") from error


def remember(path: Path, note: str) -> None:
    """Keep a verified checkpoint; a reader sees all of it or the earlier one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        partial.write_text(note, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise DependencyMissing(f"the checkpoint {path} cannot be kept: {error}") from error
