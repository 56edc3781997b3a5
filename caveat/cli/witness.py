"""The newest checkpoint of the audit log that this machine has verified.

A log that was rolled back or forked later cannot be brought in line with it: `caveat audit verify`
holds every leaf to it, `caveat audit prove` the checkpoint of a proof.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from caveat.cli.local import Local
from caveat.errors import DependencyMissing, UnknownRecord, VerificationFailed

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


def hold_to_witness(local: Local, seen: "Checkpoint", note: str, keys: "LogKeys") -> None:
    """Have the auditor prove that a checkpoint continues the one that was seen before it.

    Raises VerificationFailed when it does not, UpstreamUnavailable.
    """
    from caveat.cli.peers import calling
    from caveat.v1.auditor_service_pb2 import ProveConsistencyRequest
    from caveat.v1.auditor_service_pb2_grpc import AuditorServiceStub
    from services.auditor.merkle import verify_consistency

    signed = keys.open_checkpoint(note)
    try:
        if signed.origin != seen.origin:
            raise VerificationFailed(f"{signed.origin} is another log than {seen.origin}")
        request = ProveConsistencyRequest(first=seen.size, second=signed.size)
        with calling(local, "auditor", AuditorServiceStub) as call:
            path = call("ProveConsistency", request).path
        verify_consistency(
            seen.size, signed.size, path=path, first_root=seen.root, second_root=signed.root
        )
    except (UnknownRecord, VerificationFailed) as error:
        raise VerificationFailed(
            f"the log is not the one that was verified earlier ({witness_file(local.home)}):"
            f" {error}; look with: caveat audit verify"
        ) from error


def remember(path: Path, note: str) -> None:
    """Keep a verified checkpoint; a reader sees all of it or the earlier one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        partial.write_text(note, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise DependencyMissing(f"the checkpoint {path} cannot be kept: {error}") from error
