"""caveat show, verify: answers as a client sees them, from the command line."""

import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from caveat.cli import console
from caveat.cli.console import Json, Quiet, Teller
from caveat.cli.local import Local, here
from caveat.errors import MalformedEvent, UnknownRecord, VerificationFailed

if TYPE_CHECKING:
    from caveat.attestation import Verifier
    from caveat.cli.gateway import Gateway
    from caveat.cli.verification import Verification

UNVERIFIED = 5
PINNED = "CAVEAT_FINGERPRINT"


def show(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="An answer's or question's id.")],
    trace: Annotated[bool, typer.Option("--trace", help="Show the way it took instead.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Print a verified answer, or with --trace the way it took through the services.

    Example: caveat show 01980000-0000-7000-8000-000000000001 --trace
    """
    from caveat.cli.gateway import Gateway

    local, teller = here(), Teller(quiet=quiet)
    with Gateway(local.gateway) as gateway:
        if trace:
            _print_trace(gateway, local, identifier, as_json=as_json)
            return
        envelope = verified(gateway, local, _answer_id(gateway, identifier), "", teller)
        print_envelope(gateway, envelope, teller, as_json=as_json)


def verify(
    subject: Annotated[str, typer.Argument(metavar="ID|FILE", help="An id, a file, or -.")],
    jwks: Annotated[
        Path | None, typer.Option("--jwks", "--keys", help="Key set to trust instead.")
    ] = None,
    fingerprint: Annotated[
        list[str] | None,
        typer.Option(envvar=PINNED, help="Only this key may have signed it."),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Verify an answer: canonical bytes, digest, signature, document, key. Exit status 5 if not.

    A file and --jwks need no stack. The fingerprint is the one that caveat up prints.

    Examples: caveat verify ans_0123456789abcdefghijklmnop
              caveat verify answer.json --jwks jwks.json --fingerprint $PINNED
              curl -s $URL/v1/answers/$ID | caveat verify -
    """
    from caveat.cli.gateway import Gateway
    from caveat.cli.verification import verify_envelope

    local, teller = here(), Teller(quiet=quiet)
    with Gateway(local.gateway) as gateway:
        envelope = _envelope(gateway, subject)
        verifier = _verifier(gateway, local, jwks, teller)
    verification = verify_envelope(envelope, verifier, fingerprint or ())
    if as_json:
        console.show_json({**asdict(verification), "holds": verification.holds})
    else:
        for check in verification.checks:
            mark = "ok    " if check.ok else "FAILED"
            console.show(f"{mark}  {check.name:<15}  {console.plain(check.detail)}")
    raise typer.Exit(0 if verification.holds else UNVERIFIED)


def print_envelope(
    gateway: "Gateway", envelope: dict[str, Any], teller: Teller, *, as_json: bool
) -> None:
    """Print a verified answer: the gateway's words for it, or the envelope for programs."""
    if as_json:
        console.show_json(envelope)
        return
    document = envelope["answer"]
    console.show(console.plain(gateway.text(str(document["id"]))).rstrip("\n"))
    attestation = envelope["attestation"]
    teller.say(
        f"\nVerified: signed by key {attestation['key_id']}, sha256 "
        f"{attestation['payload_sha256']}, decision {document['guard']['decision_id']}"
    )
    teller.say(f"Answer {document['id']} to question {document['question_id']}")


def verified(
    gateway: "Gateway", local: Local, answer_id: str, question_id: str, teller: Teller
) -> dict[str, Any]:
    """Fetch an answer and hold it to its signature. Raises VerificationFailed."""
    from caveat.cli.verification import verify_envelope

    if not answer_id:
        raise UnknownRecord("the question has no answer yet")
    envelope = gateway.envelope(answer_id)
    verifier = _verifier(gateway, local, None, teller)
    _hold(verify_envelope(envelope, verifier, os.environ.get(PINNED, "").split()))
    document = envelope["answer"]
    if document.get("id") != answer_id or question_id not in ("", document.get("question_id")):
        raise VerificationFailed("the answer is signed, but it is the answer to something else")
    return envelope


def _hold(verification: "Verification") -> None:
    if not verification.holds:
        raise VerificationFailed(f"the answer is not shown: {verification.first_fault}")


def _verifier(gateway: "Gateway", local: Local, jwks: Path | None, teller: Teller) -> "Verifier":
    from caveat.attestation import load_verifier, verifier_of

    if jwks is not None:
        return verifier_of(_read_json(str(jwks)))
    if (local.keys / "public" / "jwks.json").exists():
        return load_verifier(local.keys)
    teller.say(
        "No keys here: the gateway's own keys are trusted"
        " (give --jwks or --fingerprint to pin them)."
    )
    return verifier_of(gateway.key_set())


def _envelope(gateway: "Gateway", subject: str) -> dict[str, Any]:
    if subject == "-" or Path(subject).exists():
        try:
            return _read_json(subject)
        except MalformedEvent as error:
            raise VerificationFailed(str(error)) from error
    if "/" in subject or subject.endswith(".json"):
        raise UnknownRecord(f"the file {subject} is not there")
    return gateway.envelope(_answer_id(gateway, subject))


def _read_json(name: str) -> dict[str, Any]:
    from caveat.attestation import read_strictly

    try:
        text = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        found = read_strictly(text)
    except (OSError, ValueError) as error:
        raise MalformedEvent(f"{name} cannot be read as JSON: {error}") from error
    if not isinstance(found, dict):
        raise MalformedEvent(f"{name} holds no JSON object")
    return found


def _answer_id(gateway: "Gateway", identifier: str) -> str:
    from caveat.cli.gateway import answer_id_of

    if identifier.startswith("ans_"):
        return identifier
    found = answer_id_of(gateway.question(identifier))
    if not found:
        raise UnknownRecord(f"question {identifier} has no answer yet")
    return found


def _print_trace(gateway: "Gateway", local: Local, identifier: str, *, as_json: bool) -> None:
    from caveat.cli.waterfall import lines_of, spans_of, trace_of_question, waterfall

    if identifier.startswith("ans_"):
        trace_id = str(gateway.envelope(identifier)["answer"].get("trace_id") or "")
    else:
        trace_id = trace_of_question(_span_lines(local), identifier)
    rows = waterfall(spans_of(_span_lines(local), trace_id)) if trace_id else ()
    if not rows:
        raise UnknownRecord(f"no spans of {identifier} are in {local.home / 'spans'} (yet)")
    if as_json:
        kept = [{k: v for k, v in asdict(row).items() if k != "bar"} for row in rows]
        console.show_json({"trace_id": trace_id, "spans": kept})
        return
    console.show(f"trace {trace_id}")
    for line in lines_of(rows):
        console.show(line)


def _span_lines(local: Local) -> Iterator[str]:
    for path in sorted((local.home / "spans").glob("*.jsonl")):
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from file
