"""Verify the audit log from the command line: with which keys, against what was seen earlier."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caveat.cli.console import Teller
from caveat.cli.local import Local
from caveat.cli.progress import counting
from caveat.cli.witness import read_checkpoint, remember, witness_file
from caveat.errors import (
    CaveatError,
    DependencyMissing,
    TransientError,
    UpstreamUnavailable,
    VerificationFailed,
)

if TYPE_CHECKING:
    from caveat.attestation import Checkpoint, LogKeys
    from services.auditor.verification import Account, Advance

_LEAF_BYTES = 4_000  # about; says only whether many processes are worth their start
_SOON = timedelta(seconds=10)


def verify_file(local: Local, file: Path, older: Path | None, *, quiet: bool) -> "Account":
    """Verify a proof or an export. Raises VerificationFailed for what is neither."""
    from caveat.attestation import load_log_keys, load_verifier, read_strictly
    from services.auditor.files import ExportAudit, verify_proof

    keys, verifier = load_log_keys(local.keys), load_verifier(local.keys)
    seen = [(str(older), read_checkpoint(older, keys))] if older else []
    try:
        with file.open(encoding="utf-8") as lines:
            if '"caveat/log/1"' in lines.readline(1000):
                lines.seek(0)
                expected = file.stat().st_size // _LEAF_BYTES
                with counting("verifying", quiet=quiet) as advance:
                    audit = ExportAudit(keys, verifier)
                    return audit.run(lines, seen, expected=expected, advance=advance)
            lines.seek(0)
            document = read_strictly(lines.read())
    except OSError as error:
        raise DependencyMissing(f"{file} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise VerificationFailed(f"{file} is neither a proof nor an export: {error}") from error
    if not isinstance(document, dict) or document.get("schema") != "caveat/proof/1":
        raise VerificationFailed(f"{file} is neither a proof nor an export")
    if seen:
        raise VerificationFailed("a proof of one decision says nothing about another checkpoint")
    return verify_proof(document, keys, verifier)


def verify_store(local: Local, url: str, older: Path | None, *, quiet: bool) -> "Account":
    """Verify the auditor's store, and remember its newest checkpoint once all of it holds."""
    from caveat.attestation import load_log_keys

    keys = load_log_keys(local.keys)
    witness = witness_file(local.home)
    seen = [(str(path), read_checkpoint(path, keys)) for path in (older,) if path]
    if witness.exists():
        seen.append((f"the one verified earlier ({witness})", read_checkpoint(witness, keys)))
    began = datetime.now(UTC)
    with counting("verifying", quiet=quiet) as advance:
        account = _read(_address(local, url), local, keys, seen, advance)
    if not url and account.fault is None:
        _compare_with_guard(local, account, began, Teller(quiet=quiet))
    if account.fault is None and account.note:
        remember(witness, account.note)
    return account


def _read(
    url: str,
    local: Local,
    keys: "LogKeys",
    seen: "list[tuple[str, Checkpoint]]",
    advance: "Advance",
) -> "Account":
    from caveat.attestation import load_verifier
    from caveat.chassis.readiness import Readiness
    from caveat.chassis.store import Store
    from services.auditor.verification import Audit

    # Never started: that would migrate it.
    store = Store(url, Path(), name="auditor", readiness=Readiness("auditor"), silence=600.0)
    if store.path is not None and not store.path.exists():
        raise DependencyMissing(f"there is no audit log at {store.path}")
    verifier = load_verifier(local.keys)

    async def read() -> "Account":
        try:
            return await store.read(
                lambda connection: Audit(connection, keys, verifier, datetime.now(UTC)).run(
                    seen, advance
                )
            )
        except UpstreamUnavailable as error:
            if store.path is None or "locked" in str(error):
                raise
            raise VerificationFailed(f"the store {store.url} cannot be read: {error}") from error
        finally:
            await store.stop()

    return asyncio.run(read())


def _address(local: Local, url: str) -> str:
    """Say where the store is: where told, where the auditor is told, or in HOME."""
    from services.auditor.settings import AuditorSettings

    password = os.environ.get("CAVEAT_AUDITOR_STORE_PASSWORD_FILE")
    settings = AuditorSettings.model_construct(
        store=url or os.environ.get("CAVEAT_AUDITOR_STORE", ""),
        store_password_file=Path(password) if password and not url else None,
    )
    return settings.store_url(local.home / "auditor" / "auditor.db")


def _compare_with_guard(local: Local, account: "Account", began: datetime, teller: Teller) -> None:
    """Find a decision that the guard has made and the log should have by now."""
    from services.auditor.core import entry_of_record, moment_of
    from services.auditor.verification import Fault

    try:
        after = _next_of_guard(local, account.decisions)
        decided = [(moment_of(entry_of_record(one).decided_at), one.number) for one in after]
    except TransientError as error:
        teller.say(f"The guard's newest decision was not compared: {error}")
        return
    except CaveatError as error:
        account.faults.append(Fault(None, f"the guard lists what cannot be read: {error}"))
        return
    account.compared = True
    for moment, number in decided:
        if moment is not None and moment < began - _SOON:
            what = f"the guard made decision {number} at {moment.isoformat()}, and it is missing"
            account.faults.append(Fault(account.leaves, what))


def _next_of_guard(local: Local, number: int) -> list[Any]:
    from caveat import wire
    from caveat.cli.peers import calling
    from caveat.model import DecisionRecord
    from caveat.v1.guard_service_pb2 import ListDecisionsRequest
    from caveat.v1.guard_service_pb2_grpc import GuardServiceStub

    request = ListDecisionsRequest(after=number, limit=1)
    with calling(local, "guard", GuardServiceStub) as call:
        found = call("ListDecisions", request, deadline=2.0).decisions
    return [wire.from_proto(DecisionRecord, one) for one in found]
