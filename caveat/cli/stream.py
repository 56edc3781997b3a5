"""caveat topics and caveat tail: what is on the broker."""

from itertools import islice
from typing import Annotated

import typer

from caveat.cli import console
from caveat.cli.console import Json, Quiet, Teller
from caveat.cli.guidance import Commands
from caveat.cli.local import here

topics_app = Commands(
    no_args_is_help=True, help="Look at the topics of the map, or make them and who may use them."
)


@topics_app.command("ls")
def list_topics(as_json: Json = False) -> None:
    """List the topics of the map and what the broker has of them.

    Exit status 1 when one is missing or has another number of partitions.

    Examples:
    caveat topics ls
    caveat topics ls --json
    """
    from caveat.cli.access import options
    from caveat.cli.topics import partitions
    from caveat.pipeline import topics

    found = partitions(options(here()))
    rows = [(spec, found.get(spec.name, 0)) for spec in topics()]
    if as_json:
        console.show_json(
            [
                {"topic": spec.name, "partitions": has, "wanted_partitions": spec.partitions,
                 "retention_ms": spec.retention_ms}
                for spec, has in rows
            ]
        )  # fmt: skip
    else:
        console.show_table(
            ("topic", "partitions", "kept", "state"),
            (
                (spec.name, f"{has} of {spec.partitions}", f"{spec.retention_ms // 3_600_000} h",
                 "present" if has == spec.partitions else "wrong" if has else "missing")
                for spec, has in rows
            ),
        )  # fmt: skip
    raise typer.Exit(0 if all(has == spec.partitions for spec, has in rows) else 1)


@topics_app.command("apply")
def apply_topics(
    replicas: Annotated[int, typer.Option(min=1, help="Copies of each partition.")] = 1,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make the topics, users and rights of the map that are missing, and take away rights that it
    does not grant.

    On a broker that CAVEAT_KAFKA_BOOTSTRAP names, only topics: its users and rights are the
    deployment's.

    Examples: caveat topics apply
              CAVEAT_KAFKA_BOOTSTRAP=kafka:9092 caveat topics apply --replicas 3
    """
    from caveat.cli.rights import establish

    changes = establish(here(), replicas=replicas)
    if as_json:
        console.show_json(
            {"created": changes.topics, "users": changes.users, "granted": changes.granted,
             "withdrawn": changes.withdrawn}
        )  # fmt: skip
        return
    for line in changes.lines():
        console.show(line)
    Teller(quiet=quiet).say(f"{changes}." if changes.any else "Everything is as the map says.")


def tail(
    topic: Annotated[str, typer.Argument(help="A topic, also short: question.asked")],
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help="Begin with the oldest.")
    ] = False,
    most: Annotated[int | None, typer.Option("--max", min=1, help="Stop after so many.")] = None,
    text: Annotated[bool, typer.Option("--text", help="Show the words of dead letters.")] = False,
) -> None:
    """Print the records of a topic as JSON lines until interrupted.

    Of dead letters only the cause is printed: their words may be a person's. Raw questions are
    read by the router alone.

    Examples: caveat tail answer.guarded --from-beginning --max 1
              caveat tail router.dead-letter --from-beginning
    """
    from caveat.cli.access import options
    from caveat.cli.tail import records, shown, topic_named

    found = records(options(here()), topic_named(topic), from_beginning=from_beginning)
    for message in islice(found, most):
        console.show_json_line(shown(message, text=text))
