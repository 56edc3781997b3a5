"""caveat corpus diff, affected, rollback: what a version changes, for whom, and the way back."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import typer

from caveat.cli import console
from caveat.cli.console import Json, Quiet, Teller
from caveat.cli.local import here
from caveat.errors import CorpusUnreadable, UnknownRecord

if TYPE_CHECKING:
    from caveat.model import Source
    from services.retriever.comparison import Comparison, PassageChange
    from services.retriever.folder import CorpusFolder
    from services.retriever.version import Version

_SIGNS = {"moved": "=", "changed": "~", "dropped": "-", None: "+"}
_EVERYTHING = 2**31

FateOf = Callable[[str, str], str]
"""What became of a passage, by its id, since the corpus version that an answer was made from."""

VersionName = Annotated[
    str, typer.Argument(metavar="VERSION", help="As ls names it; default: the current one.")
]


def diff(
    before: Annotated[
        str, typer.Argument(metavar="A", help="A version, as ls names it; default: the one before.")
    ] = "",
    after: Annotated[
        str, typer.Argument(metavar="B", help="Another one; default: the current one.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Show what changes from version A to version B: sources, and passages with their words.

    "=" has the same words in a source that has changed, "~" has other words, "-" is gone, "+" is
    new.

    Examples:
    caveat corpus diff
    caveat corpus diff cv_0123456789abcdefghijklmnop --json
    """
    from services.retriever.comparison import compare

    folder = folder_here()
    pointer = folder.pointer()
    if not (before or pointer.previous):
        raise UnknownRecord("there is no version before the current one; caveat corpus ls")
    old = opened(folder, before or pointer.previous)
    new = opened(folder, after or pointer.current)
    found = compare(old, new)
    if as_json:
        console.show_json(_comparison(found) | {"before": old.name, "after": new.name})
        return
    for sign, sources in (("+", found.added), ("-", found.dropped), ("~", found.changed)):
        for source in sources:
            console.show(console.plain(f"{sign} {source.source_id}  {source.title}"))
    for change in found.passages:
        _show_change(change)
    if not (found.passages or found.added or found.dropped or found.changed):
        console.show("no changes")


