"""caveat audit: prove a decision, verify the log, and export it for others to verify."""

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from caveat.cli import console
from caveat.cli.console import Json, Quiet, Teller
from caveat.cli.guidance import Commands
from caveat.cli.local import Local, here
from caveat.errors import DependencyMissing, MalformedEvent, UnknownRecord

if TYPE_CHECKING:
    from caveat.attestation import Proof
    from caveat.model import Leaf
    from services.auditor.verification import Account

T = TypeVar("T")

audit_app = Commands(no_args_is_help=True, help="Prove and verify the audit log.")

UNVERIFIED = 5
_COVERED_WITHIN = 10.0  # seconds until the auditor has signed what it appended
_PAGE = 1000


@audit_app.callback()
def audit() -> None:
    """Prove decisions, and verify the log that keeps them."""


@audit_app.command("prove")
def prove(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="As in `decisions show`.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Keep it here.")] = None,
    quiet: Quiet = False,
) -> None:
    """Write the proof that a decision is in the log, and verify it at once.

    Once `caveat audit verify` has been run, the log must also continue what it has seen. Exit
    status 5 when anything does not hold.

    Example: caveat audit prove dec_17 -o proof.json
    """
    from caveat.attestation import load_log_keys, load_verifier, proof_document
    from caveat.cli.witness import hold_to_witness, read_checkpoint, witness_file
    from services.auditor.files import verify_proof

    local, teller = here(), Teller(quiet=quiet)
    keys, witness = load_log_keys(local.keys), witness_file(local.home)
    # Read before the proof is asked for, whose checkpoint is therefore not the older one.
    seen = read_checkpoint(witness, keys) if witness.exists() else None
    number, found = _prove(local, identifier)
    proof = proof_document(found)
    account = verify_proof(proof, keys, load_verifier(local.keys))
    if account.fault:
        console.complain(f"the proof does not hold: {account.fault}")
        raise typer.Exit(UNVERIFIED)
    if output is None:
        console.show_json(proof)
    else:
        _write(output, [json.dumps(proof, indent=2) + "\n"])
    if seen is not None:
        hold_to_witness(local, seen, found.checkpoint, keys)
    teller.say(
        f"Decision {number} is leaf {found.leaf.index} of the {found.tree_size} that are signed."
    )


def _prove(local: Local, identifier: str) -> "tuple[int, Proof]":
    """Ask for the proof of a decision, and wait: one of this moment is covered seconds later."""
    from caveat import wire
    from caveat.attestation import Proof
    from caveat.cli.decisions import find
    from caveat.cli.peers import calling
    from caveat.model import Leaf
    from caveat.v1.auditor_service_pb2 import ProveDecisionRequest
    from caveat.v1.auditor_service_pb2_grpc import AuditorServiceStub

    number = _patiently(lambda: find(local, identifier)).number
    with calling(local, "auditor", AuditorServiceStub) as call:
        request = ProveDecisionRequest(decision_number=number)
        told = _patiently(lambda: call("ProveDecision", request))
    leaf = wire.from_proto(Leaf, told.leaf)
    return number, Proof(leaf, told.tree_size, tuple(told.path), told.checkpoint)


@audit_app.command("verify")
def verify(
    file: Annotated[Path | None, typer.Argument(help="A proof or an export.")] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="A checkpoint of earlier, which the log must continue.")
    ] = None,
    store: Annotated[str, typer.Option(help="The auditor's store; default: this machine's.")] = "",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Verify a proof, an export, or (without a file) the auditor's whole store from its leaves.

    Says the first bad leaf. Exit status 5 when anything does not hold.

    Examples: caveat audit verify
              caveat audit verify proof.json
              caveat audit verify log.jsonl --checkpoint checkpoint-of-last-year.txt
    """
    from caveat.cli import auditing

    local = here()
    if file is not None:
        if store:
            raise typer.BadParameter("verifies a file or a store, not both", param_hint="--store")
        account = auditing.verify_file(local, file, checkpoint, quiet=quiet)
    else:
        account = auditing.verify_store(local, store, checkpoint, quiet=quiet)
    _show(account, as_json=as_json)


@audit_app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="Where to write it; JSON lines.")],
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the whole log, up to its newest checkpoint, for somebody else to verify.

    Example: caveat audit export log.jsonl
    """
    from caveat.attestation import load_log_keys
    from caveat.cli.peers import calling
    from caveat.cli.progress import counting
    from caveat.v1.auditor_service_pb2 import GetCheckpointRequest
    from caveat.v1.auditor_service_pb2_grpc import AuditorServiceStub
    from services.auditor.files import export_lines

    local = here()
    with calling(local, "auditor", AuditorServiceStub) as call:
        note = _patiently(lambda: call("GetCheckpoint", GetCheckpointRequest())).note
        signed = load_log_keys(local.keys).open_checkpoint(note)
        with counting("exporting", quiet=quiet) as advance:
            leaves = _leaves(call, signed.size, advance)
            _write(file, export_lines(signed.origin, leaves, note))
    if as_json:
        console.show_json({"file": str(file), "leaves": signed.size, "checkpoint": note})
        return
    Teller(quiet=quiet).say(f"{signed.size} leaves are in {file}.")


def _leaves(call: Any, size: int, advance: Callable[[int, int], None]) -> "Iterator[Leaf]":
    from caveat import wire
    from caveat.model import Leaf
    from caveat.v1.auditor_service_pb2 import ListLeavesRequest

    done = 0
    while done < size:
        page = call("ListLeaves", ListLeavesRequest(first=done, limit=_PAGE)).leaves
        if not page:
            raise MalformedEvent(f"the auditor lists no leaf {done}, though it signed {size}")
        for leaf in page[: size - done]:
            yield wire.from_proto(Leaf, leaf)
        done += len(page)
        advance(min(done, size), size)


def _patiently(ask: Callable[[], T]) -> T:
    """Ask until the log knows, for as long as it may take to be signed. Raises UnknownRecord."""
    deadline = time.monotonic() + _COVERED_WITHIN
    while True:
        try:
            return ask()
        except UnknownRecord:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.25)


def _show(account: "Account", *, as_json: bool) -> None:
    fault = account.fault
    if as_json:
        console.show_json(
            {
                "holds": fault is None,
                "first_bad_index": fault.index if fault else None,
                "fault": fault.what if fault else None,
                "leaves": account.leaves,
                "decisions": account.decisions,
                "checkpoints": account.checkpoints,
                "covered": account.covered,
                "checkpoint": account.note,
                "compared_with_guard": account.compared,
                "verified_at": datetime.now(UTC).isoformat(timespec="seconds"),
            }
        )
    elif fault:
        where = f"first bad index {fault.index}: " if fault.index is not None else ""
        console.show(console.plain(f"FAILED  {where}{fault.what}"))
    else:
        console.show(
            f"ok      {account.leaves} leaves, {account.decisions} of them decisions, all signed;"
            f" {account.checkpoints} checkpoints, the newest over {account.covered} leaves"
        )
    raise typer.Exit(UNVERIFIED if fault else 0)


def _write(path: Path, lines: Any) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with partial.open("w", encoding="utf-8") as file:
            file.writelines(lines)
        partial.replace(path)
    except OSError as error:
        raise DependencyMissing(f"{path} cannot be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)
