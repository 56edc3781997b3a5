"""`caveat check`: the guard over JSON lines, for people and for evaluation."""

import json
import sys
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from caveat.errors import MalformedEvent, PolicyMisconfigured

_EX_FAILED, _EX_UNAVAILABLE = 1, 69


def check(
    file: Annotated[str, typer.Argument(help="JSON lines, or - for standard input.")],
    policy: Annotated[
        Path | None, typer.Option(help="The written policy; default: the one the guard uses.")
    ] = None,
) -> None:
    """Judge sentences or screen questions, one JSON object a line, in order.

    A line {"text": "..."} is judged as a sentence alone; with "passage" (and "quote") the citation
    rules run too; {"question": "..."} is screened. Example:

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
    from services.guard.checking import check_line

    broken = 0
    with stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                judged = check_line(line.decode("utf-8"), written)
            except (MalformedEvent, UnicodeDecodeError) as error:
                broken += 1
                fault = error if isinstance(error, MalformedEvent) else "not UTF-8"
                judged = {"error": f"line {number}: {fault}"}
            sys.stdout.write(json.dumps(judged, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    if broken:
        typer.echo(f"caveat check: {broken} lines could not be read", err=True)
        raise typer.Exit(_EX_FAILED)
