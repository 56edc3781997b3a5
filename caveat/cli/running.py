"""caveat up, down, status, logs: the stack of this machine."""

import os
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from caveat.cli import console
from caveat.cli.console import Json, Quiet, Teller
from caveat.cli.local import here
from caveat.cli.plan import check_replicas
from caveat.errors import StartupError

if TYPE_CHECKING:
    from caveat.cli.logs import Line

_COLOURS = ("cyan", "green", "yellow", "magenta", "blue", "bright_cyan", "bright_green", "white")


Replicas = Annotated[
    list[str] | None,
    typer.Option(metavar="STAGE=N", help="Run N instances of a stage, 1 to 9; may repeat."),
]


def up(
    replicas: Replicas = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Start Kafka and the seven services, and wait until they are ready.

    Ports start at CAVEAT_PORT_BASE (7700), files are in CAVEAT_HOME (.caveat). A broker named by
    CAVEAT_KAFKA_BOOTSTRAP is used instead of one of our own. On a stack that is up, it changes
    what differs and nothing else.

    Examples:
    caveat up
    caveat up --replicas guard=2 --replicas generator=3
    """
    from caveat.cli import stack

    teller = Teller(quiet=quiet)
    wanted = counts_of(replicas or ())
    arrival = stack.up(here(), os.environ, replicas=wanted, tell=teller.say)
    plan = arrival.plan
    if as_json:
        console.show_json(
            {"url": plan.url, "key_id": arrival.key_id, "home": str(plan.home),
             "kafka": plan.bootstrap, "changed": arrival.changed}
        )  # fmt: skip
        return
    teller.say("Everything is ready." if arrival.changed else "Already up: everything is ready.")
    teller.say(f"Signing key: {arrival.key_id}")
    console.show(f"The API is at {plan.url}")


def down(as_json: Json = False, quiet: Quiet = False) -> None:
    """Stop everything that `caveat up` started, also what a killed supervisor left behind.

    Example: caveat down
    """
    from caveat.cli import stack

    ran = stack.down(here())
    if as_json:
        console.show_json({"stopped": ran})
        return
    Teller(quiet=quiet).say(f"Stopped {len(ran)} programs." if ran else "Nothing was running.")


def status(as_json: Json = False) -> None:
    """Show each program: state, pid, uptime, whether it is ready, memory.

    Exit status 1 when one of them is not ready, 69 when the stack is down.

    Examples:
    caveat status
    caveat status --json
    """
    from caveat.cli import stack

    rows = stack.status(here())
    if as_json:
        console.show_json([asdict(row) for row in rows])
    else:
        console.show_table(
            ("service", "state", "pid", "uptime", "ready", "memory"),
            (
                (
                    row.program,
                    row.state,
                    str(row.pid or "-"),
                    _duration(row.uptime_s),
                    "ready" if row.ready else ", ".join(row.obstacles) or "not ready",
                    f"{row.memory_mib} MiB",
                )
                for row in rows
            ),
        )
        console.show(f"{sum(row.memory_mib for row in rows)} MiB in all")
    raise typer.Exit(0 if all(row.ready for row in rows) else 1)


def logs(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME…", help="Programs, as status lists them; default: all."),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on for ever.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="Last lines of each.")] = 50,
    as_json: Json = False,
) -> None:
    """Print the logs of the programs together, by time.

    Examples: caveat logs guard router -f
              caveat logs kafka -n 200
    """
    from caveat.cli.logs import ends_of, followed, log_files, merged

    paths = log_files(here().home / "logs", names or ())
    wide = max(len(path.stem) for path in paths)
    colour = {path.stem: _COLOURS[i % len(_COLOURS)] for i, path in enumerate(paths)}
    plain = "NO_COLOR" in os.environ

    def show(found: Iterable["Line"]) -> None:
        for line in found:
            if as_json:
                console.show_json_line({"name": line.name, "line": line.text})
                continue
            prefix = f"{line.name:<{wide}} |"
            styled = prefix if plain else typer.style(prefix, fg=colour[line.name])
            console.show(f"{styled} {console.plain(line.text)}")

    ends = ends_of(paths)
    show(merged(ends, lines))
    if follow:
        show(followed(ends))


def counts_of(texts: Iterable[str]) -> dict[str, int]:
    """Read how many instances of which stage are wanted. Raises BadParameter."""
    counts: dict[str, int] = {}
    for text in texts:
        name, _, number = text.partition("=")
        if not (name and number.isdecimal()):
            raise typer.BadParameter(f"{text!r} is not STAGE=N", param_hint="--replicas")
        counts[name] = int(number)
    try:
        check_replicas(counts)
    except StartupError as error:
        raise typer.BadParameter(str(error), param_hint="--replicas") from error
    return counts


def _duration(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
