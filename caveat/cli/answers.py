"""caveat ask, show, verify: what a client sees, from the command line."""

import json
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
from caveat.errors import DependencyMissing, MalformedEvent, UnknownRecord, VerificationFailed

if TYPE_CHECKING:
    from caveat.attestation import Verifier
    from caveat.cli.gateway import Gateway
    from caveat.cli.verification import Verification

REFUSED, UNVERIFIED = 3, 5
PINNED = "CAVEAT_FINGERPRINT"
_EXIT = {"published": 0, "refused": REFUSED, "insufficient_evidence": REFUSED}

STEPS = {
    "accepted": "Checking your question",
    "screening": "Checking your question",
    "retrieving": "Looking in the sources",
    "drafting": "Writing a draft",
    "checking": "Checking every sentence against its source",
    "publishing": "Publishing",
}


def ask(
    question: Annotated[str, typer.Argument(help="The question, in the words of a patient.")],
    region: Annotated[str | None, typer.Option(help="Country, two letters: US, GB, …")] = None,
    lang: Annotated[
        str | None, typer.Option(help="Language: en, or es, which is not answered yet.")
    ] = None,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Print the id and leave.")] = False,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the answer.")] = 120.0,
    save: Annotated[Path | None, typer.Option(help="Keep the signed envelope in a file.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Ask a question, wait for the answer, verify it and print it.

    Exit status: 0 published, 1 failed, 3 refused or not enough evidence, 5 not verified, 69 the
    gateway is away.

    Examples:
    caveat ask "Is CAR-T cell therapy available for MDS" --region US
    caveat ask "What are the symptoms of MDS" --save answer.json --quiet
    """
    from caveat.cli.gateway import Gateway, answer_id_of, follow

    local, teller = here(), Teller(quiet=quiet)
    if save:
        _check_writable(save)
    with Gateway(local.gateway) as gateway:
        accepted = gateway.ask(question, lang=lang, region=region)
        if accepted.notice:
            teller.say(console.plain(accepted.notice))
        if no_wait:
            _print_accepted(accepted.question_id, local, as_json=as_json)
            return
        with teller.steps() as steps:
            for standing in follow(gateway, accepted.question_id, _pauses(timeout)):
                steps.at(STEPS.get(str(standing.get("status")), ""))
        answer_id = answer_id_of(standing)
        envelope = _verified(gateway, local, answer_id, accepted.question_id, teller)
        _print_envelope(gateway, envelope, teller, as_json=as_json)
    if save:
        _keep(save, envelope)
    raise typer.Exit(_EXIT.get(str(envelope["answer"].get("status")), 1))


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
        envelope = _verified(gateway, local, _answer_id(gateway, identifier), "", teller)
        _print_envelope(gateway, envelope, teller, as_json=as_json)


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


def _pauses(timeout: float) -> Iterator[float]:
    """Look often at first: most answers take well under a second."""
    waited, pause = 0.0, 0.05
    while waited < timeout:
        yield pause
        waited += pause
        pause = min(pause * 1.3, 1.0)


def _print_accepted(question_id: str, local: Local, *, as_json: bool) -> None:
    address = f"{local.gateway}/v1/questions/{question_id}"
    if as_json:
        console.show_json({"id": question_id, "url": address})
    else:
        console.show(f"{question_id}\n{address}")


def _check_writable(path: Path) -> None:
    """Find out before the question is asked, and make nothing. Raises DependencyMissing."""
    target = path if path.exists() else path.absolute().parent
    if path.is_dir() or not os.access(target, os.W_OK):
        raise DependencyMissing(f"nothing can be kept in {path}; name a file that can be written")


def _keep(path: Path, envelope: dict[str, Any]) -> None:
    try:
        path.write_text(json.dumps(envelope, ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        raise DependencyMissing(f"the answer could not be kept in {path}: {error}") from error


def _print_envelope(
    gateway: "Gateway", envelope: dict[str, Any], teller: Teller, *, as_json: bool
) -> None:
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


def _verified(
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
