"""`caveat corpus`: build the corpus, add to it, and look into it. The work is the retriever's."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import caveat
from caveat.cli import console, corpus_changes
from caveat.cli.guidance import Commands
from caveat.errors import CorpusUnreadable, PermanentError, UnknownRecord

if TYPE_CHECKING:
    from services.retriever.folder import CorpusFolder
    from services.retriever.medquad import Tally
    from services.retriever.records import Entry
    from services.retriever.version import Version

NOTES = Path(caveat.__file__).resolve().parents[1] / "corpus" / "notes"
_MOST_LINES_TOLD = 20

app = Commands(no_args_is_help=True, help="Build the corpus, add to it, and look into it.")
add_app = Commands(no_args_is_help=True, help="Add a public collection to the corpus.")
app.add_typer(add_app, name="add")


@app.command()
def build(
    notes: Annotated[
        Path, typer.Option(help="Folder of demonstration notes.", exists=True, file_okay=False)
    ] = NOTES,
    as_json: console.Json = False,
) -> None:
    """Build a new version of the demonstration notes and of everything that was added.

    Examples:
    caveat corpus build
    caveat corpus build --notes my-notes
    """
    from services.retriever import build as building

    folder = corpus_changes.folder_here()
    with _progress() as advance:
        try:
            building.build(folder, notes, advance)
        except CorpusUnreadable as error:
            raise PermanentError(str(error)) from error  # the notes are at fault
    _show_built(folder, as_json)


@add_app.command()
def medquad(
    file: Annotated[
        Path, typer.Argument(help="medquad.jsonl or medquad.jsonl.gz", exists=True, dir_okay=False)
    ],
    limit: Annotated[int | None, typer.Option(min=1, help="Add at most so many answers.")] = None,
    source: Annotated[
        str | None, typer.Option(help="Add one site only, such as CancerGov or NHLBI.")
    ] = None,
    as_json: console.Json = False,
) -> None:
    """Add answers of NIH sites; what was added of a site before is replaced.

    Examples:
    caveat corpus add medquad medquad.jsonl.gz
    caveat corpus add medquad medquad.jsonl --source CancerGov --limit 500
    """
    from services.retriever import build as building
    from services.retriever.medquad import SITES

    if source is not None and source not in SITES:
        raise typer.BadParameter(f"not one of {', '.join(SITES)}", param_hint="--source")
    folder = corpus_changes.folder_here()
    with _progress() as advance:
        version, tally = building.add_medquad(
            folder, file, site=source, limit=limit, advance=advance
        )
    if not version:
        raise PermanentError(f"nothing was added: {_broken(tally) or 'no answer was found'}")
    if tally.broken:
        console.complain(_broken(tally))
    _show_built(folder, as_json, tally)


@app.command("ls")
def list_versions(as_json: console.Json = False) -> None:
    """List the versions, newest first, with their collections; * marks the current one.

    Examples:
    caveat corpus ls
    caveat corpus ls --json
    """
    from services.retriever.version import read_manifest

    folder = corpus_changes.folder_here()
    current = folder.pointer().current
    read_manifest(folder.versions / current)
    listed = [_listed(path, current) for path in folder.version_folders()]
    if as_json:
        console.show_json({"versions": listed})
        return
    rows = [
        (
            "*" if one["current"] else "",
            one["corpus_version"],
            one["as_of"],
            collection,
            str(counts["sources"]),
            str(counts["passages"]),
        )
        for one in listed
        for collection, counts in one["collections"].items()
    ]
    headings = ("", "version", "as of", "collection", "sources", "passages")
    console.show_table(headings, rows)


@app.command()
def show(
    record_id: Annotated[str, typer.Argument(metavar="ID", help="psg_… or src_…")],
    as_json: console.Json = False,
) -> None:
    """Show a passage in the text that it stands in, or a whole source.

    Examples:
    caveat corpus show psg_0123456789abcdefghijklmnop
    caveat corpus show src_0123456789abcdefghijklmnop --json
    """
    version = _current_version()
    passage = version.passage(record_id)
    stored = version.entry(passage.source_id if passage else record_id)
    if stored is None:
        raise UnknownRecord(f"the corpus holds no {record_id}")
    if as_json:
        console.show_json(_as_json(stored, record_id))
        return
    source = stored.source
    for name, text in (
        ("title", source.title),
        ("publisher", source.publisher),
        ("rests on", _rests_on(stored)),
        ("address", source.url),
        ("licence", source.licence),
        ("retrieved", source.retrieved_at.date().isoformat()),
        ("source", source.source_id),
    ):
        if text:
            console.show(console.plain(f"{name:<10} {text}"))
    text = stored.text
    if passage is not None:
        end = passage.start + len(passage.text)
        console.show(console.plain(f"{'passage':<10} {passage.facet}: {passage.heading}"))
        text = f"{text[: passage.start]}>>> {passage.text} <<<{text[end:]}"
    console.show("\n" + console.plain(text))


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="What to search for, in plain words.")],
    limit: Annotated[int, typer.Option(min=1, max=50, help="At most so many passages.")] = 12,
    as_json: console.Json = False,
) -> None:
    """Find the passages that an answer could rest on, best first, with their scores per mille.

    Examples:
    caveat corpus search "CAR-T for MDS"
    caveat corpus search "iron overload" --limit 3 --json
    """
    from services.retriever.core import retrieve

    retrieval = retrieve(_current_version(), text, limit=limit)
    if as_json:
        from caveat import wire

        console.show_json({"found": retrieval.found} | wire.to_json(retrieval.evidence))
        return
    if not retrieval.evidence.passages:
        console.complain("nothing was found")
    titles = {source.source_id: source.title for source in retrieval.evidence.sources}
    for ranked in retrieval.evidence.passages:
        passage = ranked.passage
        where = f"{titles.get(passage.source_id, '')} · {passage.heading}"
        console.show(f"{ranked.score_permille:>4}  {passage.passage_id}  {console.plain(where)}")
        console.show(f"      {' '.join(console.plain(passage.text).split())}\n")


for _command in (corpus_changes.diff, corpus_changes.affected, corpus_changes.rollback):
    app.command()(_command)


def _current_version() -> "Version":
    from services.retriever.version import open_version

    folder = corpus_changes.folder_here()
    return open_version(folder.versions / folder.pointer().current)


def _listed(path: Path, current: str) -> dict[str, Any]:
    from services.retriever.version import read_manifest

    try:
        manifest = read_manifest(path)
    except CorpusUnreadable as error:
        console.complain(str(error))  # an old version that cannot be read does no harm
        return {"corpus_version": path.name, "current": False, "as_of": "", "collections": {}}
    return {
        "corpus_version": manifest.corpus_version,
        "current": path.name == current,
        "as_of": manifest.as_of,
        "sources": manifest.total("sources"),
        "passages": manifest.total("passages"),
        "collections": manifest.collections,
        "folder": str(path),
    }


def _show_built(folder: "CorpusFolder", as_json: bool, tally: "Tally | None" = None) -> None:
    name = folder.pointer().current
    built = _listed(folder.versions / name, name)
    if tally is not None:
        built["added"] = dict(tally.answers)
        built["repeated"], built["broken_lines"] = tally.repeated, tally.broken
    if as_json:
        console.show_json(built)
        return
    if tally is not None:
        console.show(
            f"added {tally.answers.total()} answers; {tally.repeated} repeated; "
            f"{len(tally.broken)} of {tally.lines} lines broken"
        )
    console.show(
        f"{built['corpus_version']}: {built['sources']} sources, {built['passages']} passages"
    )


def _broken(tally: "Tally") -> str:
    if not tally.broken:
        return ""
    more = " …" if len(tally.broken) > _MOST_LINES_TOLD else ""
    numbers = ", ".join(map(str, tally.broken[:_MOST_LINES_TOLD]))
    return f"{len(tally.broken)} of {tally.lines} lines are broken: {numbers}{more}"


def _as_json(stored: "Entry", record_id: str) -> dict[str, Any]:
    from caveat import wire

    shown: dict[str, Any] = {"source": wire.to_json(stored.source), "text": stored.text}
    shown["passages"] = [wire.to_json(passage) for passage in stored.passages]
    for passage in stored.passages:
        if passage.passage_id == record_id:
            shown["passage"] = wire.to_json(passage)
    return shown


def _rests_on(stored: "Entry") -> str:
    rests_on = stored.source.rests_on
    if rests_on is None:
        return ""
    return f"{rests_on.title} ({rests_on.publisher}, {rests_on.type}, {rests_on.dated})"


@contextmanager
def _progress() -> Iterator[Callable[[str, int], None]]:
    """Show a bar for each step on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda step, steps: None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks: dict[str, Any] = {}

        def advance(step: str, steps: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(step, total=None)
            progress.advance(tasks[step], steps)

        yield advance
