"""caveat completion: have a shell complete commands and options. Needs no network."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from caveat.cli import console
from caveat.cli.console import Json, Quiet, Teller
from caveat.cli.guidance import Commands
from caveat.errors import DependencyMissing

VARIABLE = "_CAVEAT_COMPLETE"
"""What a completing shell sets for the command line."""

_PROGRAM = "caveat"

completion_app = Commands(no_args_is_help=True, help="Complete commands in a shell.")


class Shell(StrEnum):
    """The shells that can complete."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


Wanted = Annotated[
    Shell | None, typer.Argument(metavar="bash|zsh|fish", help="Default: the one in $SHELL.")
]


def register() -> None:
    """Teach click the completing of Typer's commands; needed only while a shell completes."""
    from typer._completion_classes import completion_init

    completion_init()


@completion_app.command()
def show(shell: Wanted = None, as_json: Json = False) -> None:
    """Print the script that has a shell complete, for you to place.

    Examples:
    caveat completion show bash
    caveat completion show fish > ~/.config/fish/completions/caveat.fish
    """
    from typer._completion_shared import get_completion_script

    wanted = _shell(shell)
    script = get_completion_script(prog_name=_PROGRAM, complete_var=VARIABLE, shell=wanted)
    if as_json:
        console.show_json({"shell": wanted, "script": script})
        return
    console.show(script)


@completion_app.command()
def install(shell: Wanted = None, as_json: Json = False, quiet: Quiet = False) -> None:
    """Write the script to where the shell looks for it, and have bash or zsh read it.

    Examples:
    caveat completion install
    caveat completion install zsh
    """
    from typer._completion_shared import install as install_script

    wanted = _shell(shell)
    try:
        _, path = install_script(shell=wanted, prog_name=_PROGRAM, complete_var=VARIABLE)
    except OSError as error:
        raise DependencyMissing(f"the script of {wanted} cannot be written: {error}") from error
    if as_json:
        console.show_json({"shell": wanted, "path": str(path)})
        return
    console.show(str(path))
    Teller(quiet=quiet).say(f"A new {wanted} completes caveat.")


def _shell(told: Shell | None) -> str:
    named = told or Path(os.environ.get("SHELL", "")).name
    if named not in tuple(Shell):
        raise typer.BadParameter(
            f"$SHELL is no shell that can complete; name one of {', '.join(Shell)}",
            param_hint="bash|zsh|fish",
        )
    return str(named)
