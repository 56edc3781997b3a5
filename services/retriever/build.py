"""Build versions of the corpus out of its collections."""

import hashlib
import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from caveat.errors import CorpusUnreadable, PermanentError
from services.retriever.collection import (
    CollectionWriter,
    collection_digest,
    collection_names,
    read_collection,
    writing_collection,
)
from services.retriever.folder import CorpusFolder, make_durable
from services.retriever.medquad import Tally, read_medquad
from services.retriever.notes import note_files, read_notes
from services.retriever.version import SOURCES, Manifest, open_version, read_manifest
from services.retriever.writer import VersionWriter

DEMONSTRATION = "demonstration"
_PARTIAL = ".building"

Advance = Callable[[str, int], None]
"""Told about progress: what is being done, and how many steps of it were done just now."""


def _quiet(step: str, steps: int) -> None:
    """Say nothing."""


def build_demonstration(home: Path, notes: Path) -> str:
    """Make sure that the corpus holds these notes, and return its version.

    Fast when the notes have not changed since. Raises CorpusUnreadable, DependencyMissing.
    """
    folder = CorpusFolder(home / "corpus")
    manifest = up_to_date(folder, notes)
    return manifest.corpus_version if manifest else build(folder, notes)


def build(folder: CorpusFolder, notes: Path, advance: Advance = _quiet) -> str:
    """Read the notes anew and build a version of them and of all that was added.

    Raises CorpusUnreadable for a faulty note, before anything is written.
    """
    entries = read_notes(notes)
    with folder.writing():
        digest = _notes_digest(notes)
        with writing_collection(folder.collections, DEMONSTRATION, digest=digest) as collection:
            for each in entries:
                collection.add(each)
                advance("reading notes", 1)
        return _assemble(folder, advance)


def add_medquad(
    folder: CorpusFolder,
    file: Path,
    *,
    site: str | None = None,
    limit: int | None = None,
    advance: Advance = _quiet,
) -> tuple[str, Tally]:
    """Add answers of MedQuAD, a collection for each site, and build a version with them.

    A site's collection is replaced whole. Returns no version, and changes nothing, when more than
    one line in a hundred is broken. Raises PermanentError when the file cannot be read.
    """
    tally = Tally()
    with folder.writing():
        try:
            with ExitStack() as open_collections:
                writers: dict[str, CollectionWriter] = {}
                for source, found in read_medquad(file, tally, site=site, limit=limit):
                    if source not in writers:
                        writers[source] = open_collections.enter_context(
                            writing_collection(folder.collections, f"medquad-{source.lower()}")
                        )
                    writers[source].add(found)
                    advance("reading answers", 1)
                if tally.is_too_broken:
                    raise _TooBroken  # so that every open collection stays as it was
        except _TooBroken:
            return "", tally
        return _assemble(folder, advance), tally


class _TooBroken(PermanentError):
    """Unwinds the collections that are being written."""


def up_to_date(folder: CorpusFolder, notes: Path) -> Manifest | None:
    """Return the current version's manifest when it holds these notes and is whole.

    Notes that an operator has rolled back do not come back by themselves: only others do.
    """
    try:
        pointer = folder.pointer()
        manifest = open_version(folder.versions / pointer.current).manifest
        settled = [manifest]
        if pointer.instead_of:
            settled.append(read_manifest(folder.versions / pointer.instead_of))
    except CorpusUnreadable:
        return None
    digest = _notes_digest(notes)
    known = any(one.made_from.get(DEMONSTRATION) == digest for one in settled)
    return manifest if known else None


def _notes_digest(notes: Path) -> str:
    """Tell the notes of a folder from any others."""
    digest = hashlib.sha256()
    for path in note_files(notes):
        digest.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _assemble(folder: CorpusFolder, advance: Advance) -> str:
    """Write a version of all collections and make it the current one."""
    for left_by_a_crash in folder.versions.glob(f"{_PARTIAL}*"):
        shutil.rmtree(left_by_a_crash)
    partial = folder.versions / f"{_PARTIAL}-{os.getpid()}"
    try:
        manifest = _write_version(partial, folder.collections, advance)
        # The same passages can come with other provenance, so the name holds more than the version.
        name = f"{manifest.corpus_version}.{manifest.files[SOURCES].sha256[:8]}"
        _put_in_place(partial, folder.versions / name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    folder.switch(name)
    return manifest.corpus_version


def _write_version(partial: Path, collections: Path, advance: Advance) -> Manifest:
    names = collection_names(collections)
    with VersionWriter(partial) as version:
        for name in names:
            for each in read_collection(collections, name):
                version.add(name, each)
                advance("building the index", 1)
        return version.finish({name: collection_digest(collections, name) for name in names})


def _put_in_place(partial: Path, final: Path) -> None:
    for path in (*partial.rglob("*"), partial):
        make_durable(path)
    if final.exists():  # the same version once more, or a damaged one to be mended
        shutil.move(final, partial.with_name(f"{partial.name}-replaced"))
    partial.rename(final)
    make_durable(final.parent)
    shutil.rmtree(partial.with_name(f"{partial.name}-replaced"), ignore_errors=True)
