"""The command line `caveat`: its commands, and what an error becomes for whoever called it.

Imports here are light; a command imports what it needs when it runs.
"""

import os
import sys
from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from caveat import errors
from caveat.cli import (
    answers,
    asking,
    completion,
    config,
    console,
    contracts,
    doctor,
    running,
    stream,
)
from caveat.cli.audit import audit_app
from caveat.cli.check import check
from caveat.cli.console import Quiet
from caveat.cli.corpus import app as corpus_app
from caveat.cli.decisions import decisions_app
from caveat.cli.dlq import dlq_app
from caveat.cli.guidance import Commands, GuidedGroup
from caveat.cli.keys import keys_app
from caveat.cli.lag import lag
from caveat.cli.policy import app as policy_app
from caveat.cli.replaying import replay as replay_policy
from caveat.cli.samples import samples_app

FAILED, USAGE, UNVERIFIED, UNAVAILABLE, FAULT = 1, 2, 5, 69, 70

_EXIT: tuple[tuple[type[errors.CaveatError], int], ...] = (
    (errors.VerificationFailed, UNVERIFIED),
    (errors.StartupError, UNAVAILABLE),
    (errors.TransientError, UNAVAILABLE),
    (errors.InvalidQuestion, USAGE),
)

policy_app.command("replay")(replay_policy)

_PANELS: Mapping[str, Mapping[str, Callable[..., None] | typer.Typer]] = {
    "Run the stack": {
        "up": running.up,
        "down": running.down,
        "status": running.status,
        "logs": running.logs,
        "doctor": doctor.doctor,
    },
    "Ask and verify": {"ask": asking.ask, "show": answers.show, "verify": answers.verify},
    "Evidence": {"corpus": corpus_app},
    "Guard and audit": {
        "check": check,
        "policy": policy_app,
        "decisions": decisions_app,
        "audit": audit_app,
    },
    "Operate": {
        "topics": stream.topics_app,
        "tail": stream.tail,
        "lag": lag,
        "dlq": dlq_app,
        "keys": keys_app,
        "samples": samples_app,
        "config": config.config_app,
        "openapi": contracts.openapi,
        "asyncapi": contracts.asyncapi,
        "completion": completion.completion_app,
    },
}


class _Purposes(GuidedGroup):
    order = tuple(name for panel in _PANELS.values() for name in panel)


app = Commands(
    name="caveat",
    cls=_Purposes,
    no_args_is_help=True,
    add_completion=False,  # `caveat completion` also works where no shell is around
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _panel, _commands in _PANELS.items():
    for _name, _command in _commands.items():
        if isinstance(_command, typer.Typer):
            app.add_typer(_command, name=_name, rich_help_panel=_panel)
        else:
            app.command(_name, rich_help_panel=_panel)(_command)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        console.show(f"caveat {version('caveat')}")
        raise typer.Exit


@app.callback()
def caveat(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print and leave.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Cited, guarded, signed answers to patients' questions, and never medical advice.

    Answers and figures go to stdout, progress to stderr; --json prints them for programs, and
    NO_COLOR takes the colours away. Start with: caveat up

    Exit status: 0 done, 1 failed, 2 wrong usage, 3 refused, 5 not verified, 69 something that is
    needed is away, 70 a fault of ours.
    """


def exit_status_of(error: errors.CaveatError) -> int:
    """The one place where our errors become exit statuses. First match wins."""
    return next((status for kind, status in _EXIT if isinstance(error, kind)), FAILED)


def main() -> None:
    """Run the command line. An error is one line on stderr, never a traceback."""
    if completion.VARIABLE in os.environ:
        completion.register()
    try:
        app(prog_name="caveat")
    except errors.CaveatError as error:
        console.complain(str(error))
        sys.exit(exit_status_of(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has left, as `| head` does; keep the exit from complaining.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("CAVEAT_DEBUG"):
            raise
        console.complain(
            f"a fault of ours: {type(error).__name__}: {error} (CAVEAT_DEBUG=1 shows where)"
        )
        sys.exit(FAULT)
