"""caveat keys create, ls, rotate: the keys of this machine, and new ones in their place."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from caveat.authority import ADMIN, PRINCIPALS
from caveat.cli import console
from caveat.cli.access import create_passwords
from caveat.cli.console import Json, Quiet, Teller
from caveat.cli.guidance import Commands
from caveat.cli.local import here

if TYPE_CHECKING:
    from caveat.attestation import KeyOwner, Rotation

keys_app = Commands(no_args_is_help=True, help="The keys that sign, and their rotation.")

_LONGEST_GRACE = 24 * 60 * 60  # seconds
_WILL = {
    "guard": (
        "It makes a new key, publishes it beside the old one, and removes the old private key.\n"
        "What was signed before goes on verifying; whoever pinned the old fingerprint needs the"
        " new one."
    ),
    "auditor": (
        "It makes a new key, publishes it in log.txt behind the old one, and removes the old"
        " private key.\nCheckpoints that were signed before go on verifying."
    ),
}


@keys_app.command()
def create(
    passwords: Annotated[
        bool, typer.Option("--passwords", help="Make the passwords of Kafka's users too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make every key that is missing, and print the fingerprint of the guard's.

    What is there is left as it is. `caveat up` does the same; elsewhere it comes first.

    Example: CAVEAT_HOME=./secrets caveat keys create --passwords
    """
    from caveat.attestation import create_keys

    local = here()
    key_id = create_keys(local.keys)
    made = create_passwords(local.passwords, (ADMIN, *PRINCIPALS)) if passwords else ()
    if as_json:
        console.show_json({"fingerprint": key_id, "passwords_made": made})
        return
    console.show(key_id)


@keys_app.command()
def ls(as_json: Json = False) -> None:
    """List the keys: whose, what for, current or retired since, fingerprint (RFC 7638).

    Example: caveat keys ls --json
    """
    from caveat.attestation import list_keys

    entries = list_keys(here().keys, datetime.now(UTC))
    if as_json:
        console.show_json([asdict(entry) for entry in entries])
        return
    console.show_table(
        ("key", "use", "state", "fingerprint"),
        ((e.owner, e.use, f"{e.state} {e.since}".strip(), e.fingerprint) for e in entries),
    )


@keys_app.command()
def rotate(
    owner: Annotated[str, typer.Argument(metavar="guard|auditor", help="Whose key.")],
    grace: Annotated[
        int,
        typer.Option(
            min=0,
            max=_LONGEST_GRACE,
            help="Seconds that what the guard's old key has just signed may still be under way.",
        ),
    ] = 600,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Replace a signing key. Nothing is restarted, and old signatures go on verifying.

    The key of the drafts cannot be rotated: the keys of all stored drafts are wrapped with it.

    Example: caveat keys rotate guard
    """
    from caveat.attestation import rotate as rotate_key

    whose, teller = _owner(owner), Teller(quiet=quiet)
    if not yes:
        _confirm(whose, teller)
    rotation = rotate_key(here().keys, whose, now=datetime.now(UTC), grace=timedelta(seconds=grace))
    if as_json:
        console.show_json(asdict(rotation))
        return
    console.show(rotation.new_key_id)
    for line in _what_follows(rotation):
        teller.say(line)


def _owner(text: str) -> "KeyOwner":
    from caveat.attestation import KeyOwner

    if text == "drafts":
        raise typer.BadParameter(
            "the key of the drafts cannot be rotated: the keys of all stored drafts are wrapped"
            " with it",
            param_hint="guard|auditor",
        )
    if text not in tuple(KeyOwner):
        raise typer.BadParameter(f"{text!r} has no signing key", param_hint="guard|auditor")
    return KeyOwner(text)


def _confirm(owner: "KeyOwner", teller: Teller) -> None:
    if not sys.stdin.isatty():
        raise typer.BadParameter("nobody is there to confirm; say so with --yes")
    teller.say(f"This replaces the key of the {owner}. {_WILL[owner]}")
    if not typer.confirm("Go on?", err=True):
        raise typer.Exit(1)


def _what_follows(rotation: "Rotation") -> tuple[str, ...]:
    if rotation.owner == "auditor":
        return (
            "The auditor signs its next checkpoint with the new key, without a restart.",
            f"The key {rotation.old_key_id} is retired; its private half is gone.",
            "Next: give the new line of keys/public/log.txt to those who verify your log.",
        )
    return (
        "The guard signs with the new key from now on, without a restart; gateway, renderer and"
        " auditor follow by themselves.",
        f"The key {rotation.old_key_id} is valid for decisions until {rotation.retired_at}; its"
        " private half is gone.",
        "Next: tell the new fingerprint to those who pinned the old one. Where verifiers read a"
        " copy of keys/public, as in a cluster, renew the copy.",
    )
