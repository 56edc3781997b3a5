"""caveat decisions: what the guard decided, as the audit log keeps it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer

from caveat.cli import console
from caveat.cli.console import Json
from caveat.cli.guidance import Commands
from caveat.cli.local import Local, here
from caveat.errors import MalformedEvent, UnknownRecord

decisions_app = Commands(no_args_is_help=True, help="Look at the guard's decisions.")

Identifier = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="A question's id (with @2 for version 2), dec_N, or an answer's id."
    ),
]

_PAGE = 1000


@decisions_app.callback()
def decisions() -> None:
    """Look at the guard's decisions, as the audit log keeps them."""


@decisions_app.command("ls")
def list_decisions(
    verdict: Annotated[str, typer.Option(help="Only this verdict: pass, refuse, …")] = "",
    after: Annotated[int, typer.Option(min=0, help="Only decisions after this number.")] = 0,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    as_json: Json = False,
) -> None:
    """List decisions in order of their number.

    Examples: caveat decisions ls --verdict refuse
              caveat decisions ls --after 1000 --limit 20
    """
    found = list(search(here(), verdict, after, limit))
    if as_json:
        console.show_json([_shown(one) for one in found])
        return
    headings = ("decision", "decided at", "verdict", "status", "code", "question", "version")
    console.show_table(headings, (_row(one) for one in found))


@decisions_app.command("show")
def show(identifier: Identifier, as_json: Json = False) -> None:
    """Print one decision: its record as the guard signed it.

    Examples: caveat decisions show dec_17
              caveat decisions show 01980000-0000-7000-8000-000000000001@2
    """
    from caveat.cli.comparing import flat

    found = find(here(), identifier)
    if as_json:
        console.show_json(_shown(found) | {"record": read(found), "jws": found.jws})
        return
    for path, value in flat(read(found)):
        console.show(console.plain(f"{path:<32} {_told(value)}"))


@decisions_app.command("diff")
def diff(
    first: Annotated[str, typer.Argument(metavar="A", help="A decision, as in show.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    everything: Annotated[
        bool, typer.Option("--all", help="Also what differs in any two: ids, times, digests.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show in what two decisions differ, for example versions 1 and 2 of one question.

    Examples:
    caveat decisions diff dec_17 dec_18
    caveat decisions diff 01980000-0000-7000-8000-000000000001 dec_17 --all
    """
    from caveat.cli.comparing import differences

    local = here()
    one, other = (read(find(local, name)) for name in (first, second))
    found = differences(one, other, everything=everything)
    if as_json:
        console.show_json([asdict(each) for each in found])
        return
    for each in found:
        for sign, side in (("-", each.first), ("+", each.second)):
            if side is not None:
                console.show(console.plain(f"{sign} {each.path:<40} {_told(side)}"))
    if not found:
        console.show("no differences")


def find(local: Local, identifier: str) -> Any:
    """Find a decision by the id of its question or answer, or by its own. Raises UnknownRecord."""
    from caveat.cli.gateway import Gateway
    from caveat.cli.peers import calling
    from caveat.v1 import auditor_service_pb2 as pb
    from caveat.v1.auditor_service_pb2_grpc import AuditorServiceStub

    if own := re.fullmatch(r"(?:dec_)?([1-9][0-9]{0,15})", identifier):
        for found in search(local, "", int(own[1]) - 1, 1):
            if found.number == int(own[1]):
                return found
        raise UnknownRecord(f"the audit log has no decision {own[1]}")
    question_id, at, told = identifier.partition("@")
    if at and not re.fullmatch(r"[1-9][0-9]{0,5}", told):
        raise UnknownRecord(f"no answer has a version {told!r}")
    version = int(told or 1)
    if identifier.startswith("ans_"):
        with Gateway(local.gateway) as gateway:
            document = gateway.envelope(identifier)["answer"]
        question_id, version = str(document["question_id"]), int(document["version"])
    request = pb.GetDecisionRequest(question_id=question_id, version=version)
    with calling(local, "auditor", AuditorServiceStub) as call:
        return call("GetDecision", request).decision


def read(found: Any) -> Mapping[str, Any]:
    """Read what a decision's record says. Raises MalformedEvent."""
    try:
        fields = json.loads(found.record)
    except ValueError as error:
        raise MalformedEvent(f"decision {found.number} is not JSON") from error
    if not isinstance(fields, dict):
        raise MalformedEvent(f"decision {found.number} is no JSON object")
    return fields


def search(local: Local, verdict: str, after: int, limit: int) -> Iterator[Any]:
    """Search the audit log, page by page.

    A page may be shorter than asked for, and only an empty one is the last.
    """
    from caveat.cli.peers import calling
    from caveat.v1 import auditor_service_pb2 as pb
    from caveat.v1.auditor_service_pb2_grpc import AuditorServiceStub

    with calling(local, "auditor", AuditorServiceStub) as call:
        while limit > 0:
            request = pb.SearchDecisionsRequest(
                verdict=verdict, after=after, limit=min(limit, _PAGE)
            )
            page = call("SearchDecisions", request).decisions
            if not page:
                return
            yield from page
            limit, after = limit - len(page), page[-1].number


def _shown(found: Any) -> dict[str, Any]:
    fields = read(found)
    return {
        "number": found.number,
        "question_id": found.question_id,
        "version": found.version,
        "verdict": fields.get("verdict"),
        "status": fields.get("status"),
        "code": fields.get("code"),
        "decided_at": fields.get("decided_at"),
    }


def _row(found: Any) -> tuple[str, ...]:
    shown = _shown(found)
    names = ("decided_at", "verdict", "status", "code", "question_id", "version")
    return (f"dec_{found.number}", *(_told(shown[name]) for name in names))


def _told(value: Any) -> str:
    if value is None or value == "":
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
