"""How commands explain themselves: examples below the options, each on a line of its own.

A command's docstring may end with a paragraph that begins with "Example:" or "Examples:". Typer
would run its lines together.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import click
import typer
from typer.core import TyperCommand, TyperGroup

_EXAMPLES = re.compile(r"\n\n *Examples?:\s+(.+?)\s*\Z", re.DOTALL)


class GuidedCommand(TyperCommand):
    """A command that shows the examples of its docstring where help ends."""

    def __init__(self, *arguments: Any, help: str | None = None, **options: Any) -> None:
        text, self.examples = split(help or "")
        # Typer makes one line of each paragraph, and reads [markup].
        shown = ("Examples:", *(line.replace("[", "\\[") for line in self.examples))
        options["epilog"] = "\n\n".join(shown) if self.examples else None
        super().__init__(*arguments, help=text, **options)


class GuidedGroup(TyperGroup):
    """A group whose help lists functions and groups in the order in which they were given."""

    order: Sequence[str] = ()

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands by purpose, where Typer would put all groups last."""
        order = [*self.order, *self.commands]
        return sorted(self.commands, key=order.index)


class Commands(typer.Typer):
    """A group of guided commands."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """Register a function as a guided command."""
        return super().command(name, cls=GuidedCommand, **options)


def split(text: str) -> tuple[str, tuple[str, ...]]:
    """Part a docstring into what it says and its examples."""
    found = _EXAMPLES.search(text)
    if found is None:
        return text, ()
    return text[: found.start()], tuple(line.strip() for line in found[1].splitlines())
