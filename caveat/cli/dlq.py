"""caveat dlq: what the services could not use, why, and sending it back."""

import getpass
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from caveat.cli import console
from caveat.cli.console import Json, Quiet, Teller
from caveat.cli.guidance import Commands
from caveat.cli.local import Local, here
from caveat.errors import UnknownRecord

if TYPE_CHECKING:
    from caveat.cli.letters import Letter

dlq_app = Commands(no_args_is_help=True, help="Look at dead letters, or send them back.")

Service = Annotated[str, typer.Argument(help="The service that put them aside.")]
Reason = Annotated[str, typer.Option(help="Only those with this reason.")]
QuestionId = Annotated[str, typer.Option("--question", help="Only those of this question.")]
Most = Annotated[int, typer.Option("--max", min=1, max=10_000, help="At most so many.")]

_BYTES_SHOWN = 2_000


@dlq_app.command("ls")
def list_letters(
    service: Annotated[str, typer.Argument(help="A service; all when absent.")] = "",
    reason: Reason = "",
    question: QuestionId = "",
    most: Most = 100,
    as_json: Json = False,
) -> None:
    """List dead letters, oldest first: causes and ids, never a person's words.

    Examples: caveat dlq ls
              caveat dlq ls router --reason malformed_event
    """
    from caveat.cli.letters import chosen, letters_of
    from caveat.pipeline import SERVICES

    services = [service] if service else list(SERVICES)
    found = chosen(
        letters_of(here(), services), offsets=(), question_id=question, reason=reason, most=most
    )
    if as_json:
        console.show_json([summary(letter) for letter in found])
        return
    if not found:
        Teller().say("There are no dead letters.")
        return
    _show_list(found)
    if len(found) == most:
        Teller().say(f"These are the first {most}; --max shows more.")


@dlq_app.command("show")
def show_letter(
    service: Service,
    offset: Annotated[int, typer.Argument(min=0, help="Its offset, as ls shows it.")],
    text: Annotated[bool, typer.Option("--text", help="Show its words, too.")] = False,
    as_json: Json = False,
) -> None:
    """Show one dead letter. Its words, which may be a person's, only with --text.

    Example: caveat dlq show router 3
    """
    letter = _one(here(), service, offset)
    shown = summary(letter) | {
        name: letter.header(f"caveat-{name.replace('_', '-')}")
        for name in ("error_type", "origin_partition", "origin_offset", "origin_timestamp", "group",
                     "first_failed_at")
    } | {"traceparent": letter.header("traceparent")}  # fmt: skip
    if text:
        shown["value"] = _opened(letter)
    if as_json:
        console.show_json(shown)
        return
    width = max(map(len, shown))
    for name, value in shown.items():
        console.show(console.plain(f"{name:<{width}}  {value}"))


