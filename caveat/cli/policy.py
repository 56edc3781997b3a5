"""`caveat policy`: what is wrong with a written policy, whether it holds, and what would change."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from caveat.cli import console
from caveat.cli.console import Json
from caveat.cli.guidance import Commands

if TYPE_CHECKING:
    from services.guard.policy_file import PolicyFile
    from services.guard.policy_source import Fault

_FAILED = 1

app = Commands(no_args_is_help=True, help="Look after written policies.")

File = Annotated[Path, typer.Argument(help="A policy, as in policies/consumer/.")]


@app.command()
def lint(file: File, json: Json = False) -> None:
    """Say every fault of a policy, with its line. The guard loads no policy that has one.

    Example: caveat policy lint policies/consumer/2026.11.4.yaml
    """
    faults = _read(file).all_faults
    if json:
        console.show_json({"policy": str(file), "faults": _listed(faults)})
        raise typer.Exit(_FAILED if faults else 0)
    for fault in faults:
        console.show(_line(file, fault))
    if faults:
        raise typer.Exit(_FAILED)
    console.show(f"{file}: no faults")


@app.command("test")
def try_examples(file: File, json: Json = False) -> None:
    """Try every example of every rule, and say which ones the rules do not meet.

    Example: caveat policy test policies/consumer/2026.11.4.yaml
    """
    read = _read(file)
    tried = tuple(read.examples())
    failed = [example for example in tried if example.failed]
    if json:
        shown = [
            {"line": e.line, "rule_id": e.rule_id, "text": e.text, "should_fire": e.wanted}
            for e in failed
        ]
        told = {"policy": str(file), "faults": _listed(read.faults), "examples": len(tried)}
        console.show_json(told | {"failed": shown})
    stop_at(read, told=json)
    if not json:
        for example in failed:
            console.show(_line(file, example.fault))
        console.show(f"{file}: {len(tried) - len(failed)} of {len(tried)} examples hold")
    if failed:
        raise typer.Exit(_FAILED)


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(metavar="A", help="The policy as it was.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="The policy as it would be.")],
    json: Json = False,
) -> None:
    """Show what changes from policy A to policy B: rules, thresholds, actions, words, pages.

    Example: caveat policy diff policies/consumer/2026.11.4.yaml draft.yaml
    """
    from services.guard.policy_diff import changes, unversioned

    old, new = _read(before), _read(after)
    for read in (old, new):
        if not read.has_form:
            stop_at(read, told=False)
    found = changes(old.written, new.written)
    stale = unversioned(found)
    if json:
        listed = [
            {"kind": c.kind, "where": c.where, "before": c.before, "after": c.after} for c in found
        ]
        console.show_json({"changes": listed, "same_version": list(stale)})
        return
    for change in found:
        console.show(console.plain(change.shown()))
    for constant in stale:
        console.complain(f"{constant} has new words and its old version")
    if not found:
        console.show("no changes")


def _read(file: Path) -> "PolicyFile":
    from services.guard.policy_file import read_policy

    return read_policy(file)


def _listed(faults: "Iterable[Fault]") -> list[dict[str, str | int]]:
    return [{"line": f.line, "where": f.where, "message": f.message} for f in faults]


def _line(file: Path, fault: "Fault") -> str:
    place = f"{fault.where}: " if fault.where else ""
    return console.plain(f"{file}:{fault.line}: {place}{fault.message}")


def stop_at(read: "PolicyFile", *, told: bool) -> None:
    """Leave with status 1 when a policy has faults, and tell them where nobody has yet."""
    if not read.faults:
        return
    if not told:
        for fault in read.faults:
            console.show(_line(read.path, fault))
    raise typer.Exit(_FAILED)
