"""How commands speak: what was asked for on stdout, how it goes on stderr."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import click
import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing while it works.")]

_KEPT = frozenset("\n\t")


def plain(text: str) -> str:
    """Drop control characters: what a server sent must not steer the terminal."""
    return "".join(c for c in text if c in _KEPT or c.isprintable() or (c.isspace() and c > "\x9f"))


def show(text: str) -> None:
    """Print what was asked for."""
    typer.echo(text)


def show_json(value: Any) -> None:
    """Print a value as JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def show_json_line(value: Any) -> None:
    """Print a value as JSON on one line."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def show_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: with colours on a terminal, plain columns elsewhere."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # A pipe has no width: a narrow default would break lines that programs read.
    console = Console(width=None if sys.stdout.isatty() else 200)
    table = Table(*headings, box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell, style=_style(cell)) for cell in row))
    console.print(table)


def _style(cell: str) -> str:
    if cell in ("ready", "ok", "running", "present"):
        return "green"
    if cell in ("failed", "backoff", "fatal", "exited", "missing"):
        return "red"
    return ""


def is_quiet(*, quiet: bool = False) -> bool:
    """Tell whether nothing is to be said: by the command's own --quiet, or the one before it."""
    context = click.get_current_context(silent=True)
    return quiet or bool(context and context.find_root().params.get("quiet"))


class Teller:
    """Says how it goes, on stderr; a spinner only where somebody watches."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = is_quiet(quiet=quiet)

    def say(self, text: str) -> None:
        """Tell one thing."""
        if not self._quiet:
            typer.echo(text, err=True)

    @contextmanager
    def steps(self) -> Iterator["Steps"]:
        """Tell a number of steps, of which the last one said is being done."""
        from rich.console import Console

        console = Console(stderr=True)
        if self._quiet or not console.is_terminal:
            yield Steps(self.say)
            return
        with console.status("") as spinner:
            yield Steps(lambda text: spinner.update(text))


class Steps:
    """Tells a step once, however often it is named."""

    def __init__(self, tell: Any) -> None:
        self._tell = tell
        self._last = ""

    def at(self, step: str) -> None:
        """Say which step is being done."""
        if step and step != self._last:
            self._last = step
            self._tell(step)


def complain(text: str) -> None:
    """Print what went wrong on stderr: one line, and the lines of a log when there are some."""
    sys.stderr.write(f"caveat: {plain(text).strip()}\n")
