"""Swapping versions of the corpus in a running library."""

import asyncio
import shutil
from pathlib import Path

import pytest

from services.retriever.build import build
from services.retriever.core import look_up, retrieve
from services.retriever.folder import CorpusFolder
from services.retriever.library import Library
from tests.unit.retriever.builders import a_note


def test_a_swap_keeps_the_version_before_for_ids(folder: CorpusFolder, notes: Path):
    build(folder, notes)
    library = Library(folder)
    old, index = library.current, library.current.index
    [ranked] = retrieve(old, "fever").evidence.passages
    a_note(notes, body="## risks: Fever\n\nChills come with fever.")
    build(folder, notes)

    library.refresh()

    assert library.current is not old
    assert [len(index.search(word, 9).hits) for word in ("cart", "chills")] == [1, 0]
    assert len(retrieve(library.current, "chills").evidence.passages) == 1
    ids = [ranked.passage.passage_id]
    assert look_up(library.versions, ids)[0] == (ranked.passage,)
    assert look_up(Library(folder).versions, ids)[0] == (ranked.passage,)  # after a restart too


def test_the_version_before_last_is_forgotten(folder: CorpusFolder, notes: Path):
    build(folder, notes)
    library = Library(folder)
    [ranked] = retrieve(library.current, "fever").evidence.passages
    for word in ("Second.", "Third."):
        a_note(notes, body=f"## risks: Fever\n\n{word}")
        build(folder, notes)
        library.refresh()

    assert look_up(library.versions, [ranked.passage.passage_id]) == ((), ())


async def test_a_running_library_notices_a_build_within_a_second(folder: CorpusFolder, notes: Path):
    build(folder, notes)
    library = Library(folder)
    await library.start()
    a_note(notes, "b-note")
    version = await asyncio.to_thread(build, folder, notes)

    async with asyncio.timeout(2):
        while library.current.manifest.corpus_version != version:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await library.stop()

    assert library.current.manifest.corpus_version == version


def test_a_running_library_keeps_its_version_when_the_new_one_is_damaged(
    folder: CorpusFolder, notes: Path, caplog: pytest.LogCaptureFixture
):
    build(folder, notes)
    library = Library(folder)
    a_note(notes, "b-note")
    version = build(folder, notes)
    path = folder.versions / folder.pointer().current / "passages.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])

    library.refresh()
    library.refresh()

    assert len(retrieve(library.current, "fever").evidence.passages) == 1
    assert [record.message for record in caplog.records] == ["kept the old corpus"]
    build(folder, notes)
    library.refresh()
    assert library.current.manifest.corpus_version == version


def test_a_running_library_lives_on_when_the_pointer_is_gone(folder: CorpusFolder, notes: Path):
    build(folder, notes)
    library = Library(folder)
    (folder.root / "current").unlink()

    library.refresh()

    assert len(retrieve(library.current, "fever").evidence.passages) == 1


def test_a_library_starts_without_an_unreadable_version_before(folder: CorpusFolder, notes: Path):
    build(folder, notes)
    first = folder.pointer().current
    a_note(notes, "b-note")
    build(folder, notes)
    shutil.rmtree(folder.versions / first)

    assert len(Library(folder).versions) == 1
