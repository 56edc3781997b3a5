"""caveat doctor: look at everything that the stack rests on, and say what mends what is wrong.

Each module looks at one subject. A check that cannot be made because another one failed is left
out: its mend would be the other's.
"""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from caveat.cli import console
from caveat.cli.console import Json
from caveat.cli.doctor.diagnosis import Diagnosis
from caveat.cli.local import Local, here

CORPUS_DAYS = 180

__all__ = ["CORPUS_DAYS", "Diagnosis", "diagnoses", "doctor"]


def doctor(
    corpus_days: Annotated[
        int, typer.Option(min=1, help="The most days since the newest source was gathered.")
    ] = CORPUS_DAYS,
    as_json: Json = False,
) -> None:
    """Check what the stack needs and print the command that mends what is wrong.

    It changes nothing. Exit status 1 when a check fails.

    Examples:
    caveat doctor
    caveat doctor --corpus-days 30 --json
    """
    found = tuple(diagnoses(here(), corpus_days=corpus_days))
    if as_json:
        console.show_json([asdict(each) for each in found])
    else:
        _show(found)
    raise typer.Exit(0 if all(each.ok for each in found) else 1)


def diagnoses(local: Local, *, corpus_days: int = CORPUS_DAYS) -> Iterator[Diagnosis]:
    """Run every check, whatever the others come to."""
    from caveat.cli.doctor import (
        broker,
        clock,
        corpus,
        files,
        keys,
        leftovers,
        machine,
        ports,
        services,
        stores,
    )

    running = services.names(local)
    yield from machine.checks(local, running)
    yield from files.checks()
    yield leftovers.check(local, running)
    yield ports.check(local, running)
    yield from keys.checks(local)
    yield from corpus.checks(local, corpus_days)
    yield from stores.checks(local, running)
    yield from broker.checks(local)
    yield from clock.checks(local, running)
    yield services.check(local, running)


def _show(found: tuple[Diagnosis, ...]) -> None:
    headings = ("check", "state", "found")
    rows = ((one.check, "ok" if one.ok else "failed", one.found) for one in found)
    console.show_table(headings, rows)
    # Below the table, so that no column breaks a command that is to be copied.
    for one in found:
        if not one.ok:
            console.show(f"{one.check}: {one.mend}")