def affected(
    version: VersionName = "",
    after: Annotated[int, typer.Option(min=0, help="Only decisions after this number.")] = 0,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List published answers that cite passages which a version does not hold as they were.

    Name an older version to see what a rollback to it would affect. "moved" has the same words.

    Examples:
    caveat corpus affected
    caveat corpus affected cv_0123456789abcdefghijklmnop --after 1000
    """
    from caveat.cli.decisions import search

    local, folder = here(), folder_here()
    current = opened(folder, version or folder.pointer().current)
    fate_of = _fates(folder, current)
    looked_at, found = 0, list[dict[str, Any]]()
    for decision in search(local, "", after, _EVERYTHING):
        looked_at += 1
        if touched := _touched(decision, fate_of):
            found.append(touched)
    if as_json:
        told = {"corpus_version": current.name, "decisions": looked_at, "affected": found}
        console.show_json(told)
        return
    rows = [
        (one["decision"], str(one["answer_id"]), passage["passage_id"], passage["fate"])
        for one in found
        for passage in one["passages"]
    ]
    if rows:
        console.show_table(("decision", "answer", "passage", "became"), rows)
    Teller(quiet=quiet).say(f"{len(found)} of {looked_at} decisions are affected.")


def rollback(version: VersionName = "", as_json: Json = False, quiet: Quiet = False) -> None:
    """Make an earlier version the current one; without VERSION, the one before the current.

    The retriever follows within a second. `caveat up` leaves it so until the notes change or
    `caveat corpus build` is run.

    Examples:
    caveat corpus rollback
    caveat corpus rollback cv_0123456789abcdefghijklmnop
    """
    folder = folder_here()
    pointer = folder.pointer()
    if not (version or pointer.previous):
        raise UnknownRecord("there is no version before the current one; caveat corpus ls")
    target = opened(folder, version or pointer.previous)
    with folder.writing():
        folder.roll_back(target.name)
    if as_json:
        console.show_json({"current": target.name, "instead_of": pointer.current})
        return
    console.show(target.name)
    Teller(quiet=quiet).say("To see which answers this concerns: caveat corpus affected")


def folder_here() -> "CorpusFolder":
    """Say where the corpus of this machine is."""
    from services.retriever.folder import CorpusFolder

    return CorpusFolder(here().home / "corpus")


def opened(folder: "CorpusFolder", name: str) -> "Version":
    """Open a version by the name of its folder or by its corpus version.

    Of versions with the same passages, the newest. Raises UnknownRecord and CorpusUnreadable.
    """
    from services.retriever.version import open_version

    for path in folder.version_folders():
        if path.name == name or path.name.partition(".")[0] == name:
            return open_version(path)
    raise UnknownRecord(f"the corpus has no version {name}; caveat corpus ls lists them")


def cited(record: Any) -> list[str]:
    """List the passages that a published answer cites: not those of sentences that were dropped."""
    if record.get("status") != "published":
        return []
    dropped = {name for one in record.get("rounds", ()) for name in one.get("dropped", ())}
    kept = (c for c in record.get("citations", ()) if c.get("sentence") not in dropped)
    return list(dict.fromkeys(str(citation["passage"]) for citation in kept))


def _touched(decision: Any, fate_of: FateOf) -> dict[str, Any] | None:
    """Say which passages that a decision cites are not as they were, or None if all are."""
    from caveat.cli.decisions import read

    record = read(decision)
    passages = [
        {"passage_id": passage, "fate": fate}
        for passage in cited(record)
        if (fate := fate_of(passage, str(record.get("corpus_version")))) != "kept"
    ]
    if not passages:
        return None
    return {
        "decision": f"dec_{decision.number}",
        "question_id": decision.question_id,
        "version": decision.version,
        "answer_id": record.get("answer_id"),
        "passages": passages,
    }


def _fates(folder: "CorpusFolder", current: "Version") -> FateOf:
    """Say what became of a passage since the version that an answer was made from."""
    from services.retriever.comparison import Fate, Successors

    successors = Successors(current)

    @cache
    def older(name: str) -> "Version | None":
        try:
            return opened(folder, name)
        except (UnknownRecord, CorpusUnreadable) as error:
            console.complain(f"{error}; of its passages only the ids are compared")
            return None

    @cache
    def fate(passage_id: str, made_from: str) -> str:
        if current.passage(passage_id) is not None:
            return Fate.KEPT
        version = older(made_from)
        passage = version and version.passage(passage_id)
        source = version and passage and version.source(passage.source_id)
        return successors.of(passage, source)[0] if passage and source else Fate.DROPPED

    return fate


def _show_change(change: "PassageChange") -> None:
    sign = _SIGNS[change.fate]
    passage = change.before or change.after
    if passage is None:
        return
    console.show(console.plain(f"{sign} {passage.passage_id}  {passage.heading}"))
    if change.fate == "moved":
        return
    for mark, side in (("-", change.before), ("+", change.after)):
        if side is not None:
            console.show(console.plain(f"    {mark} {' '.join(side.text.split())}"))


def _comparison(found: "Comparison") -> dict[str, Any]:
    return {
        "sources": {
            "added": list(_listed(found.added)),
            "dropped": list(_listed(found.dropped)),
            "changed": list(_listed(found.changed)),
        },
        "passages": [
            {
                "change": change.fate or "added",
                "source_url": change.source.url,
                "before": change.before and change.before.passage_id,
                "after": change.after and change.after.passage_id,
                "text_before": change.before and change.before.text,
                "text_after": change.after and change.after.text,
            }
            for change in found.passages
        ],
    }


def _listed(sources: "tuple[Source, ...]") -> Iterator[dict[str, str]]:
    for source in sources:
        yield {"source_id": source.source_id, "title": source.title, "url": source.url}