@dlq_app.command("replay")
def replay_letters(
    service: Service,
    offset: Annotated[list[int] | None, typer.Option(min=0, help="Only this; may repeat.")] = None,
    reason: Reason = "",
    question: QuestionId = "",
    most: Most = 100,
    rate: Annotated[float, typer.Option(min=0.1, max=100, help="Letters a second.")] = 5.0,
    go: Annotated[bool, typer.Option("--go", help="Send; without it nothing is sent.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Send dead letters back to their topics, as the next version of their answers.

    Without --go it only says what it would do. With it, the replay is first written to the
    audit log, and what cannot be written there is not sent.

    Examples: caveat dlq replay router
              caveat dlq replay generator --reason handler_crashed --rate 2 --go
    """
    from caveat.cli.letters import chosen, letters_of

    local, teller = here(), Teller(quiet=quiet)
    found = chosen(
        letters_of(local, [service]),
        offsets=offset or (), question_id=question, reason=reason, most=most,
    )  # fmt: skip
    _all_there(found, offset or ())
    stays = {letter.offset: letter.obstacle for letter in found if letter.obstacle}
    stays |= _decided(local, [letter for letter in found if letter.offset not in stays])
    ready = [letter for letter in found if letter.offset not in stays]
    leaves = _send(local, service, ready, rate, quiet=quiet) if go and ready else []
    if as_json:
        console.show_json({"sent": bool(leaves), "audit_leaves": leaves,
                           "letters": [summary(letter) | {"obstacle": stays.get(letter.offset)}
                                       for letter in found]})  # fmt: skip
        return
    _tell(found, stays, leaves, teller)


def _show_list(letters: "Sequence[Letter]") -> None:
    console.show_table(
        ("service", "offset", "since", "reason", "question", "from", "bytes", "replay"),
        (
            (
                letter.service,
                str(letter.offset),
                letter.died_at.isoformat(sep=" ", timespec="seconds"),
                letter.reason,
                letter.message.question_id or "-",
                letter.origin.removeprefix("caveat.").removesuffix(".v1"),
                str(len(letter.message.value or b"")),
                letter.obstacle or "possible",
            )
            for letter in letters
        ),
    )


def summary(letter: "Letter") -> dict[str, Any]:
    """What people and programs are told of a letter without opening it."""
    return {
        "service": letter.service,
        "offset": letter.offset,
        "died_at": letter.died_at.isoformat(),
        "reason": letter.reason,
        "question_id": letter.message.question_id or None,
        "origin_topic": letter.origin,
        "version": letter.header("caveat-version") or "1",
        "bytes": len(letter.message.value or b""),
        "obstacle": letter.obstacle or None,
    }


def _tell(
    found: "Sequence[Letter]", stays: Mapping[int, str], leaves: Sequence[int], teller: Teller
) -> None:
    for letter in found:
        fate = f"stays ({stays[letter.offset]})" if letter.offset in stays else _leads_to(letter)
        console.show(f"{letter.service} {letter.offset}: {fate}")
    going = len(found) - len(stays)
    if leaves:
        said = ", ".join(map(str, leaves))
        teller.say(f"Sent {going} of {len(found)}; the audit log says so (leaf {said}).")
    elif going:
        teller.say(f"Nothing was sent. To send {going}: the same again with --go")
    else:
        teller.say("There is nothing to send.")


def _leads_to(letter: "Letter") -> str:
    return f"{letter.message.question_id} to {letter.origin} as version {letter.next_version}"


def _one(local: Local, service: str, offset: int) -> "Letter":
    from caveat.cli.letters import letters_of

    for letter in letters_of(local, [service]):
        if letter.offset == offset:
            return letter
    raise UnknownRecord(
        f"{service} has no dead letter {offset}; caveat dlq ls {service} lists them"
    )


def _all_there(found: "Sequence[Letter]", wanted: Sequence[int]) -> None:
    from caveat.cli.letters import ranges

    if missing := set(wanted) - {letter.offset for letter in found}:
        raise UnknownRecord(f"no such dead letters: {ranges(missing)}")


def _send(
    local: Local, service: str, ready: "Sequence[Letter]", rate: float, *, quiet: bool
) -> list[int]:
    """Send in batches, each of them in the audit log first; return the leaves that say so."""
    from caveat.cli.letters import OPERATION, batches, ranges, replay
    from caveat.cli.peers import record_operation
    from caveat.cli.progress import counting

    operator = os.environ.get("CAVEAT_OPERATOR") or getpass.getuser()
    leaves: list[int] = []
    done = 0
    with counting("sending", quiet=quiet) as advance:
        for batch in batches(ready):
            offsets = ranges(letter.offset for letter in batch)
            details = {"service": service, "offsets": offsets, "count": str(len(batch))}
            leaves.append(record_operation(local, OPERATION, operator, details))
            for _ in replay(local, batch, rate=rate):
                done += 1
                advance(done, len(ready))
    return leaves


def _decided(local: Local, letters: "Sequence[Letter]") -> dict[int, str]:
    """Find letters whose next version is decided: sending them again would change nothing."""
    from caveat.cli.peers import decided_of

    wanted = {
        letter.offset: (letter.message.question_id, letter.next_version) for letter in letters
    }
    decided = decided_of(local, wanted.values()) if wanted else ()
    return {
        offset: f"version {version} is decided"
        for offset, (question_id, version) in wanted.items()
        if (question_id, version) in decided
    }


def _opened(letter: "Letter") -> Any:
    from caveat.cli.tail import shown

    told = shown(letter.message, text=True)["value"]
    return told if told is not None else (letter.message.value or b"")[:_BYTES_SHOWN]
