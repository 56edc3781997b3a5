"""The command line `caveat`: its commands, and what an error becomes for whoever called it.

Imports here are light; a command imports what it needs when it runs.
"""

import os
import sys
from typing import Annotated

import typer

from caveat import errors
from caveat.cli import answers, config, console, doctor, running, stream
from caveat.cli.audit import audit_app
from caveat.cli.check import check
from caveat.cli.corpus import app as corpus_app
from caveat.cli.decisions import decisions_app
from caveat.cli.dlq import dlq_app
from caveat.cli.keys import keys_app
from caveat.cli.lag import lag
from caveat.cli.policy import app as policy_app
from caveat.cli.samples import samples_app

FAILED, USAGE, UNVERIFIED, UNAVAILABLE, FAULT = 1, 2, 5, 69, 70

_EXIT: tuple[tuple[type[errors.CaveatError], int], ...] = (
    (errors.VerificationFailed, UNVERIFIED),
    (errors.StartupError, UNAVAILABLE),
    (errors.TransientError, UNAVAILABLE),
    (errors.InvalidQuestion, USAGE),
)

app = typer.Typer(
    name="caveat",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
) -> None:
    """Cited, guarded, signed answers to patients' questions, and never medical advice.

    Answers and figures go to stdout, progress to stderr. Start with: caveat up
    """


for command in (
    running.up,
    running.down,
    running.status,
    running.logs,
    answers.ask,
    answers.show,
    answers.verify,
    stream.tail,
    lag,
    check,
    doctor.doctor,
):
    app.command()(command)
app.add_typer(stream.topics_app, name="topics")
app.add_typer(dlq_app, name="dlq")
app.add_typer(decisions_app, name="decisions")
app.add_typer(audit_app, name="audit")
app.add_typer(corpus_app, name="corpus")
app.add_typer(keys_app, name="keys")
app.add_typer(config.config_app, name="config")
app.add_typer(policy_app, name="policy")
app.add_typer(samples_app, name="samples")


def exit_status_of(error: errors.CaveatError) -> int:
    """The one place where our errors become exit statuses. First match wins."""
    return next((status for kind, status in _EXIT if isinstance(error, kind)), FAILED)


def main() -> None:
    """Run the command line. An error is one line on stderr, never a traceback."""
    try:
        app()
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
