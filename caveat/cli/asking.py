"""caveat ask: a question, its way through the stages, and the verified answer."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from caveat.cli import console
from caveat.cli.answers import print_envelope, verified
from caveat.cli.console import Json, Quiet, Teller
from caveat.cli.local import Local, here
from caveat.errors import DependencyMissing, UnknownRecord

if TYPE_CHECKING:
    from caveat.cli.events import Event
    from caveat.cli.gateway import Gateway

REFUSED = 3
_EXIT = {"published": 0, "refused": REFUSED, "insufficient_evidence": REFUSED}

STEPS = {
    "accepted": "Checking your question",
    "screening": "Checking your question",
    "retrieving": "Looking in the sources",
    "drafting": "Writing a draft",
    "checking": "Checking every sentence against its source",
    "publishing": "Publishing",
}


@dataclass(frozen=True, slots=True)
class Manner:
    """How long to wait for an answer, and how to tell of it."""

    teller: Teller
    timeout: float
    watch: bool
    as_json: bool


def ask(
    question: Annotated[str, typer.Argument(help="The question, in the words of a patient.")],
    region: Annotated[str | None, typer.Option(help="Country, two letters: US, GB, …")] = None,
    lang: Annotated[
        str | None, typer.Option(help="Language: en. Only English is answered yet; es is refused.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Tell each step as it happens.")] = False,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Print the id and leave.")] = False,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds to wait for the answer.")
    ] = 120.0,
    save: Annotated[Path | None, typer.Option(help="Keep the signed envelope in a file.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Ask a question, wait for the answer, verify it and print it.

    With --watch and --json each event is a line of JSON, and the last one holds the answer.

    Exit status: 0 published, 1 failed, 3 refused or not enough evidence, 5 not verified, 69 the
    gateway is away.

    Examples:
    caveat ask "Is CAR-T cell therapy available for MDS" --region US
    caveat ask "What are the symptoms of MDS" --watch
    caveat ask "What are the symptoms of MDS" --save answer.json --quiet
    """
    from caveat.cli.gateway import Gateway

    _check_options(save, watch=watch, no_wait=no_wait)
    local, manner = here(), Manner(Teller(quiet=quiet), timeout, watch=watch, as_json=as_json)
    with Gateway(local.gateway) as gateway:
        question_id = _accepted(gateway, question, lang=lang, region=region, teller=manner.teller)
        if no_wait:
            _print_accepted(question_id, local, as_json=as_json)
            return
        envelope = _answer(gateway, local, question_id, manner)
    if save:
        _keep(save, envelope)
    raise typer.Exit(_EXIT.get(str(envelope["answer"].get("status")), 1))


def _check_options(save: Path | None, *, watch: bool, no_wait: bool) -> None:
    """Refuse before the question is asked. Raises BadParameter and DependencyMissing."""
    if no_wait and (save or watch):
        raise typer.BadParameter("keeps and shows no answer", param_hint="--no-wait")
    if save:
        _check_writable(save)


def _accepted(
    gateway: "Gateway", question: str, *, lang: str | None, region: str | None, teller: Teller
) -> str:
    """Ask, say what is to be known at once, and return the question's id."""
    if lang not in (None, "en"):
        teller.say(f"Only English is answered yet: a question in {lang} is refused.")
    accepted = gateway.ask(question, lang=lang, region=region)
    if accepted.notice:
        teller.say(console.plain(accepted.notice))
    return accepted.question_id


def _answer(gateway: "Gateway", local: Local, question_id: str, manner: Manner) -> dict[str, Any]:
    """Wait for the answer, verify it, print it and return its envelope."""
    wait = _watched if manner.watch else _awaited
    last = wait(gateway, question_id, manner)
    envelope = verified(gateway, local, last.answer_id, question_id, manner.teller)
    if manner.watch and manner.as_json:
        console.show_json_line({"event": last.name, **envelope})
    else:
        print_envelope(gateway, envelope, manner.teller, as_json=manner.as_json)
    return envelope


def _awaited(gateway: "Gateway", question_id: str, manner: Manner) -> "Event":
    """Ask until the answer is there, and say in which step the question is."""
    from caveat.cli.events import STATUS, Event
    from caveat.cli.gateway import follow, pauses

    with manner.teller.steps() as steps:
        for standing in follow(gateway, question_id, pauses(manner.timeout)):
            steps.at(STEPS.get(str(standing.get("status")), ""))
    return Event(STATUS, told=standing)


def _watched(gateway: "Gateway", question_id: str, manner: Manner) -> "Event":
    """Tell each event as it comes; the last one only once its answer is verified."""
    from caveat.cli.watching import watch

    for event in watch(gateway, question_id, manner.timeout):
        if event.is_last:
            return event
        if manner.as_json:
            console.show_json_line({"event": event.name, **event.told})
        elif line := _line_of(event):
            manner.teller.say(console.plain(line))
    raise UnknownRecord(f"question {question_id} has no answer yet")


def _line_of(event: "Event") -> str:
    """Say a step in the gateway's words for a reader, with how long it took."""
    from caveat.cli.events import STATUS

    if event.name == STATUS:
        return STEPS.get(str(event.told.get("status")), "")
    label, took = str(event.told.get("label") or ""), event.told.get("ms")
    return f"{label} ({took} ms)" if label and isinstance(took, int) else label


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
