"""`caveat check`: the guard over JSON lines, for people and for evaluation."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from caveat.errors import MalformedEvent, PolicyMisconfigured

if TYPE_CHECKING:
    from services.guard.policy import Policy

_EX_FAILED, _EX_UNAVAILABLE = 1, 69


def check(
    file: Annotated[str, typer.Argument(help="JSON lines, or - for standard input.")],
    policy: Annotated[
        Path | None, typer.Option(help="The written policy; default: the one the guard uses.")
    ] = None,
) -> None:
    """Judge sentences or screen questions, one JSON object a line, in order.

    A line {"text": "..."} is judged as a sentence alone; with "passage" (and "quote") the citation
    rules run too; {"question": "..."} is screened. Prints one JSON object for each.

    Examples:
    caveat check sentences.jsonl
    echo '{"text": "You should stop taking it."}' | caveat check -
    """
    from caveat.cli.broker import ROOT
    from services.guard.policy_file import load_policy
    from services.guard.settings import DEFAULT_POLICY

    path = policy or ROOT / DEFAULT_POLICY
    try:
        written = load_policy(path)
        stream: BinaryIO = sys.stdin.buffer if file == "-" else open(file, "rb")  # noqa: SIM115
    except (PolicyMisconfigured, OSError) as error:
        typer.echo(f"caveat check: {error}", err=True)
        raise typer.Exit(_EX_UNAVAILABLE) from error
    broken = 0
    with stream:
        for judged in _judged(stream, written):
            broken += "error" in judged
            sys.stdout.write(json.dumps(judged, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    if broken:
        lines = "1 line" if broken == 1 else f"{broken} lines"
        typer.echo(f"caveat check: {lines} could not be read", err=True)
        raise typer.Exit(_EX_FAILED)


def _judged(stream: BinaryIO, policy: "Policy") -> Iterator[dict[str, Any]]:
    """Judge line after line; a line at fault is told with its number and stops nothing."""
    from services.guard.checking import check_line

    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            yield check_line(line.decode("utf-8"), policy)
        except MalformedEvent as error:
            yield {"error": f"line {number}: {error}"}
        except UnicodeDecodeError:
            yield {"error": f"line {number}: not UTF-8"}
